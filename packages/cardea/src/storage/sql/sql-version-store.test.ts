import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { atomicStoreCases, versionStoreCases } from '../../../test/version-store-cases.ts';
import type { VersionStore } from '../../ports/migration.ts';
import type { SqlDialectName } from './sql-dialects.ts';
import { sqlVersionStore } from './sql-version-store.ts';

type Context = Kysely<Record<string, { readonly done: number }>>;

const prefixes = (function* () {
  for (let count = 1; ; count++) yield `cm${process.pid.toString(36)}_${count}_`;
})();

/** Tests with tables of their own over the connections that a dialect makes; they are taken away after each test. */
function sqlCases(dialect: SqlDialectName, connect: () => Dialect): void {
  let cleanUp: (() => Promise<void>)[] = [];
  let prefix = '';
  afterEach(async () => {
    for (const clean of cleanUp) await clean();
    cleanUp = [];
  });
  const open = (): VersionStore<Context> => {
    const database: Context = new Kysely({ dialect: connect() });
    cleanUp.push(async () => {
      for (const table of ['migrations', 'work'])
        await database.schema
          .dropTable(prefix + table)
          .ifExists()
          .execute();
      await database.destroy();
    });
    return sqlVersionStore(database, { prefix });
  };
  const create = async (): Promise<typeof open> => {
    prefix = prefixes.next().value;
    return open;
  };
  versionStoreCases(create);
  it('is atomic where the making of a table can be undone', () => {
    expect(open().atomically !== undefined).toBe(dialect !== 'mysql');
  });
  if (dialect === 'mysql') return;
  atomicStoreCases(
    create,
    async (context) => {
      const work = `${prefix}work`;
      await context.schema.createTable(work).ifNotExists().addColumn('done', 'integer').execute();
      await context.insertInto(work).values({ done: 1 }).execute();
    },
    async (context) => {
      const rows = await context.selectFrom(`${prefix}work`).selectAll().execute();
      return rows.length;
    },
  );
}

describe('sqlVersionStore on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-migrations-'));
  const file = join(folder, 'policies.db');
  afterEach(() => rmSync(file, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));
  sqlCases('sqlite', () => new SqliteDialect({ database: new Database(file) }));

  it('says no, and does not fail, where another process holds the database for longer than one waits', async () => {
    const impatient = new Kysely<object>({
      dialect: new SqliteDialect({ database: new Database(file, { timeout: 5 }) }),
    });
    let elapsed = 0;
    const clock = { now: () => 0, elapsed: () => (elapsed += 20_000) };
    const store = sqlVersionStore(impatient, { clock });
    const other = new Database(file);
    other.exec('begin immediate');
    expect(await store.write({ stamp: 1, version: 0 })).toBe(false);
    other.exec('commit');
    expect(await store.write({ stamp: 1, version: 0 })).toBe(true);
    other.exec('begin immediate');
    expect(await store.write({ stamp: 2, version: 0 })).toBe(false);
    expect(await store.atomically?.({ stamp: 2, version: 0 }, async () => undefined)).toBe(false);
    other.close();
    await impatient.destroy();
  });
});

describeService('postgres', 'sqlVersionStore on PostgreSQL', (url) => {
  sqlCases('postgres', () => new PostgresDialect({ pool: new Pool({ connectionString: url, max: 2 }) }));
});

describeService('mariadb', 'sqlVersionStore on MariaDB', (url) => {
  sqlCases('mysql', () => new MysqlDialect({ pool: createPool({ uri: url, connectionLimit: 2 }) }));
});
