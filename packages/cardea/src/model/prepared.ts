import { objectNotes } from './object-notes.ts';

/**
 * Values that the library has copied, and that are frozen all the way down or seen by nobody else: whoever meets one need
 * not copy it again, and what was derived from it holds as long as it exists.
 */
const PREPARED = objectNotes<Derived>();

/** What was derived from a prepared value. */
export interface Derived {
  /** The text that patterns of statements are searched in. */
  document: string | undefined;
}

/** Notes that a value is a copy which nobody else can change. */
export function markPrepared<T extends object>(copy: T): T {
  PREPARED.set(copy, { document: undefined });
  return copy;
}

/** Whether a value was marked so. */
export function isPrepared(value: unknown): value is object {
  return typeof value === 'object' && value !== null && PREPARED.get(value) !== undefined;
}

/** Where to keep what is derived from a value; undefined for one that was not marked, and may change. */
export function derivedOf(value: object): Derived | undefined {
  return PREPARED.get(value);
}
