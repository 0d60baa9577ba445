import { LruMap } from '../ast/lru.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { PolicySchema } from '../model/schema.ts';
import type { CacheBackend, CacheInfo } from '../ports/cache.ts';
import type { Storage } from '../ports/storage.ts';
import { Guard, type GuardOptions } from './guard.ts';

/** A guard's options, and where it keeps the decisions that it remembers. */
export interface CachedGuardOptions extends Omit<GuardOptions, 'cache'> {
  /** Decisions to remember at most: 1024 when absent, null for all, 0 for none. Only without a `backend`. */
  readonly maxSize?: number | null;
  /** Where decisions are kept instead of in memory; for this guard alone. */
  readonly backend?: CacheBackend<Decision>;
}

/** A guard that remembers, the storage that it reads, and what it remembers in. */
export interface CachedGuard<S extends PolicySchema = PolicySchema> {
  readonly guard: Guard<S>;
  readonly storage: Storage;
  /** `info()` tells hits and misses, `clear()` forgets. */
  readonly cache: CacheBackend<Decision>;
}

/**
 * Makes a guard that remembers its decisions (vakt `create_cached_guard`). A decision is found again only for an
 * equal inquiry over the same revision of the policies, so there is nothing to invalidate and no stale
 * allow. Errors are not remembered; an answer that comes from the cache is audited like any other.
 *
 * @throws CARDEA_INVALID_ARGUMENT when `maxSize` is negative or no integer, and as {@link Guard} does
 *
 * @example
 * ```ts
 * const { guard, cache } = createCachedGuard(storage, { maxSize: 10_000 });
 * await guard.isAllowed(inquiry);
 * cache.info(); // { hits: 0, misses: 1, maxSize: 10000, currentSize: 1 }
 * ```
 */
export function createCachedGuard<S extends PolicySchema = PolicySchema>(
  storage: Storage,
  options: CachedGuardOptions = {},
): CachedGuard<S> {
  const { maxSize = 1024, backend, ...rest } = options;
  const cache = backend ?? memoryBackend(maxSize);
  return { guard: new Guard<S>(storage, { ...rest, cache }), storage, cache };
}

function memoryBackend<V>(maxSize: number | null): CacheBackend<V> {
  if (maxSize !== null && (!Number.isSafeInteger(maxSize) || maxSize < 0)) {
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `maxSize must be a whole number of at least 0, or null, not ${quote(String(maxSize))}`,
    );
  }
  const entries = new LruMap<string, V>(maxSize);
  return {
    get: (key) => entries.get(key),
    set: (key, value) => entries.set(key, value),
    clear: () => entries.clear(),
    info: (): CacheInfo => ({ ...entries.info, maxSize, currentSize: entries.size }),
  };
}
