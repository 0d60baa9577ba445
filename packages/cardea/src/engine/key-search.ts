import type { KeyTable } from './key-table.ts';
import { mixed } from './shape.ts';
import { MAX_SIGNATURE_SLOT, type Signatures } from './signatures.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** Called for a candidate, by number. The search ends where it returns true. */
export type Visit = (policy: number) => boolean | undefined;

/** More probes than this for one inquiry, and scanning is as good. */
const MAX_PROBES = 4_096;

const NOBODY: Visit = () => true;

/** Probes for the keys of one inquiry. It is used again for the next one. */
export class KeySearch {
  readonly #table: KeyTable;
  readonly #signatures: Signatures;
  readonly #bits = new Int32Array(MAX_SIGNATURE_SLOT + 2);
  #tokens: TokenBuffer | undefined;
  #visit: Visit = NOBODY;
  #probes = 0;

  constructor(table: KeyTable, signatures: Signatures) {
    this.#table = table;
    this.#signatures = signatures;
  }

  begin(tokens: TokenBuffer, visit: Visit): void {
    this.#tokens = tokens;
    this.#visit = visit;
    this.#probes = 0;
    this.#signatures.read(tokens, this.#bits);
  }

  /** Lets go of the inquiry. */
  end(): void {
    this.#tokens = undefined;
    this.#visit = NOBODY;
  }

  get isTooWide(): boolean {
    return this.#probes > MAX_PROBES;
  }

  /** Visits whoever has a key; true where the search is at its end. */
  probe(key: number): boolean {
    this.#probes += 1;
    if (this.#probes > MAX_PROBES) return true;
    const table = this.#table;
    for (let at = table.first(key); at !== 0; at = table.next(at)) {
      const policy = table.policyAt(at);
      if (this.#signatures.fits(policy, this.#bits) && this.#visit(policy) === true) return true;
    }
    return false;
  }

  /**
   * Probes for all keys of some slots whose tokens have a bit; true where the search is at its end.
   *
   * @param key so far, of the slots before the one at `at`
   */
  probeSlots(slots: readonly number[], at: number, key: number, bit: number): boolean {
    const { ids, masks, ends } = this.#tokens as TokenBuffer;
    const slot = slots[at] as number;
    const end = ends[slot] as number;
    for (let token = slot === 0 ? 0 : (ends[slot - 1] as number); token < end; token++) {
      if (((masks[token] as number) & bit) === 0) continue;
      const next = mixed(key, ids[token] as number);
      const ended = at + 1 === slots.length ? this.probe(next) : this.probeSlots(slots, at + 1, next, bit);
      if (ended) return true;
    }
    return false;
  }
}
