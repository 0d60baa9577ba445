import { joinArrays, splitArrays } from './arrays.ts';
import { type Allocate, onHeap, writable } from './memory.ts';

const CHUNK_BITS = 14;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
const SMALLEST_CHUNK = 64;

/**
 * A list of 32-bit numbers that grows without a pause: once past its first chunk nothing is ever copied.
 *
 * @example
 * ```ts
 * const ages = new IntColumn();
 * ages.set(2, 41); // 0 and 1 are 0
 * ages.get(2); // 41
 * ```
 */
export class IntColumn {
  readonly #allocate: Allocate;
  readonly #chunks: Int32Array[] = [];
  #length = 0;

  constructor(allocate: Allocate = onHeap) {
    this.#allocate = allocate;
  }

  /** One more than the largest index that was set. */
  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  /** @param at below {@link IntColumn.length}; this is not checked */
  get(at: number): number {
    return (this.#chunks[at >>> CHUNK_BITS] as Int32Array)[at & CHUNK_MASK] as number;
  }

  /** Numbers between the end and `at` become 0. */
  set(at: number, value: number): void {
    if (at >= this.#length) this.#growTo(at + 1);
    const chunk = at >>> CHUNK_BITS;
    const words = writable(this.#chunks[chunk] as Int32Array, this.#allocate);
    this.#chunks[chunk] = words;
    words[at & CHUNK_MASK] = value;
  }

  toArrays(): readonly Int32Array[] {
    return joinArrays([this.#length], [this.#chunks]);
  }

  static fromArrays(arrays: readonly Int32Array[], allocate: Allocate = onHeap): IntColumn {
    const { header, parts } = splitArrays(arrays, { header: 1, parts: 1 });
    const column = new IntColumn(allocate);
    column.#chunks.push(...(parts[0] ?? []));
    column.#length = header[0] as number;
    return column;
  }

  #growTo(length: number): void {
    for (let chunk = (length - 1) >>> CHUNK_BITS; this.#chunks.length <= chunk; ) {
      this.#chunks.push(new Int32Array(this.#allocate(this.#chunks.length === 0 ? 0 : (CHUNK_MASK + 1) * 4)));
    }
    const first = this.#chunks[0] as Int32Array;
    if (first.length < Math.min(length, CHUNK_MASK + 1)) this.#chunks[0] = this.#enlarge(first, length);
    // Last, because there may be no memory for it.
    this.#length = length;
  }

  // Only the first chunk grows: a small table stays small, and a large one copies 64 kB once.
  #enlarge(first: Int32Array, length: number): Int32Array {
    let size = Math.max(SMALLEST_CHUNK, first.length);
    while (size < Math.min(length, CHUNK_MASK + 1)) size *= 2;
    const larger = new Int32Array(this.#allocate(size * 4));
    larger.set(first);
    return larger;
  }
}
