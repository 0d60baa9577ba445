import type { TokenBuffer } from './token-buffer.ts';

/** Slots of a higher number are in no signature. */
export const MAX_SIGNATURE_SLOT = 254;

/** Words of what {@link readSigned} reads. */
export const SIGNED_WORDS: number = (MAX_SIGNATURE_SLOT + 2) * 2;

/** Needs that a policy can have in its signature. */
export const SIGNATURE_NEEDS = 2;

const BLOOM_BITS = 24;
const BLOOM = (1 << BLOOM_BITS) - 1;

/**
 * What else a policy needs than the tokens of its keys, in one word a need: the slot, and a Bloom filter of the tokens
 * of which it must have one. Standing beside the policy under each of its keys, it tells most policies that have a key
 * of the inquiry by chance from those that apply, and costs no access to memory of its own.
 *
 * INVARIANT index-is-a-superset: a token that is needed has its bits, whatever other tokens share them.
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
 * The bits of the tokens of an inquiry, two words a slot: those that all of its tokens have, and those that one
 * has. The words of a signature that fits have all of the ones and one of the others.
 *
 * @param into of {@link SIGNED_WORDS} numbers
 */
export function readSigned({ ids, ends }: TokenBuffer, into: Int32Array): void {
  into[0] = 0;
  into[1] = BLOOM;
  const slots = Math.min(ends.length, MAX_SIGNATURE_SLOT + 1);
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    const end = ends[slot] as number;
    let all = BLOOM;
    let some = 0;
    for (; at < end; at++) {
      const bits = bitsOf(ids[at] as number);
      all &= bits;
      some |= bits;
    }
    into[(slot + 1) << 1] = all;
    into[((slot + 1) << 1) + 1] = some;
  }
}

/** Without a need it fits every inquiry. */
function wordOf(need: SignedNeed | undefined): number {
  if (need === undefined) return BLOOM;
  let word = (need.slot + 1) << BLOOM_BITS;
  for (const id of need.ids) word |= bitsOf(id);
  return word;
}

// Three bits: of the words of one token one in five hundred fits by chance, of those of three one in thirty.
function bitsOf(id: number): number {
  const hash = Math.imul(id, 0x9e3779b1);
  const first = (hash >>> 24) % BLOOM_BITS;
  const second = ((hash >>> 16) & 0xff) % BLOOM_BITS;
  const third = ((hash >>> 8) & 0xff) % BLOOM_BITS;
  return (1 << first) | (1 << second) | (1 << third);
}
