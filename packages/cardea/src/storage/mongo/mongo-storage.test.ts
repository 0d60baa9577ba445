import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { describeService, registerSkip, serviceUrl } from '../../../../../test/services.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing } from '../../../test/policies.ts';
import { storageSuite, type TestFramework } from '../../testing/storage-suite.ts';
import type { MongoAtomicity } from './mongo-backend.ts';

/**
 * How long a case of the suite may take, in milliseconds: FerretDB uses no index but that of `_id`, and goes through whole
 * collections for everything else, of which ten thousand policies with their changes take it a second each time.
 */
const CASE_MS = 900_000;
const framework: TestFramework = { describe, it: (name, run) => it(name, { timeout: CASE_MS }, run) };

async function isReplicated(url: string): Promise<boolean> {
  const client = new MongoClient(url);
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    return hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
  } finally {
    await client.close();
  }
}

describeService('mongodb', 'mongoStorage', (url) => {
  const suite = (atomicity: MongoAtomicity): void => {
    const create = () => {
      const database = new MongoTestDatabase(url, 'suite');
      const another = () => database.open({ atomicity, pollMs: 50 });
      return { storage: another(), another, dispose: () => database.drop() };
    };
    storageSuite(`MongoDB by ${atomicity}`, create, framework);
  };
  suite('commits');

  it('keeps documents and links that BSON would change: members like numbers, `$` and `.`, NUL, half of a pair', async () => {
    const database = new MongoTestDatabase(url, 'texts');
    try {
      const uid = 'a\0\ud800"$.\u202e ';
      const labels = { b: '1', 2: 'b', 1: 'a', $set: '\ud800', 'a.b': '\0' };
      const storage = database.open();
      await storage.add(allowing(uid, { labels, slots: ['who'], subjects: [{ $slot: 'who' }] }));
      await storage.link({ template: uid, values: { who: '\udc00\0' } });
      const { policies, links } = await database
        .open()
        .findForInquiry({ subject: '\udc00\0', action: 'get', resource: 'x' });
      expect(policies.map((policy) => JSON.stringify(policy.labels))).toEqual([JSON.stringify(labels)]);
      expect(links).toEqual([{ template: uid, values: { who: '\udc00\0' } }]);
    } finally {
      await database.drop();
    }
  });
});

const address = serviceUrl('mongodb');
if ('url' in address && (await isReplicated(address.url)))
  storageSuite(
    'MongoDB by transactions',
    () => {
      const database = new MongoTestDatabase(address.url, 'transactions');
      const another = () => database.open({ atomicity: 'transactions' });
      return { storage: another(), another, dispose: () => database.drop() };
    },
    { describe, it },
  );
// FerretDB has none, and CI may have nothing else: there the tests over a model of a replica set have to do.
else if ((process.env['CI'] ?? '') === '')
  registerSkip('MongoDB by transactions', 'the server is no replica set; name one in `MONGODB_URL`');
