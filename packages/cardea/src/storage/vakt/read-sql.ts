import type { VaktBatch, VaktDatabase, VaktElementRow, VaktPolicyRow } from '../../ports/vakt-database.ts';
import { migratedVersion } from './migrated-version.ts';

/**
 * A Kysely instance of any schema, over the database of vakt: SQLite, PostgreSQL, MySQL or MariaDB. It must have no plugin
 * that renames columns or parses results; `withSchema` may name the schema.
 */
export interface VaktSql {
  selectFrom(table: never): unknown;
  transaction(): unknown;
}

/**
 * The policies in the four tables of vakt's `SQLStorage`. Each batch is read in a transaction of its own that sees one
 * moment and cannot write; none is open while policies are imported, so that both may use one connection.
 *
 * @example
 * ```ts
 * const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
 * const report = await importVaktDatabase(readVaktSql(kysely), storage, { checker: 'regex' });
 * ```
 */
export function readVaktSql(kysely: VaktSql): VaktDatabase {
  // What Kysely's own types say depends on a schema that is not vakt's.
  const client = kysely as unknown as SqlClient;
  return { version: () => versionOf(client), batches: (size) => batchesOf(client, size) };
}

const VERSIONS = ['1.3.0'];

async function versionOf(client: SqlClient): Promise<string | undefined> {
  const rows = await client
    .selectFrom('vakt_migrations')
    .selectAll()
    .where('id', '=', 1)
    .execute()
    // vakt makes this table only where its migrations are used. What else may be wrong shows when policies are read.
    .catch((): readonly Row[] => []);
  return migratedVersion(rows[0]?.['version'] ?? 0, VERSIONS);
}

type Row = Readonly<Record<string, unknown>>;

const ELEMENTS = ['subjects', 'actions', 'resources'] as const;

async function* batchesOf(client: SqlClient, size: number): AsyncIterable<VaktBatch> {
  let after: string | undefined;
  for (;;) {
    const place = after;
    const tables = await client
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((reader) => tablesAfter(reader, place, size));
    after = tables.policies.at(-1)?.uid;
    if (after === undefined) return;
    yield { source: { tables }, unread: [] };
    if (tables.policies.length < size) return;
  }
}

type Tables = { policies: readonly VaktPolicyRow[] } & Record<(typeof ELEMENTS)[number], readonly VaktElementRow[]>;

async function tablesAfter(reader: SqlReader, after: string | undefined, size: number): Promise<Tables> {
  const all = reader.selectFrom('vakt_policies').selectAll();
  const wanted = after === undefined ? all : all.where('uid', '>', after);
  const policies = (await wanted.orderBy('uid').limit(size).execute()) as unknown as readonly VaktPolicyRow[];
  const tables: Tables = { policies, subjects: [], actions: [], resources: [] };
  const [first, last] = [policies[0]?.uid, policies.at(-1)?.uid];
  if (first === undefined || last === undefined) return tables;
  for (const name of ELEMENTS) {
    const rows = reader
      .selectFrom(`vakt_policy_${name}`)
      .selectAll()
      .where('uid', '>=', first)
      .where('uid', '<=', last);
    tables[name] = (await rows.orderBy('id').execute()) as unknown as readonly VaktElementRow[];
  }
  return tables;
}

// What is used of Kysely.
interface SqlReader {
  selectFrom(table: string): SqlSelect;
}

interface SqlClient extends SqlReader {
  transaction(): SqlTransaction;
}

interface SqlTransaction {
  setIsolationLevel(level: 'repeatable read'): SqlTransaction;
  setAccessMode(mode: 'read only'): SqlTransaction;
  execute<T>(work: (reader: SqlReader) => Promise<T>): Promise<T>;
}

interface SqlSelect {
  selectAll(): SqlSelect;
  where(column: string, operator: '=' | '>' | '>=' | '<=', value: string | number): SqlSelect;
  orderBy(column: string): SqlSelect;
  limit(count: number): SqlSelect;
  execute(): Promise<readonly Row[]>;
}
