import { CardeaError } from '../../errors.ts';
import { migrationsTable, SQL_MIGRATIONS } from './sql-migrations.ts';
import { type SqlSession, textOf } from './sql-session.ts';
import type { SqlTables } from './sql-tables.ts';
import { sql } from './sql-text.ts';
import type { SqlTransactions } from './sql-transactions.ts';

/** Where tables are migrated. */
interface Place {
  /** Over whichever connection is free. */
  readonly session: SqlSession;
  readonly transactions: SqlTransactions;
  readonly tables: SqlTables;
  readonly prefix: string;
}

/**
 * Makes the tables what this version of the library needs. Where they are, nothing is written, so that an account which may
 * only read and write rows will do. Of several processes one migrates, and the others wait.
 *
 * @throws CARDEA_UNSUPPORTED when the tables are of a later version, or the database loses or confuses values;
 * CARDEA_CONFLICT when another process migrates them for a minute
 */
export async function migrateSql({ session, transactions, tables, prefix }: Place): Promise<void> {
  for (const refusal of session.dialect.refusals) {
    const value = textOf((await session.row(refusal.ask))?.['value']);
    if (!refusal.allows.test(value)) throw new CardeaError('CARDEA_UNSUPPORTED', refusal.reason);
  }
  if ((await versionOf(session, tables)) === SQL_MIGRATIONS.length) return;
  if (session.dialect.name === 'sqlite') await transactions.untilTaken(() => letReadersGoOn(session));
  await transactions.writing((writer) => alone(writer, prefix, () => migrate(writer, tables)));
}

/** Of SQLite: with a log before its file, nobody waits for a writer. It stays so. */
async function letReadersGoOn(session: SqlSession): Promise<void> {
  const mode = await session.row(sql`pragma journal_mode`);
  if (mode?.['journal_mode'] === 'delete') await session.rows(sql`pragma journal_mode = wal`);
}

async function alone(session: SqlSession, prefix: string, work: () => Promise<void>): Promise<void> {
  const lock = session.dialect.migrationLock?.(prefix);
  if (lock === undefined) return work();
  const { taken } = (await session.row(lock.take)) ?? {};
  if (Number(taken) !== 1)
    throw new CardeaError('CARDEA_CONFLICT', 'another process has been migrating the tables for a minute');
  try {
    await work();
  } finally {
    if (lock.release !== undefined) await session.rows(lock.release);
  }
}

/** The version is told last: what was ended in between is done again. */
async function migrate(session: SqlSession, tables: SqlTables): Promise<void> {
  const version = await versionOf(session, tables);
  if (version === 0) await session.run(migrationsTable(tables, session.dialect));
  for (const migration of SQL_MIGRATIONS.slice(version))
    for (const statement of migration(tables, session.dialect)) await session.run(statement);
  if ((await session.row(sql`select 1 from ${tables.head} where id = 1`)) === undefined)
    await session.insert({
      table: tables.head,
      columns: ['id', 'revision', 'shapes_version', 'next_seq', 'keyer', 'complete_after'],
      rows: [[1, 0, '', 1, '', 0]],
    });
  const told = {
    table: tables.migrations,
    columns: ['id', 'version'],
    rows: [[1, SQL_MIGRATIONS.length]],
    key: ['id'],
  };
  await session.insert(told);
}

async function versionOf(session: SqlSession, tables: SqlTables): Promise<number> {
  if ((await session.row(session.dialect.hasTable(tables.migrations.text))) === undefined) return 0;
  const row = await session.row(sql`select version from ${tables.migrations} where id = 1`);
  const version = Number(row?.['version'] ?? 0);
  if (version <= SQL_MIGRATIONS.length) return version;
  throw new CardeaError(
    'CARDEA_UNSUPPORTED',
    `the tables are of version ${version}, and the last that this library knows is ${SQL_MIGRATIONS.length}`,
  );
}
