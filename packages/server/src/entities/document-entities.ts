import { keyOf } from './ancestors.ts';
import type { EntityData } from './entity-document.ts';
import type { EntityRecord, EntitySource } from './entity-source.ts';
import { memoryDirectory } from './memory-directory.ts';

/**
 * Entities of documents, as a source beside others: their parents may be of another source.
 *
 * @throws CARDEA_INVALID_DOCUMENT when two entities have one type and id
 *
 * @example
 * ```ts
 * const { entities } = parseEntityDocument(JSON.parse(await readFile('users.json', 'utf8')), 'users.json');
 * const directory = sourceDirectory({ sources: [documentEntities(entities), sqlEntities(kysely, tables)] });
 * ```
 */
export function documentEntities(entities: readonly EntityData[]): EntitySource {
  const directory = memoryDirectory({ entities });
  const records = new Map(
    entities.map((entity): readonly [string, EntityRecord] => {
      const { properties = {}, parents = [] } = entity;
      return [keyOf(entity), { properties, parents }];
    }),
  );
  return {
    types: [...new Set(entities.map(({ type }) => type))],
    read: async (reference) => records.get(keyOf(reference)),
    list: async (type, { after, limit }) => directory.list(type, after, limit),
  };
}
