/** What an {@link LruMap} did since it was made. */
export interface LruInfo {
  readonly hits: number;
  readonly misses: number;
}

/**
 * A map that keeps the entries used last.
 *
 * @param maxSize entries at most; null keeps all, 0 keeps none
 */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly maxSize: number | null;
  // Asked for again it need not be moved: who filters a list asks for one key as often as the list is long.
  #newest: K | undefined;
  #hits = 0;
  #misses = 0;

  constructor(maxSize: number | null) {
    this.maxSize = maxSize;
  }

  get size(): number {
    return this.#entries.size;
  }

  get info(): LruInfo {
    return { hits: this.#hits, misses: this.#misses };
  }

  get(key: K): V | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    if (key === this.#newest) return found;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    this.#newest = key;
    return found;
  }

  /** As `get`, but neither counted nor a use: for who counts uses otherwise. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    if (this.maxSize === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#newest = key;
    if (this.maxSize === null || this.#entries.size <= this.maxSize) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest as K);
  }

  /** Whether there was such an entry. */
  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#hits = 0;
    this.#misses = 0;
  }
}
