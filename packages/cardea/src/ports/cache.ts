/** What a cache did since it was made. */
export interface CacheInfo {
  readonly hits: number;
  readonly misses: number;
  /** Entries at most; null when unbounded. */
  readonly maxSize: number | null;
  readonly currentSize: number;
}

/** A bounded store of remembered answers. Backends for {@link createCachedGuard} implement it. */
export interface CacheBackend<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  clear(): void;
  info(): CacheInfo;
}
