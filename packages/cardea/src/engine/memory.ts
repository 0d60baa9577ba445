/**
 * Where the arrays of the engine's tables come from: zeroed memory of so many bytes.
 *
 * @example
 * ```ts
 * // worker threads can then read the same table
 * const shared: Allocate = (bytes) => new SharedArrayBuffer(bytes);
 * const names = new Dictionary({ allocate: shared });
 * ```
 */
export interface Allocate {
  (bytes: number): ArrayBufferLike;
  /** Whether somebody else reads an array as it is: see {@link writable}. None is when absent. */
  readonly isSealed?: (words: Int32Array) => boolean;
}

/**
 * Memory of this thread alone: what every table uses when it is told nothing else.
 *
 * @example
 * ```ts
 * let reserved = 0;
 * const counted: Allocate = (bytes) => ((reserved += bytes), onHeap(bytes));
 * ```
 */
export const onHeap: Allocate = (bytes) => new ArrayBuffer(bytes);

/**
 * An array that may be changed in the place of one: the same, or a copy where that is sealed. The caller puts it there.
 *
 * INVARIANT sealed-stays: a table changes no array but those that it had from here, or that nobody has seen yet.
 */
export function writable(words: Int32Array, allocate: Allocate): Int32Array {
  if (allocate.isSealed?.(words) !== true) return words;
  const copy = new Int32Array(allocate(words.byteLength));
  copy.set(words);
  return copy;
}
