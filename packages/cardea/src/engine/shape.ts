/** Bits of a token's mask that say in keys of which shapes it occurs. */
export const MAX_SHAPES = 30;

/** The bit of tokens that occur in signatures. */
export const SIGNED: number = 1 << 30;

/** The bit of tokens that are a key alone. */
export const SINGLE: number = 1 << 31;

/** The bits that ask for a token, whatever other tokens an inquiry has. */
export const OTHERS: number = SIGNED | SINGLE;

/** More keys than this for one alternative of a policy, and a smaller shape is taken. */
export const MAX_KEYS = 64;

/** As many keys are accepted where there is but one slot to choose. */
export const MAX_SINGLE_KEYS = 1_024;

/** Two or three slots, by name and in order, that policies are filed under together. */
export type Shape = readonly string[];

/** The start of the keys of a shape, or of the keys of one slot where `number` is -1 - slot. */
export function seedOf(number: number): number {
  return mixed(0x9e3779b9, number);
}

/** The key so far and one more token. */
export function mixed(key: number, token: number): number {
  let hash = Math.imul(key ^ token, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
