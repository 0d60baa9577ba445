import type { HistoryEntry, HistoryPage, HistoryQuery, Intent, PendingEntries, PolicyHistory } from './history.ts';

const SIZE = 10_000;

/**
 * A history of this process alone, which ends with it.
 *
 * @param options.size how many changes are remembered; 10,000 when absent
 *
 * @example
 * ```ts
 * await createServer({ guard, policies, authenticators, history: memoryHistory() });
 * ```
 */
export function memoryHistory({ size = SIZE }: { readonly size?: number } = {}): PolicyHistory {
  let kept: readonly Kept[] = [];
  let last = 0;
  const replace = (batch: readonly Kept[], entryOf: ((entry: HistoryEntry) => HistoryEntry) | undefined): void => {
    const own = new Set(batch);
    kept = kept.flatMap((each) => {
      if (!own.has(each)) return [each];
      return entryOf === undefined ? [] : [{ ...each, entry: entryOf(each.entry) }];
    });
  };
  return {
    async begin({ changes, ...rest }: Intent): Promise<PendingEntries> {
      const batch = changes.map((change): Kept => ({ number: (last += 1), entry: { ...rest, ...change } }));
      kept = [...kept, ...batch].slice(-size);
      return {
        done: async (revision) => replace(batch, (entry) => ({ ...entry, revision })),
        undone: async () => replace(batch, undefined),
      };
    },
    async page(query: HistoryQuery): Promise<HistoryPage> {
      return pageOf(kept, query);
    },
  };
}

/** An entry, and its place among all. */
export interface Kept {
  readonly number: number;
  readonly entry: HistoryEntry;
}

/** A page of entries that are kept in the order in which they were made. */
export function pageOf(kept: readonly Kept[], { uid, after, limit }: HistoryQuery): HistoryPage {
  const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after);
  const wanted = kept.filter(({ number, entry }) => number < before && (uid === undefined || entry.uid === uid));
  const page = wanted.slice(-limit).toReversed();
  const entries = page.map(({ entry }) => entry);
  const lastOf = page.at(-1);
  return wanted.length <= limit || lastOf === undefined ? { entries } : { entries, next: String(lastOf.number) };
}
