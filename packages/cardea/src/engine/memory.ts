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
export type Allocate = (bytes: number) => ArrayBufferLike;

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
