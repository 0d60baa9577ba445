import { setTimeout } from 'node:timers/promises';
import { Guard, type Storage } from 'cardea';
import { natsBus } from 'cardea/storage/nats';
import { expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../../../test/connect-nats.ts';
import { describeService } from '../../../../test/services.ts';
import { type DatabaseSite, mariadbSite, mongoSite, sqliteSite } from '../../../cardea/test/database-sites.ts';
import { openDatabase } from '../../../cardea/test/open-database.ts';
import { cuttable } from './cuttable.ts';
import { letting, until } from './instance.ts';

const RECONNECTING = { maxReconnectAttempts: -1, reconnectTimeWait: 20 };
/** Longer than a test: what is heard in time was not found by asking now and then. */
const NEVER_MS = 600_000;

interface Place {
  /** A storage with connections of its own, as another process has. */
  readonly open: (pollMs: number) => Promise<Storage>;
  readonly publish: (payload: string) => void;
  /** Takes NATS away from all of them, and gives it back. */
  readonly cut: () => void;
  readonly mend: () => void;
}

const mays = (guard: Guard, id: string): Promise<boolean> =>
  guard.isAllowed({ subject: { type: 'user', id }, action: { name: 'get' }, resource: { type: 'book', id: '1' } });

describeService('nats', 'a bus over NATS, of SQLite', (url) => {
  rules(url, () => sqliteSite('node:sqlite'));
});

for (const [name, siteOf] of [
  ['mariadb', mariadbSite],
  ['mongodb', mongoSite],
] as const) {
  describeService(name, `over ${name}`, (database) => {
    describeService('nats', `a bus over NATS, of ${name}`, (url) => rules(url, () => siteOf(database)));
  });
}

function rules(url: string, siteOf: () => DatabaseSite | Promise<DatabaseSite>): void {
  it('brings a change to another process without its being asked for', async () => {
    const { open } = await placeOf(url, siteOf);
    const [writer, reader] = [await open(NEVER_MS), await open(NEVER_MS)];
    const guard = await guardOf(reader);
    for (const id of ['a', 'b', 'c']) {
      await writer.add(letting(id));
      await until(() => mays(guard, id));
    }
    await writer.delete('a');
    await until(async () => !(await mays(guard, 'a')));
  });

  it('loses nothing while NATS is away, but time: what happened is found by asking', async () => {
    const { open, cut, mend } = await placeOf(url, siteOf);
    const [writer, reader] = [await open(NEVER_MS), await open(200)];
    const guard = await guardOf(reader);
    cut();
    await setTimeout(50);
    await writer.add(letting('a'));
    await until(() => mays(guard, 'a'));
    mend();
    await writer.add(letting('b'));
    await until(() => mays(guard, 'b'));
    expect(await mays(guard, 'c')).toBe(false);
  });

  it('answers by what the storage says, whatever somebody else says on the subject', async () => {
    const { open, publish } = await placeOf(url, siteOf);
    const [writer, reader] = [await open(NEVER_MS), await open(NEVER_MS)];
    const guard = await guardOf(reader);
    await writer.add(letting('a'));
    await until(() => mays(guard, 'a'));
    for (const payload of ['0', '-1', '', '1e9', 'x'.repeat(10_000), '{"revision":5}', '9007199254740991'])
      publish(payload);
    await setTimeout(100);
    expect([await mays(guard, 'a'), await mays(guard, 'b')]).toEqual([true, false]);
    expect(guard.lag()).toMatchObject({ revision: 1, newest: 1, failure: undefined });
    // And is heard as before.
    await writer.delete('a');
    await until(async () => !(await mays(guard, 'a')));
  });
}

async function placeOf(url: string, siteOf: () => DatabaseSite | Promise<DatabaseSite>): Promise<Place> {
  const subject = `cardea.test.${crypto.randomUUID()}`;
  const way = await cuttable(url);
  const site = await siteOf();
  onTestFinished(async () => {
    await site.remove();
    await way.close();
  });
  const connect = async () => {
    const connection = await connectNats(way.url, RECONNECTING);
    onTestFinished(() => connection.close());
    return connection;
  };
  const stranger = await connect();
  return {
    open: async (pollMs) => {
      const bus = natsBus(await connect(), { subject });
      const { storage, close } = await openDatabase(site.address, { bus, pollMs });
      onTestFinished(close);
      await storage.prepare();
      return storage;
    },
    publish: (payload) => stranger.publish(subject, payload),
    cut: () => way.cut(),
    mend: () => way.mend(),
  };
}

async function guardOf(storage: Storage): Promise<Guard> {
  const guard = new Guard(storage);
  onTestFinished(() => guard.close());
  await guard.ready();
  return guard;
}
