import { CardeaError, type Clock, type JsonObject, type Logger, quote, systemClock } from 'cardea';
import { LRUCache } from 'lru-cache';
import { ancestorsOf, type HierarchyLimits, keyOf } from './ancestors.ts';
import { unreadable } from './answerable-directory.ts';
import type { EntityDirectory } from './entity-directory.ts';
import type { ActionData } from './entity-document.ts';
import type { EntityRecord, EntityReference, EntitySource } from './entity-source.ts';
import { actionsOf } from './memory-directory.ts';

/** What a directory of sources is made of. */
export interface SourceDirectoryOptions extends Partial<HierarchyLimits> {
  /** Each type is of one of them. */
  readonly sources: readonly EntitySource[];
  readonly actions?: readonly ActionData[];
  /** How long what was read counts, in milliseconds; 5000 when absent, 0 reads each time. */
  readonly maxAgeMs?: number;
  /** How many entities are remembered; 10,000 when absent. */
  readonly maxEntities?: number;
  /** How long the sources may take for one answer, in milliseconds; 2000 when absent. */
  readonly timeoutMs?: number;
  /** Told why a source could not be read. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/**
 * A directory of what sources know. An entity that is in others has the property `ancestors`: the names `type:id` of all that
 * it is in, directly or not, 32 levels and 1000 entities at most when absent.
 *
 * Where a source fails, takes too long or knows of more than the limits allow, the request fails with 503: what is not known
 * is never taken for what is not there. A failure is not remembered.
 *
 * @throws CARDEA_INVALID_ARGUMENT when two sources know one type, or a limit is not a whole number
 *
 * @example
 * ```ts
 * const directory = sourceDirectory({ sources: [sqlEntities(kysely, tables)], actions: [{ name: 'read' }] });
 * ```
 */
export function sourceDirectory({
  sources,
  actions = [],
  depth = 32,
  ancestors = 1000,
  maxAgeMs = 5000,
  maxEntities = 10_000,
  timeoutMs = 2000,
  logger,
  clock = systemClock,
}: SourceDirectoryOptions): EntityDirectory {
  requireLimits({ depth, ancestors, maxEntities, timeoutMs });
  const byType = sourcesByType(sources);
  const remembered = new LRUCache<string, { readonly record: EntityRecord | undefined }>({
    max: maxEntities,
    ttl: maxAgeMs,
    perf: { now: () => clock.elapsed() },
    // Within a millisecond that is long over.
    ttlResolution: 0,
  });
  const waiting = new Map<string, Promise<EntityRecord | undefined>>();

  const read = (reference: EntityReference, signal: AbortSignal): Promise<EntityRecord | undefined> => {
    const source = byType.get(reference.type);
    if (source === undefined) return Promise.resolve(undefined);
    const key = keyOf(reference);
    const known = maxAgeMs > 0 ? remembered.get(key) : undefined;
    if (known !== undefined) return Promise.resolve(known.record);
    const asked = waiting.get(key) ?? ask(source, reference, key, signal);
    return asked;
  };
  const ask = async (source: EntitySource, reference: EntityReference, key: string, signal: AbortSignal) => {
    const answer = source.read(reference, signal).then((record) => {
      if (maxAgeMs > 0) remembered.set(key, { record });
      return record;
    });
    waiting.set(key, answer);
    try {
      return await answer;
    } finally {
      waiting.delete(key);
    }
  };
  /** Ends in time, whether a source looks at the signal or not. */
  const inTime = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const end = (): void => reject(new Error(`the sources took longer than ${timeoutMs} ms`));
    signal.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([work(signal), ended]);
    } catch (error) {
      logger?.error({ err: error }, 'attributes cannot be read');
      throw unreadable();
    } finally {
      signal.removeEventListener('abort', end);
    }
  };

  return {
    find: (type, id) =>
      inTime(async (signal): Promise<JsonObject | undefined> => {
        const record = await read({ type, id }, signal);
        if (record === undefined) return undefined;
        const parentsOf = async (reference: EntityReference): Promise<readonly EntityReference[]> =>
          (await read(reference, signal))?.parents ?? [];
        const names = await ancestorsOf(record.parents, parentsOf, { depth, ancestors });
        return names.length === 0 ? record.properties : { ...record.properties, ancestors: names };
      }),
    list: (type, after, limit) =>
      inTime(async (signal) => (await byType.get(type)?.list(type, { after, limit }, signal)) ?? []),
    actions: (resourceType) => actionsOf(actions, resourceType),
  };
}

function sourcesByType(sources: readonly EntitySource[]): ReadonlyMap<string, EntitySource> {
  const byType = new Map<string, EntitySource>();
  for (const source of sources)
    for (const type of source.types) {
      if (byType.has(type))
        throw new CardeaError('CARDEA_INVALID_ARGUMENT', `two sources know the type ${quote(type)}`);
      byType.set(type, source);
    }
  return byType;
}

function requireLimits(limits: Readonly<Record<string, number>>): void {
  for (const [name, limit] of Object.entries(limits))
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`${name}\` is not a whole number from 1 on`);
}
