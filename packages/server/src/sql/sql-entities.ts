import { CardeaError, type Json, quote } from 'cardea';
import type { Kysely } from 'kysely';
import type { EntityRecord, EntityReference, EntitySource } from '../entities/entity-source.ts';
import { jsonOfColumn } from './column-value.ts';
import type { EntityTable, ParentColumn, PropertyColumn } from './entity-table.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Entities of tables of SQLite, PostgreSQL, MySQL or MariaDB. Names of tables and columns are those of the mapping, never of a
 * request; ids are parameters, and a row whose id is not character by character what was asked for is another entity, whatever
 * the database takes for equal.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a property is named `ancestors`, which hierarchies make
 *
 * @example
 * ```ts
 * const source = sqlEntities(kysely, {
 *   user: {
 *     table: 'users',
 *     properties: { role: 'role', active: { column: 'is_active', as: 'boolean' } },
 *     parents: [{ type: 'group', table: 'memberships', child: 'user_id', parent: 'group_id' }],
 *   },
 *   group: { table: 'groups', parents: [{ type: 'group', column: 'parent_id' }] },
 * });
 * ```
 */
export function sqlEntities<Database>(
  kysely: Kysely<Database>,
  tables: Readonly<Record<string, EntityTable>>,
): EntitySource {
  const database = kysely as unknown as Kysely<Record<string, Record<string, unknown>>>;
  const byType = new Map(Object.entries(tables).map(([type, table]) => [type, mappingOf(type, table)]));
  const mapped = (type: string): Mapping => {
    const mapping = byType.get(type);
    if (mapping === undefined) throw new Error(`no table is mapped to the type ${quote(type)}`);
    return mapping;
  };
  return {
    types: [...byType.keys()],
    async read({ type, id }) {
      const mapping = mapped(type);
      const key = keyOf(mapping, id);
      if (key === undefined) return undefined;
      const columns = [mapping.id, ...mapping.columns];
      const rows = await database.selectFrom(mapping.table).select(columns).where(mapping.id, '=', key).execute();
      const row = (rows as readonly Row[]).find((each) => idOf(each[mapping.id]) === id);
      return row === undefined ? undefined : recordOf(row, mapping, await joined(database, mapping, { key, id }));
    },
    async list(type, { after, limit }) {
      const mapping = mapped(type);
      let query = database.selectFrom(mapping.table).select([mapping.id]).orderBy(mapping.id).limit(limit);
      if (after !== undefined) query = query.where(mapping.id, '>', keyOf(mapping, after));
      return ((await query.execute()) as readonly Row[]).map((row) => idOf(row[mapping.id]));
    },
  };
}

interface Mapping {
  readonly table: string;
  readonly id: string;
  readonly isInteger: boolean;
  readonly properties: readonly (readonly [name: string, PropertyColumn])[];
  readonly parents: readonly ParentColumn[];
  /** Those of the table that are read besides the id. */
  readonly columns: readonly string[];
}

function mappingOf(type: string, { table, id = 'id', idType, properties = {}, parents = [] }: EntityTable): Mapping {
  if (Object.hasOwn(properties, 'ancestors'))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`ancestors\` of ${quote(type)} are made of \`parents\``);
  const named = Object.entries(properties).map(
    ([name, given]) => [name, typeof given === 'string' ? { column: given } : given] as const,
  );
  const own = parents.flatMap((parent) => ('column' in parent ? [parent.column] : []));
  const columns = [...new Set([...named.map(([, { column }]) => column), ...own])].filter((column) => column !== id);
  return { table, id, isInteger: idType === 'integer', properties: named, parents, columns };
}

/** What an id is compared with; undefined where no row can have it. */
function keyOf({ isInteger }: Mapping, id: string): string | number | undefined {
  if (!isInteger) return id.includes('\0') ? undefined : id;
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === id ? number : undefined;
}

function idOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new Error('an id is neither a text nor a whole number');
}

function recordOf(row: Row, { properties, parents }: Mapping, joinedParents: readonly EntityReference[]): EntityRecord {
  const members = properties.flatMap(([name, { column, as }]): readonly (readonly [string, Json])[] => {
    const value = row[column];
    return value === null || value === undefined ? [] : [[name, jsonOfColumn(value, as)]];
  });
  const own = parents.flatMap((parent): readonly EntityReference[] => {
    const value = 'column' in parent ? row[parent.column] : undefined;
    return value === null || value === undefined ? [] : [{ type: parent.type, id: idOf(value) }];
  });
  // Made from entries, so that a property `__proto__` stays one.
  return { properties: Object.fromEntries(members), parents: [...own, ...joinedParents] };
}

async function joined(
  database: Kysely<Record<string, Record<string, unknown>>>,
  { parents }: Mapping,
  { key, id }: { readonly key: string | number; readonly id: string },
): Promise<readonly EntityReference[]> {
  const lists = await Promise.all(
    parents.map(async (mapped): Promise<readonly EntityReference[]> => {
      if ('column' in mapped) return [];
      const { type, table, child, parent } = mapped;
      const rows = await database.selectFrom(table).select([child, parent]).where(child, '=', key).execute();
      return (rows as readonly Row[])
        .filter((row) => idOf(row[child]) === id && row[parent] !== null)
        .map((row) => ({ type, id: idOf(row[parent]) }));
    }),
  );
  return lists.flat();
}
