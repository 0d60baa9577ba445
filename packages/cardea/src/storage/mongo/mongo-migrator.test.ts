import { describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { interruptedMongo } from '../../../test/interrupted-mongo.ts';
import { MongoModel } from '../../../test/mongo-model.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing } from '../../../test/policies.ts';
import { Migrator } from '../migration/migrator.ts';
import type { MongoDatabase } from './client.ts';
import { mongoMigrations } from './mongo-migrations.ts';
import { mongoMigrator } from './mongo-migrator.ts';
import { mongoStorage } from './mongo-storage.ts';
import { mongoVersionStore } from './mongo-version-store.ts';

const PREFIX = 'cardea_';
const COLLECTIONS = ['policies', 'links', 'shapes', 'changes', 'commits', 'log'];

/** Each runs on a model and on a server. */
function migrations(open: () => { connect: () => MongoDatabase; dispose: () => Promise<void> }): void {
  const using = async (work: (connect: () => MongoDatabase) => Promise<void>): Promise<void> => {
    const { connect, dispose } = open();
    try {
      await work(connect);
    } finally {
      await dispose();
    }
  };

  it('a storage is at the latest version after its first use, and is gone below version 1', async () => {
    await using(async (connect) => {
      const migrator = mongoMigrator(connect());
      expect(await migrator.status()).toMatchObject({ state: 'outdated', version: 0 });
      await mongoStorage(connect()).add(allowing('a'));
      expect(await migrator.status()).toMatchObject({ state: 'current', version: 1 });
      await migrator.down(0);
      for (const name of COLLECTIONS) expect(await connect().collection(`${PREFIX}${name}`).findOne({})).toBeNull();
      await migrator.up();
      const storage = mongoStorage(connect());
      expect([await storage.revision(), await storage.getAll(9, 0)]).toEqual([0, []]);
    });
  });

  it('processes that start at once all find what they need', async () => {
    await using(async (connect) => {
      const storages = Array.from({ length: 6 }, () => mongoStorage(connect()));
      await Promise.all(storages.map((storage, at) => storage.add(allowing(`p${at}`))));
      expect(await storages[0]?.revision()).toBe(6);
    });
  });

  it('a later layout is refused, and left as it is', async () => {
    await using(async (connect) => {
      await mongoStorage(connect()).add(allowing('a'));
      const store = mongoVersionStore(connect());
      const record = await store.read();
      await store.write({ stamp: record.stamp + 1, version: 2 });
      await expect(mongoStorage(connect()).add(allowing('b'))).rejects.toMatchObject({ code: 'CARDEA_UNSUPPORTED' });
      expect(await connect().collection('cardea_commits').findOne({ _id: '2' })).toBeNull();
    });
  });

  it('an account that may not make anything can use what is there', async () => {
    await using(async (connect) => {
      await mongoStorage(connect()).add(allowing('a'));
      const restricted = interruptedMongo(connect(), (statement) => {
        if (/createIndexes|drop|insert|update|delete/.test(statement)) throw new Error(`${statement} is not allowed`);
      });
      expect(await mongoStorage(restricted).getAll(9, 0)).toEqual([allowing('a')]);
    });
  });

  it('a process that is gone at any statement of a migration is followed by one that ends it, up or down', async () => {
    await using(async (connect) => {
      const database = connect();
      const options = { store: mongoVersionStore(database), migrations: mongoMigrations(PREFIX) };
      const healthy = new Migrator(options);
      const directions = [
        { from: 0, to: 1 },
        { from: 1, to: 0 },
      ];
      for (const { from, to } of directions) {
        for (let at = 1, reached = true; reached; at++) {
          await healthy.to(from);
          if (from === 1) await mongoStorage(database).add(allowing('a'));
          let statements = 0;
          const gone = interruptedMongo(database, (_statement, when) => {
            if (when === 'before') statements += 1;
            if (statements >= at) throw new Error('the process is gone');
          });
          const migrations = mongoMigrations(PREFIX).map((migration) => ({
            ...migration,
            up: () => migration.up(gone, { checkpoint: async () => undefined }),
            down: async () => migration.down?.(gone, { checkpoint: async () => undefined }),
          }));
          reached = await new Migrator({ ...options, migrations }).to(to).then(
            () => false,
            () => true,
          );
          // As a storage does, whichever way the other went.
          const storage = mongoStorage(database);
          await storage.add(allowing('b'));
          const { policies } = await storage.findForInquiry({ subject: 'max', action: 'get', resource: 'x' });
          // What was there is there or gone, and nothing between.
          const all = from === 0 ? [] : [allowing('a')];
          expect([[...all, allowing('b')], [allowing('b')]]).toContainEqual(policies);
          await healthy.down(0);
        }
      }
    });
  });
}

describe('mongoMigrator on a model of a server', () => {
  migrations(() => {
    const model = new MongoModel({ isReplicaSet: false });
    return { connect: () => model.connect(), dispose: () => Promise.resolve() };
  });
});

describeService('mongodb', 'mongoMigrator', (url) => {
  migrations(() => {
    const database = new MongoTestDatabase(url, 'migrator');
    return { connect: () => database.connect(), dispose: () => database.drop() };
  });
});
