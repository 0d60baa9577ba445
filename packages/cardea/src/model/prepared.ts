/**
 * Values that the library has copied and frozen all the way down: whoever meets one need not copy it again, and what was
 * derived from it holds as long as it exists.
 */
const PREPARED = new WeakSet<object>();

/** Notes that a value is a deep frozen copy which nobody else can change. */
export function markPrepared<T extends object>(copy: T): T {
  PREPARED.add(copy);
  return copy;
}

/** Whether a value was marked so. */
export function isPrepared(value: unknown): boolean {
  return typeof value === 'object' && value !== null && PREPARED.has(value);
}
