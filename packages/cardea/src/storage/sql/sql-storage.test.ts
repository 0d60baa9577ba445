import { CamelCasePlugin, DummyDriver, Kysely, MssqlAdapter, MssqlQueryCompiler, PostgresIntrospector } from 'kysely';
import { describe, expect, it } from 'vitest';
import { allowing } from '../../../test/policies.ts';
import { connectTo, run } from '../../../test/sql-connections.ts';
import { SQL_DATABASES, type SqlPlace } from '../../../test/sql-databases.ts';
import type { CardeaError } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import { listOf } from '../../testing/assertions.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import { sqlStorage } from './sql-storage.ts';

const SLOW_DISK_MS = 30_000;

for (const database of SQL_DATABASES) {
  database.describe(`sqlStorage over ${database.name}`, (create) => {
    const suite = async () => {
      const { storage, listen, dispose } = await create();
      const options = listen === undefined ? {} : { listen };
      return { storage: storage(options), another: () => storage(options), dispose };
    };
    storageSuite(database.name, suite, { describe, it });

    const rule = (name: string, test: (place: SqlPlace) => Promise<void>): void => {
      it(name, { timeout: SLOW_DISK_MS * 4 }, async () => {
        const place = await create();
        try {
          await test(place);
        } finally {
          await place.dispose();
        }
      });
    };

    rule('of many processes that prepare at once one makes the tables', async ({ storage }) => {
      const storages = Array.from({ length: 6 }, () => storage());
      await Promise.all(storages.map((one) => one.prepare()));
      await Promise.all(storages.map((one, at) => one.add(allowing(`p${at}`))));
      expect((await storages[0]?.getAll(10, 0))?.length).toBe(6);
    });

    rule('tables of a later version are refused, and stay as they are', async ({ storage, connect }) => {
      await storage().add(allowing('a'));
      const kysely = connect();
      await run(kysely, 'update cardea_migrations set version = 99');
      const refusal = { code: 'CARDEA_UNSUPPORTED', message: expect.stringContaining('99') };
      await expect(storage().revision()).rejects.toMatchObject(refusal);
      expect(Number((await run(kysely, 'select version from cardea_migrations'))[0]?.['version'])).toBe(99);
    });

    rule('a migration that was ended before it told its version is done again', async ({ storage, connect }) => {
      await storage().add(allowing('a'));
      await run(connect(), 'delete from cardea_migrations');
      await run(connect(), 'drop table cardea_changes');
      expect(await storage().get('a')).toMatchObject({ uid: 'a' });
      expect(await storage().changesSince(1)).toMatchObject({ complete: true, changes: [] });
    });

    rule('storages of two prefixes know nothing of each other', async ({ storage }) => {
      const [a, b] = [storage({ prefix: 'a_' }), storage({ prefix: 'b_' })];
      await a.add(allowing('x'));
      expect([await b.revision(), await b.get('x')]).toEqual([0, undefined]);
    });

    rule('plugins of the instance change nothing', async ({ connect }) => {
      const storage = sqlStorage(connect().withPlugin(new CamelCasePlugin()));
      await storage.add(allowing('a'));
      expect([await storage.revision(), (await storage.get('a'))?.uid]).toEqual([1, 'a']);
    });

    rule('a document comes back character by character', async ({ storage, connect }) => {
      const labels = JSON.parse('{"b": "1", "a": "2", "10": "3", "2": "4"}') as Record<string, string>;
      await storage().add(allowing('a', { labels }));
      const [row] = await run(connect(), 'select document from cardea_policies');
      expect(JSON.stringify(await storage().get('a'))).toBe(row?.['document']);
    });

    rule('who waits while another writes a while is not turned away', async ({ storage }) => {
      const [slow, quick] = [storage(), storage()];
      await slow.prepare();
      const many = Array.from({ length: 2000 }, (_, at) => allowing(`p${at}`));
      const writing = slow.apply(many.map((policy) => ({ type: 'add', policy }) as const));
      await Promise.all([writing, ...Array.from({ length: 20 }, (_, at) => quick.add(allowing(`q${at}`)))]);
      expect((await listOf(quick.retrieveAll(1000))).length).toBe(2020);
      expect(await quick.revision()).toBe(21);
    });

    rule('links of many templates are found, counted and taken away by the hundred', async ({ storage }) => {
      const own = storage();
      const template = (at: number): Policy => allowing(`t${at}`, { slots: ['who'], subjects: [{ $slot: 'who' }] });
      await own.addAll(Array.from({ length: 150 }, (_, at) => template(at)));
      const links = Array.from({ length: 1500 }, (_, at) => ({ template: `t${at % 150}`, values: { who: `u${at}` } }));
      await own.linkAll(links);
      const revision = await own.revision();
      await own.linkAll(links);
      expect(await own.revision()).toBe(revision);
      await own.apply(links.slice(0, 1400).map((link) => ({ type: 'unlink', link }) as const));
      expect((await listOf(own.retrieveLinks(7))).length).toBe(100);
      await expect(own.update(allowing('t149'))).rejects.toMatchObject({ code: 'CARDEA_CONFLICT' });
      await own.update(allowing('t0'));
    });
  });
}

describe('sqlStorage', () => {
  it.each(['', 'A_', 'a-b', 'a"; drop table x; --', '1a', 'a'.repeat(41), null])('refuses the prefix %j', (prefix) => {
    const kysely = connectTo({ name: 'node:sqlite', url: ':memory:' });
    expect(() => sqlStorage(kysely, { prefix: prefix as string })).toThrow(/prefix of tables/);
  });

  it('refuses a transaction, a dialect that it does not speak, and to listen where nobody tells', async () => {
    const kysely = connectTo({ name: 'node:sqlite', url: ':memory:' });
    await kysely.transaction().execute(async (transaction) => {
      expect(() => sqlStorage(transaction)).toThrow(/own transactions/);
    });
    expect(() => sqlStorage(kysely, { listen: () => Promise.reject(new Error('never')) })).toThrow(/only PostgreSQL/);
    const mssql = new Kysely({
      dialect: {
        createAdapter: () => new MssqlAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new MssqlQueryCompiler(),
      },
    });
    expect(() => sqlStorage(mssql)).toThrow(/none of SQLite/);
  });

  it('leaves the instance to who made it', async () => {
    const kysely = connectTo({ name: 'better-sqlite3', url: ':memory:' });
    const storage = sqlStorage(kysely);
    await storage.add(allowing('a'));
    await storage.close();
    expect(await run(kysely, 'select count(*) as count from cardea_policies')).toEqual([{ count: 1 }]);
    await kysely.destroy();
  });

  it('lets other statements of the connection wait for locks as before', async () => {
    const kysely = connectTo({ name: 'better-sqlite3', url: ':memory:' });
    await run(kysely, 'pragma busy_timeout = 1234');
    await sqlStorage(kysely).add(allowing('a'));
    expect(await run(kysely, 'pragma busy_timeout')).toEqual([{ timeout: 1234 }]);
    await kysely.destroy();
  });
});

SQL_DATABASES.find(({ name }) => name === 'mariadb')?.describe(
  'sqlStorage over a MariaDB that confuses values',
  (create) => {
    it.each([
      ["set sql_mode = 'NO_BACKSLASH_ESCAPES'", 'escaped safely'],
      ['set names latin1', 'character set'],
    ])('refuses it after %s', async (setting, reason) => {
      const place = await create();
      try {
        const kysely = place.connect();
        const refused = await kysely.connection().execute(async (connection) => {
          await run(connection, setting);
          return sqlStorage(connection)
            .prepare()
            .catch((error: unknown) => error as CardeaError);
        });
        expect(refused).toMatchObject({ code: 'CARDEA_UNSUPPORTED', message: expect.stringContaining(reason) });
      } finally {
        await place.dispose();
      }
    });
  },
);
