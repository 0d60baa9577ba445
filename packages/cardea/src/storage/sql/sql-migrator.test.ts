import { describe, expect, it } from 'vitest';
import { CamelCasePlugin } from 'kysely';
import { describeService } from '../../../../../test/services.ts';
import { allowing } from '../../../test/policies.ts';
import { connectTo, run } from '../../../test/sql-connections.ts';
import { postgresSite } from '../../../test/database-sites.ts';
import { placesOf, SQL_DATABASES, type SqlPlace } from '../../../test/sql-databases.ts';
import type { VersionStore } from '../../ports/migration.ts';
import { detectDialect } from './detect-dialect.ts';
import { sqlMigrator } from './sql-migrator.ts';
import { SqlSession } from './sql-session.ts';
import { sqlTables } from './sql-tables.ts';
import { sqlVersionStore } from './sql-version-store.ts';

const TIMEOUT_MS = 120_000;

/** Which of the tables are there. */
async function tablesIn({ connect }: SqlPlace): Promise<readonly string[]> {
  const kysely = connect();
  const dialect = detectDialect(kysely);
  const session = new SqlSession(kysely, dialect);
  const found: string[] = [];
  for (const [name, table] of Object.entries(sqlTables('cardea_')))
    if ((await session.row(dialect.hasTable(table.text))) !== undefined) found.push(name);
  return found.sort();
}

/** As a process leaves a database that was killed in the middle of a migration. */
async function interrupt(store: VersionStore<unknown>): Promise<void> {
  const claim = { owner: 'gone', leaseMs: 1, renewedAt: '' };
  await store.write({ stamp: 1, version: 0, running: { order: 1, direction: 'up' }, claim });
}

for (const database of SQL_DATABASES) {
  database.describe(`sqlMigrator over ${database.name}`, (create) => {
    const rule = (name: string, test: (place: SqlPlace) => Promise<void>): void => {
      it(name, { timeout: TIMEOUT_MS }, async () => {
        const place = await create();
        try {
          await test(place);
        } finally {
          await place.dispose();
        }
      });
    };

    rule('who asks where an empty database stands leaves it empty', async (place) => {
      const status = await sqlMigrator(place.connect()).status();
      expect([status.state, status.version, status.latest]).toEqual(['outdated', 0, 1]);
      expect(await tablesIn(place)).toEqual([]);
    });

    rule('up makes all tables, down takes all away but that of the version, and up makes them again', async (place) => {
      const migrator = sqlMigrator(place.connect());
      const all = ['changes', 'head', 'links', 'migrations', 'policies', 'policy_keys', 'shapes'];
      for (const uid of ['a', 'b']) {
        expect(await migrator.up()).toMatchObject({ state: 'current', version: 1 });
        expect(await tablesIn(place)).toEqual(all);
        await place.storage().add(allowing(uid));
        expect((await place.storage().getAll(10, 0)).map((policy) => policy.uid)).toEqual([uid]);
        expect(await migrator.down(0)).toMatchObject({ state: 'outdated', version: 0 });
        expect(await tablesIn(place)).toEqual(['migrations']);
      }
    });

    rule('of many that migrate at once each finds the tables made', async (place) => {
      const migrators = Array.from({ length: 6 }, () => sqlMigrator(place.connect()));
      const done = await Promise.all(migrators.map((migrator) => migrator.up()));
      expect(done.map(({ state }) => state)).toEqual(migrators.map(() => 'current'));
    });

    rule('a storage that is not to migrate makes tables, and refuses what is interrupted', async (place) => {
      const store = sqlVersionStore(place.connect());
      await interrupt(store);
      const refusal = { code: 'CARDEA_MIGRATION', message: expect.stringContaining('migrate up') };
      await expect(place.storage({ migrate: 'refuse' }).prepare()).rejects.toMatchObject(refusal);
      await place.storage({ prefix: 'fresh_', migrate: 'refuse' }).add(allowing('a'));
      await place.storage().prepare();
      await place.storage({ migrate: 'refuse' }).add(allowing('a'));
      expect((await store.read()).version).toBe(1);
    });

    rule('plugins of the instance change nothing', async (place) => {
      const migrator = sqlMigrator(place.connect().withPlugin(new CamelCasePlugin()));
      await migrator.up();
      expect(await place.storage().revision()).toBe(0);
      expect(await migrator.status()).toEqual(await sqlMigrator(place.connect()).status());
    });
  });
}

describe('sqlMigrator', () => {
  it('refuses a transaction, and a prefix that needs quotes', async () => {
    const kysely = connectTo({ name: 'node:sqlite', url: ':memory:' });
    await kysely.transaction().execute(async (transaction) => {
      expect(() => sqlMigrator(transaction)).toThrow(/own transactions/);
    });
    expect(() => sqlMigrator(kysely, { prefix: 'A' })).toThrow(/prefix of tables/);
  });
});

describeService('postgres', 'sqlStorage with an account of PostgreSQL that may only read and write rows', (url) => {
  it('works where the tables are there, and makes none', { timeout: TIMEOUT_MS }, async () => {
    const place = await placesOf(() => postgresSite(url))();
    const owner = place.connect();
    const schema = new URL(place.address.url).searchParams.get('options')?.split('=')[1] ?? '';
    const role = `${schema}_rows`;
    const own = new URL(place.address.url);
    own.searchParams.set('options', `-c search_path=${schema} -c role=${role}`);
    const site = { address: { name: 'postgres', url: own.href } as const, remove: () => undefined };
    try {
      await run(owner, `create role ${role}`);
      await run(owner, `grant usage on schema ${schema} to ${role}`);
      await place.storage().add(allowing('a'));
      await run(owner, `grant select, insert, update, delete on all tables in schema ${schema} to ${role}`);
      const limited = await placesOf(() => site)();
      const storage = limited.storage({ migrate: 'refuse' });
      await storage.add(allowing('b'));
      await storage.delete('a');
      expect((await storage.getAll(10, 0)).map(({ uid }) => uid)).toEqual(['b']);
      await expect(limited.storage({ prefix: 'other_' }).prepare()).rejects.toThrow(/permission denied/);
      await limited.dispose();
    } finally {
      await run(owner, `drop owned by ${role}`);
      await run(owner, `drop role ${role}`);
      await place.dispose();
    }
  });
});
