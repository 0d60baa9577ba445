import { IntColumn } from './int-column.ts';
import type { Allocate } from './memory.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** Needs that a policy can have in its signature. */
export const SIGNATURE_NEEDS = 2;

/** Slots of a higher number are in no signature. */
export const MAX_SIGNATURE_SLOT = 254;

const BLOOM_BITS = 24;
const BLOOM = (1 << BLOOM_BITS) - 1;

/** The words of a signature, one a need. */
export type Signature = readonly [number, number];

/** Of a policy of which nothing else is known: it fits every inquiry. */
const OPEN = BLOOM;

/**
 * What else a policy needs than the tokens of its keys, in one word a need: the slot, and a Bloom filter of the tokens
 * of which it must have one. It tells most policies that have a key of the inquiry by chance from those that apply,
 * and costs no more than one access to memory, which waits for no other.
 *
 * INVARIANT index-is-a-superset: a token that is needed has its bit, whatever other tokens share it.
 */
export class Signatures {
  #words: IntColumn;
  /** Of policies that were added again before they were removed: what they had before, the last one last. */
  readonly #former = new Map<number, Signature[]>();

  constructor(allocate?: Allocate) {
    this.#words = new IntColumn(allocate);
  }

  get bytes(): number {
    return this.#words.bytes;
  }

  /** Gives a policy a signature. It may be given another one before this one is removed: the last one counts. */
  add(policy: number, signature: Signature): void {
    const known = this.#get(policy);
    if (known[0] !== 0) {
      const former = this.#former.get(policy) ?? [];
      former.push(known);
      this.#former.set(policy, former);
    }
    this.#set(policy, signature);
  }

  /** Takes a signature away that was added, so that the one added last of those that are left counts. */
  remove(policy: number, [first, second]: Signature): void {
    const former = this.#former.get(policy);
    if (former === undefined) {
      this.#set(policy, [0, 0]);
      return;
    }
    const at = former.findLastIndex((known) => known[0] === first && known[1] === second);
    if (at >= 0) former.splice(at, 1);
    else this.#set(policy, former.pop() as Signature);
    if (former.length === 0) this.#former.delete(policy);
  }

  /**
   * The bits of the tokens of an inquiry, by slot.
   *
   * @param into of {@link MAX_SIGNATURE_SLOT} + 2 numbers
   */
  read({ ids, ends }: TokenBuffer, into: Int32Array): void {
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

  /**
   * Moves the policies that an inquiry may have all needs of to the front.
   *
   * @param bits as `read` read them
   * @returns how many these are
   */
  select(policies: Int32Array, count: number, bits: Int32Array): number {
    const words = this.#words;
    let selected = 0;
    for (let from = 0; from < count; from++) {
      const policy = policies[from] as number;
      const first = words.get(policy * SIGNATURE_NEEDS);
      if (((bits[first >>> BLOOM_BITS] as number) & first & BLOOM) === 0) continue;
      const second = words.get(policy * SIGNATURE_NEEDS + 1);
      if (((bits[second >>> BLOOM_BITS] as number) & second & BLOOM) === 0) continue;
      policies[selected] = policy;
      selected += 1;
    }
    return selected;
  }

  toArrays(): readonly Int32Array[] {
    return this.#words.toArrays();
  }

  static fromArrays(arrays: readonly Int32Array[], allocate?: Allocate): Signatures {
    const made = new Signatures();
    made.#words = IntColumn.fromArrays(arrays, allocate);
    return made;
  }

  #get(policy: number): Signature {
    const at = policy * SIGNATURE_NEEDS;
    return at < this.#words.length ? [this.#words.get(at), this.#words.get(at + 1)] : [0, 0];
  }

  #set(policy: number, [first, second]: Signature): void {
    const at = policy * SIGNATURE_NEEDS;
    this.#words.set(at, first);
    this.#words.set(at + 1, second);
  }
}

/** The signature of needs by their slots and tokens: {@link SIGNATURE_NEEDS} at most. */
export function signatureOf(needs: readonly SignedNeed[]): Signature {
  const [first, second] = needs;
  return [wordOf(first), wordOf(second)];
}

/** A slot and the tokens of which it must have one, all by number. */
export interface SignedNeed {
  readonly slot: number;
  readonly ids: readonly number[];
}

function wordOf(need: SignedNeed | undefined): number {
  if (need === undefined) return OPEN;
  let word = (need.slot + 1) << BLOOM_BITS;
  for (const id of need.ids) word |= bitOf(id);
  return word;
}

function bitOf(id: number): number {
  return 1 << ((Math.imul(id, 0x9e3779b1) >>> 8) % BLOOM_BITS);
}
