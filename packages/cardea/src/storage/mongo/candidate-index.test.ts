import { describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing } from '../../../test/policies.ts';
import type { MongoCollection, MongoDatabase } from './client.ts';
import { mongoStorage } from './mongo-storage.ts';

type Db = ReturnType<MongoTestDatabase['connect']>;

interface Question {
  readonly collection: string;
  readonly filter: object;
}

/** A database that notes what is asked of the policies and links in it. */
function noting(database: Db): { readonly database: MongoDatabase; readonly questions: Question[] } {
  const questions: Question[] = [];
  const noted = (name: string, options?: object): MongoCollection => {
    const inner: MongoCollection = database.collection(name, options);
    const find: MongoCollection['find'] = (filter, settings) => {
      if (/policies$|links$/.test(name)) questions.push({ collection: name, filter });
      return inner.find(filter, settings);
    };
    return new Proxy(inner, {
      get: (target, member: keyof MongoCollection) => (member === 'find' ? find : target[member].bind(target)),
    });
  };
  const command = (document: object): Promise<object> => database.command(document);
  return { database: { collection: noted, command, client: database.client }, questions };
}

describeService('mongodb', 'the indexes of a storage in MongoDB', (url) => {
  describe('an inquiry', () => {
    const asked = async (work: (database: Db, questions: readonly Question[]) => Promise<void>): Promise<void> => {
      const opened = new MongoTestDatabase(url, 'indexes');
      try {
        const plain = opened.connect();
        const { database, questions } = noting(plain);
        const storage = mongoStorage(database, { atomicity: 'commits' });
        await storage.addAll(Array.from({ length: 50 }, (_, at) => allowing(`p${at}`, { subjects: [`s${at}`] })));
        await storage.add(allowing('t', { slots: ['who'], subjects: [{ $slot: 'who' }] }));
        await storage.link({ template: 't', values: { who: 's7' } });
        const inquiry = { subject: 's7', action: 'get', resource: 'x' };
        await storage.findForInquiry(inquiry);
        questions.length = 0;
        const { policies } = await storage.findForInquiry(inquiry);
        expect(policies.map(({ uid }) => uid).toSorted()).toEqual(['p7', 't']);
        await work(plain, questions);
      } finally {
        await opened.drop();
      }
    };

    it('asks for what has one of its keys, and for no collection as a whole', async () => {
      await asked(async (_database, questions) => {
        const keys = expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{16}$/)]);
        expect(questions).toEqual([
          { collection: 'cardea_policies', filter: { keys: { $in: keys } } },
          { collection: 'cardea_links', filter: { key: { $in: keys } } },
          { collection: 'cardea_policies', filter: { seq: { $in: [51] } } },
        ]);
      });
    });

    it('is answered by indexes', async () => {
      await asked(async (database, questions) => {
        for (const { collection, filter } of questions) {
          const member = Object.keys(filter)[0] ?? '';
          const indexes = await database.collection(collection).indexes();
          expect(indexes.map(({ key }) => Object.keys(key)[0])).toContain(member);
          const plan = JSON.stringify(await database.collection(collection).find(filter).explain('queryPlanner'));
          // FerretDB explains by the plan of SQLite, which it asks for all documents whatever is wanted of them.
          if (plan.includes('ferretdbVersion')) continue;
          expect(plan).toContain('"stage":"IXSCAN"');
          expect(plan).not.toContain('"stage":"COLLSCAN"');
        }
      });
    });
  });
});
