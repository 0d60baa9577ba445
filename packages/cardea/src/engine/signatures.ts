import type { TokenBuffer } from './token-buffer.ts';

/** Slots of a higher number are in no signature. */
export const MAX_SIGNATURE_SLOT = 254;

/** Needs that a policy can have in its signature. */
export const SIGNATURE_NEEDS = 2;

const BLOOM_BITS = 24;
const BLOOM = (1 << BLOOM_BITS) - 1;

/**
 * What else a policy needs than the tokens of its keys, in one word a need: the slot, and a Bloom filter of the tokens
 * of which it must have one. Standing beside the policy under each of its keys, it tells most policies that have a key
 * of the inquiry by chance from those that apply, and costs no access to memory of its own.
 *
 * INVARIANT index-is-a-superset: a token that is needed has its bit, whatever other tokens share it.
 */
export type Signature = readonly [number, number];

/** A slot and the tokens of which it must have one, all by number. */
export interface SignedNeed {
  readonly slot: number;
  readonly ids: readonly number[];
}

/** The signature of needs by their slots and tokens: {@link SIGNATURE_NEEDS} at most. */
export function signatureOf(needs: readonly SignedNeed[]): Signature {
  const [first, second] = needs;
  return [wordOf(first), wordOf(second)];
}

/**
 * The bits of the tokens of an inquiry, by slot: a signature fits where each of its words has one of them.
 *
 * @param into of {@link MAX_SIGNATURE_SLOT} + 2 numbers
 */
export function readSigned({ ids, ends }: TokenBuffer, into: Int32Array): void {
  into[0] = BLOOM;
  const slots = Math.min(ends.length, MAX_SIGNATURE_SLOT + 1);
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    const end = ends[slot] as number;
    let bits = 0;
    for (; at < end; at++) bits |= bitOf(ids[at] as number);
    into[slot + 1] = bits;
  }
}

/** Without a need it fits every inquiry. */
function wordOf(need: SignedNeed | undefined): number {
  if (need === undefined) return BLOOM;
  let word = (need.slot + 1) << BLOOM_BITS;
  for (const id of need.ids) word |= bitOf(id);
  return word;
}

function bitOf(id: number): number {
  return 1 << ((Math.imul(id, 0x9e3779b1) >>> 8) % BLOOM_BITS);
}
