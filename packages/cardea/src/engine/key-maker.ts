import { MAX_KEYS, MAX_SINGLE_KEYS, mixed } from './shape.ts';

const MAX = Math.max(MAX_KEYS, MAX_SINGLE_KEYS);

/** Makes the keys of a shape, slot by slot, in the same memory over and over. */
export class KeyMaker {
  /** A key for each combination of one token of each slot so far. */
  readonly keys: Int32Array = new Int32Array(MAX);
  count = 0;
  /** The tokens of the present slot, by number. */
  readonly #ids = new Int32Array(MAX);
  #tokens = 0;

  begin(seed: number): void {
    this.keys[0] = seed;
    this.count = 1;
  }

  addToken(id: number): void {
    this.#ids[this.#tokens] = id;
    this.#tokens += 1;
  }

  /** Every key so far goes on with each token of the slot. */
  endSlot(): void {
    const { keys } = this;
    const ids = this.#ids;
    const tokens = this.#tokens;
    // INVARIANT index-is-a-superset: no key is lost.
    if (this.count * tokens > MAX) throw new Error(`a policy has more than ${MAX} keys`);
    // From the last key to the first one, so that none is written over before it is read.
    for (let at = this.count - 1; at >= 0; at--) {
      const key = keys[at] as number;
      for (let next = tokens - 1; next >= 0; next--) keys[at * tokens + next] = mixed(key, ids[next] as number);
    }
    this.count *= tokens;
    this.#tokens = 0;
  }
}
