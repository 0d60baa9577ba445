import { randomUUID } from 'node:crypto';
import { BSON, type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { forDriver } from '../../../test/vakt-documents.ts';
import { itWithVakt } from '../../../test/vakt-itself.ts';
import {
  expectImported,
  keptByVakt,
  losslessText,
  recordedPolicies,
  withDistinctUids,
} from '../../../test/vakt-vectors.ts';
import { importVaktDatabase, type LosslessJson } from '../../syntax/vakt/index.ts';
import { MemoryStorage } from '../memory.ts';
import { readVaktMongo } from './read-mongo.ts';

type Members = ReadonlyMap<string, LosslessJson>;

const ANY = { 'py/object': 'vakt.rules.logic.Any' };

describeService('mongodb', 'reading the collection of vakt', (url) => {
  const client = new MongoClient(url);
  const databases: Db[] = [];
  beforeAll(() => client.connect());
  afterAll(async () => {
    for (const database of databases) await database.dropDatabase();
    await client.close();
  });

  function newDatabase(): Db {
    const database = client.db(`cardea_vakt_${randomUUID().slice(0, 8)}`);
    databases.push(database);
    return database;
  }

  async function insert(database: Db, documents: readonly unknown[], collection = 'vakt_policies'): Promise<void> {
    if (documents.length > 0) await database.command({ insert: collection, documents });
  }

  it('gives the policies that vakt stored, of every rule, each as its text does', async () => {
    const lists = withDistinctUids(keptByVakt('mongo'), (line) => (line.get('document') as Members).get('_id'));
    for (const lines of lists) {
      const database = newDatabase();
      await insert(
        database,
        lines.map((line) => forDriver(line.get('document') as Members)),
      );
      const texts = lines.map((line) => line.get('policy') as string);
      for (const checker of ['rules', 'regex', 'exact', 'fuzzy'] as const)
        await expectImported(readVaktMongo(database), texts, checker);
    }
    expect(lists.flat().length).toBeGreaterThan(50);
  });

  it('gives the policies on which decisions of vakt are recorded', async () => {
    const database = newDatabase();
    for (const [collection, policies] of recordedPolicies()) {
      const documents = policies.map((policy) => forDriver(new Map([['_id', policy.get('uid') ?? null], ...policy])));
      await insert(database, documents, collection);
      await expectImported(readVaktMongo(database, { collection }), policies.map(losslessText), collection);
    }
  });

  it.each(
    keptByVakt('mongo-migration').map(
      (line) => [`${line.get('direction') as string} ${line.get('number') as bigint}`, line] as const,
    ),
  )('reads documents before and after the migration %s alike', async (_, line) => {
    const found: unknown[] = [];
    for (const state of ['before', 'after']) {
      const database = newDatabase();
      await insert(database, (line.get(state) as readonly Members[]).map(forDriver));
      const storage = new MemoryStorage();
      const report = await importVaktDatabase(readVaktMongo(database), storage, {
        checker: 'regex',
        onUnsupported: 'opaque',
      });
      found.push([await storage.getAll(100, 0), report.refused.map(({ uid, message }) => [uid, message])]);
    }
    expect(found[0]).toEqual(found[1]);
  });

  it('says which version the migrations of vakt left, and refuses one that is not known', async () => {
    const database = newDatabase();
    const versions: unknown[] = [await readVaktMongo(database).version()];
    const store = database.collection<{ _id: string; version: number }>('vakt_policies_migration_version');
    for (const version of [0, 1, 2, 3, 4]) {
      await store.updateOne({ _id: 'migration_version' }, { $set: { version } }, { upsert: true });
      versions.push(await readVaktMongo(database).version());
    }
    expect(versions).toEqual([undefined, undefined, '1.1.0', '1.1.1', '1.2.0', '1.4.0']);
    await store.updateOne({ _id: 'migration_version' }, { $set: { version: 5 } });
    await expect(
      importVaktDatabase(readVaktMongo(database), new MemoryStorage(), { checker: 'rules' }),
    ).rejects.toThrow('the database is at migration `5` of vakt, of which 4 are known');
  });

  it('keeps integers of 64 bits and the order that references count on', async () => {
    const database = newDatabase();
    const eq = (val: unknown): object => ({ 'py/object': 'vakt.rules.operator.Eq', val });
    const subject = new Map<string, unknown>([
      ['b', eq(new BSON.Long(2n ** 60n + 1n))],
      ['10', ANY],
    ]);
    await insert(database, [
      { _id: 'u', uid: 'u', subjects: [subject], actions: [{ 'py/id': 3 }], resources: [{ 'py/id': 4 }] },
    ]);
    const storage = new MemoryStorage();
    await importVaktDatabase(readVaktMongo(database), storage, { checker: 'rules' });
    const [policy] = await storage.getAll(1, 0);
    expect(policy?.resources).toEqual([{ $any: true }]);
    expect(JSON.stringify(policy?.actions)).toContain(String(2n ** 60n + 1n));
  });

  it('refuses a document with values that are none of a policy, and says where', async () => {
    const database = newDatabase();
    await insert(database, [
      { _id: 'date', uid: 'date', subjects: [{ a: { 'py/object': 'vakt.rules.operator.Eq', val: new Date(0) } }] },
      { _id: new BSON.ObjectId(), uid: 'fine', subjects: ['max'], actions: ['get'], resources: ['r'] },
    ]);
    const storage = new MemoryStorage();
    const { read, added, refused } = await importVaktDatabase(readVaktMongo(database), storage, { checker: 'regex' });
    expect({ read, added }).toEqual({ read: 2, added: 1 });
    expect(refused).toEqual([
      { index: 1, uid: 'date', path: [], message: expect.stringContaining('subjects[0].a.val is a date') },
    ]);
  });

  itWithVakt('gives what vakt itself wrote, and the same decisions', () => {
    const database = newDatabase();
    const place = { kind: 'mongo', url, name: database.databaseName } as const;
    return Promise.resolve({ place, open: () => readVaktMongo(database) });
  });

  it('changes nothing in the database of vakt', async () => {
    const database = newDatabase();
    await insert(database, [{ _id: 'u', uid: 'u', subjects: ['max'], rules: {} }]);
    await importVaktDatabase(readVaktMongo(database), new MemoryStorage(), { checker: 'regex' });
    expect((await database.listCollections().toArray()).map(({ name }) => name)).toEqual(['vakt_policies']);
    expect(await database.collection('vakt_policies').find().toArray()).toEqual([
      { _id: 'u', uid: 'u', subjects: ['max'], rules: {} },
    ]);
  });
});
