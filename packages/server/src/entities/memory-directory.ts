import { CardeaError, type JsonObject, type NamedAction, quote } from 'cardea';
import type { EntityDirectory } from './entity-directory.ts';
import type { ActionData, EntityData, EntityDocument } from './entity-document.ts';

interface OfType {
  /** In the order of their characters. */
  readonly ids: readonly string[];
  readonly properties: ReadonlyMap<string, JsonObject>;
}

/**
 * Knows the entities of documents. One that has parents has the property `ancestors`: the names `type:id` of all that it
 * is in, directly or not, in the order of their characters.
 *
 * @throws CARDEA_INVALID_DOCUMENT when two entities have one type and id
 *
 * @example
 * ```ts
 * const directory = memoryDirectory({
 *   entities: [
 *     { type: 'user', id: 'alice', parents: [{ type: 'group', id: 'sales' }] },
 *     { type: 'group', id: 'sales', parents: [{ type: 'group', id: 'staff' }] },
 *   ],
 * });
 * directory.find('user', 'alice'); // { ancestors: ['group:sales', 'group:staff'] }
 * ```
 */
export function memoryDirectory({ entities = [], actions = [] }: Partial<EntityDocument>): EntityDirectory {
  const parents = parentsOf(entities);
  const types = new Map<string, Map<string, JsonObject>>();
  for (const { type, id, properties = {} } of entities) {
    const known = types.get(type) ?? new Map<string, JsonObject>();
    if (known.has(id))
      throw new CardeaError('CARDEA_INVALID_DOCUMENT', `entity ${quote(`${type}:${id}`)} is there twice`);
    const ancestors = ancestorsOf(nameOf({ type, id }), parents);
    known.set(id, ancestors.length === 0 ? properties : { ...properties, ancestors });
    types.set(type, known);
  }
  const byType = new Map([...types].map(([type, properties]) => [type, sorted(properties)]));
  return {
    find: (type, id) => byType.get(type)?.properties.get(id),
    list: (type, after, limit) => {
      const ids = byType.get(type)?.ids ?? [];
      const start = after === undefined ? 0 : firstAfter(ids, after);
      return ids.slice(start, start + limit);
    },
    actions: (resourceType) => actionsOf(actions, resourceType),
  };
}

/** How an entity is named where others are in it. */
export function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}:${id}`;
}

function parentsOf(entities: readonly EntityData[]): ReadonlyMap<string, readonly string[]> {
  return new Map(entities.map((entity) => [nameOf(entity), (entity.parents ?? []).map(nameOf)]));
}

/** All that are reached from a name by parents; a group that is in itself is its own ancestor. */
function ancestorsOf(name: string, parents: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Set<string>();
  const waiting = [...(parents.get(name) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(parents.get(next) ?? []));
  }
  return [...reached].sort();
}

function sorted(properties: ReadonlyMap<string, JsonObject>): OfType {
  return { ids: [...properties.keys()].sort(), properties };
}

/** Where the first id is that comes after another, which need not be there any more. */
function firstAfter(ids: readonly string[], after: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The actions on resources of a type. */
export function actionsOf(actions: readonly ActionData[], resourceType: string): readonly NamedAction[] {
  return actions
    .filter(({ resourceTypes }) => resourceTypes === undefined || resourceTypes.includes(resourceType))
    .map(({ name, properties }) => (properties === undefined ? { name } : { name, properties }));
}
