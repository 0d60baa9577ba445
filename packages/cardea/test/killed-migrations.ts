import Database from 'better-sqlite3';
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import type { Migration, MigrationStep } from '../src/ports/migration.ts';
import type { SqlDialectName } from '../src/storage/sql/sql-dialects.ts';

/** Tables of one column. */
export type Rows = Kysely<Record<string, { readonly row: number }>>;

const ROWS = 4;

/** A database over the driver that storages use. */
export function connect(dialect: SqlDialectName, place: string): Rows {
  if (dialect === 'sqlite') return new Kysely({ dialect: new SqliteDialect({ database: new Database(place) }) });
  if (dialect === 'mysql') return new Kysely({ dialect: new MysqlDialect({ pool: createPool(place) }) });
  return new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: place }) }) });
}

/**
 * Migrations that make two tables, row by row: the first not twice, where the database has transactions, the second
 * looking for what is there.
 *
 * @param pause called before each row
 */
export function killedMigrations(
  prefix: string,
  dialect: SqlDialectName,
  pause: (what: string) => Promise<void>,
): readonly Migration<Rows>[] {
  const [once, again] = [`${prefix}once`, `${prefix}again`];
  const fill = async (database: Rows, table: string, { checkpoint }: MigrationStep): Promise<void> => {
    for (let row = 1; row <= ROWS; row++) {
      await pause(`${table} ${row}`);
      await checkpoint();
      const found = table === again && (await database.selectFrom(table).where('row', '=', row).selectAll().execute());
      if (found === false || found.length === 0) await database.insertInto(table).values({ row }).execute();
    }
  };
  const resumable: Migration<Rows> = {
    order: dialect === 'mysql' ? 1 : 2,
    description: 'rows that are looked for',
    resumable: true,
    up: async (database, step) => {
      await database.schema.createTable(again).ifNotExists().addColumn('row', 'integer').execute();
      await fill(database, again, step);
    },
    down: async (database) => database.schema.dropTable(again).ifExists().execute(),
  };
  if (dialect === 'mysql') return [resumable];
  const atomic: Migration<Rows> = {
    order: 1,
    description: 'rows that are not',
    atomic: true,
    up: async (database, step) => {
      await database.schema.createTable(once).addColumn('row', 'integer').execute();
      await fill(database, once, step);
    },
    down: async (database) => database.schema.dropTable(once).execute(),
  };
  return [atomic, resumable];
}

/** What is in the tables at the latest version. */
export async function rowsIn(database: Rows, prefix: string, dialect: string): Promise<readonly (readonly number[])[]> {
  const tables = dialect === 'mysql' ? ['again'] : ['once', 'again'];
  return Promise.all(
    tables.map(async (table) => {
      const rows = await database
        .selectFrom(prefix + table)
        .selectAll()
        .execute();
      return rows.map(({ row }) => row).sort((a, b) => a - b);
    }),
  );
}
