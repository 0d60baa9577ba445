import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { describe, onTestFinished } from 'vitest';
import { describeService } from '../../../test/services.ts';
import { mariadbSite, postgresSite } from '../../cardea/test/database-sites.ts';
import { folderWith } from './fake-terminal.ts';

/** A kind of database that a store may be in. */
export interface StoreKindOfTests {
  readonly kind: 'sqlite' | 'postgres' | 'mysql' | 'mongodb' | 'redis';
  /** Registers tests, or word of why they cannot run. */
  readonly describe: (title: string, tests: (newStore: () => Promise<string>) => void) => void;
}

/** Every kind. A new store is the URL of an empty place of its own, gone when the test has ended. */
export const STORE_KINDS: readonly StoreKindOfTests[] = [
  {
    kind: 'sqlite',
    describe: (title, tests) =>
      describe(title, () => tests(async () => `sqlite:${join(await folderWith({}), 'p.db')}`)),
  },
  {
    kind: 'postgres',
    describe: (title, tests) => describeService('postgres', title, (url) => tests(() => sqlPlace(postgresSite(url)))),
  },
  {
    kind: 'mysql',
    describe: (title, tests) => describeService('mariadb', title, (url) => tests(() => sqlPlace(mariadbSite(url)))),
  },
  {
    kind: 'mongodb',
    describe: (title, tests) => describeService('mongodb', title, (url) => tests(() => mongoPlace(url))),
  },
  { kind: 'redis', describe: (title, tests) => describeService('redis', title, (url) => tests(() => redisPlace(url))) },
];

async function sqlPlace(made: ReturnType<typeof postgresSite>): Promise<string> {
  const { address, remove } = await made;
  onTestFinished(async () => remove());
  return address.url;
}

async function mongoPlace(url: string): Promise<string> {
  const name = `cardea_${randomBytes(6).toString('hex')}`;
  onTestFinished(async () => {
    const client = new MongoClient(url);
    await client.db(name).dropDatabase();
    await client.close();
  });
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** One of the databases of a server: other tests use the first. */
async function redisPlace(url: string): Promise<string> {
  for (;;) {
    const own = Object.assign(new URL(url), { pathname: `/${randomInt(1, 16)}` }).href;
    const client = await createClient({ url: own }).connect();
    // Whoever sets it has the database.
    const isMine =
      (await client.set('cardea-cli-test', '1', { condition: 'NX', expiration: { type: 'EX', value: 60 } })) !== null;
    if (isMine)
      onTestFinished(async () => {
        await client.flushDb();
        client.destroy();
      });
    else client.destroy();
    if (isMine) return own;
  }
}
