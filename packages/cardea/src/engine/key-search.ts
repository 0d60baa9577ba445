import type { KeyTable } from './key-table.ts';
import { mixed } from './shape.ts';
import { MAX_SIGNATURE_SLOT, type Signatures } from './signatures.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** Called for a candidate, by number. The search ends where it returns true. */
export type Visit = (policy: number) => boolean | undefined;

/** More keys than this for one inquiry, and scanning is as good. */
const MAX_PROBES = 4_096;

/**
 * Looks up the keys of one inquiry, and is used again for the next one. It takes one step for all keys before the
 * next step, so that what the steps wait for in memory they wait for together.
 */
export class KeySearch {
  readonly #table: KeyTable;
  readonly #signatures: Signatures;
  readonly #bits = new Int32Array(MAX_SIGNATURE_SLOT + 2);
  readonly #keys = new Int32Array(MAX_PROBES);
  #keyCount = 0;
  #policies: Int32Array = new Int32Array(64);

  constructor(table: KeyTable, signatures: Signatures) {
    this.#table = table;
    this.#signatures = signatures;
  }

  begin(): void {
    this.#keyCount = 0;
  }

  /** Adds a key; false where there are too many. */
  addKey(key: number): boolean {
    if (this.#keyCount === MAX_PROBES) return false;
    this.#keys[this.#keyCount] = key;
    this.#keyCount += 1;
    return true;
  }

  /**
   * Adds the keys of all tokens of some slots that have a bit; false where there are too many.
   *
   * @param key of the slots before the one at `at`
   */
  addKeys(tokens: TokenBuffer, slots: readonly number[], bit: number, key: number, at: number = 0): boolean {
    const { ids, masks, ends } = tokens;
    let next = key;
    for (let place = at; place < slots.length; place++) {
      const slot = slots[place] as number;
      const first = slot === 0 ? 0 : (ends[slot - 1] as number);
      const end = ends[slot] as number;
      // Mostly there is one token.
      if (end - first === 1) {
        next = mixed(next, ids[first] as number);
        continue;
      }
      for (let token = first; token < end; token++) {
        if (((masks[token] as number) & bit) === 0) continue;
        if (!this.addKeys(tokens, slots, bit, mixed(next, ids[token] as number), place + 1)) return false;
      }
      return true;
    }
    return this.addKey(next);
  }

  /** Visits whoever has one of the keys and a signature that fits the tokens. */
  run(tokens: TokenBuffer, visit: Visit): void {
    const count = this.#collect();
    if (count === 0) return;
    this.#signatures.read(tokens, this.#bits);
    const fitting = this.#signatures.select(this.#policies, count, this.#bits);
    for (let at = 0; at < fitting; at++) if (visit(this.#policies[at] as number) === true) return;
  }

  #collect(): number {
    const table = this.#table;
    table.touch(this.#keys, this.#keyCount);
    let count = 0;
    for (let at = 0; at < this.#keyCount; at++) {
      const key = this.#keys[at] as number;
      const more = table.collect(key, this.#policies, count);
      if (count + more > this.#policies.length) {
        this.#grow(count, count + more);
        table.collect(key, this.#policies, count);
      }
      count += more;
    }
    return count;
  }

  #grow(used: number, needed: number): void {
    const larger = new Int32Array(Math.max(needed, this.#policies.length * 2));
    larger.set(this.#policies.subarray(0, used));
    this.#policies = larger;
  }
}
