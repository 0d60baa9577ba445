import { Candidates } from './candidates.ts';
import type { KeyTable } from './key-table.ts';
import { mixed } from './shape.ts';
import { readSigned, SIGNED_WORDS } from './signatures.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** More keys than this for one inquiry, and scanning is as good. */
const MAX_PROBES = 4_096;

/** Looks up the keys of one inquiry, and is used again for the next one. */
export class KeySearch {
  /** Whoever has one of the keys and a signature that fits, some of them more than once. */
  readonly candidates: Candidates = new Candidates();
  readonly #table: KeyTable;
  readonly #bits = new Int32Array(SIGNED_WORDS);
  readonly #keys = new Int32Array(MAX_PROBES);
  #keyCount = 0;

  constructor(table: KeyTable) {
    this.#table = table;
  }

  begin(): void {
    this.#keyCount = 0;
    this.candidates.count = 0;
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

  /** Looks for whoever has one of the keys. */
  run(tokens: TokenBuffer): void {
    readSigned(tokens, this.#bits);
    this.#table.select(this.#keys, this.#keyCount, this.#bits, this.candidates);
  }
}
