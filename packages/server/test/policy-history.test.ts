import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, MemoryStorage, type Policy, type Storage } from 'cardea';
import { digest, type Json } from 'cardea/ast';
import { slot } from 'cardea/rules';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SQL_DATABASES } from '../../cardea/test/sql-databases.ts';
import { type HistoryEntry, memoryHistory, type PolicyHistory } from '../src/index.ts';
import { fileHistory } from '../src/node/index.ts';
import { sqlHistory } from '../src/sql/index.ts';
import { editingPoint, policyPath } from './editing-point.ts';
import { POLICIES } from './library.ts';

const policy = (uid: string): JsonObject => ({
  uid,
  effect: 'deny',
  subjects: ['x'],
  actions: ['x'],
  resources: ['x'],
});
const clock = { now: () => Date.parse('2026-11-22T12:00:00Z'), elapsed: () => performance.now() };

interface Place {
  readonly storage: Storage;
  readonly history: PolicyHistory;
}

/** What every history is held to. */
function historySuite(place: () => Promise<Place>): void {
  it('tells who changed what and when, the latest first', async () => {
    const { storage, history } = await place();
    await storage.addAll(POLICIES);
    const base = await storage.revision();
    const { ask } = await editingPoint(storage, { history, clock });
    await ask(policyPath('a'), { method: 'PUT', match: `"${base}"`, body: policy('a') });
    await ask(policyPath('a'), { method: 'DELETE', role: 'admin', match: `"${base + 1}"` });
    const { status, body } = await ask('/v1/policies:history', { role: 'auditor' });
    const time = '2026-11-22T12:00:00.000Z';
    expect([status, body]).toEqual([
      200,
      {
        entries: expect.arrayContaining([
          { type: 'delete', uid: 'a', caller: 'admin', time, base: base + 1, revision: base + 2 },
          { type: 'add', uid: 'a', caller: 'editor', time, base, revision: base + 1, digest: digest(policy('a')) },
        ]) as Json,
      },
    ]);
  });

  it('tells of one policy alone, page by page', async () => {
    const { storage, history } = await place();
    const { ask } = await editingPoint(storage, { history });
    for (let at = 0; at < 5; at += 1) {
      const changes = [
        { type: at === 0 ? 'add' : 'update', policy: { ...policy("it's"), priority: at } },
        { type: 'add', policy: policy(`other-${at}`) },
      ];
      const tag = `"${await storage.revision()}"`;
      expect((await ask('/v1/policies:apply', { method: 'POST', match: tag, body: { changes } })).status).toBe(200);
    }
    const revisions: unknown[] = [];
    for (let after = '', pages = 0; ; pages += 1) {
      const query = `uid=${encodeURIComponent("it's")}&limit=2${after}`;
      const { body } = await ask(`/v1/policies:history?${query}`, { role: 'auditor' });
      const entries = body['entries'] as unknown as readonly HistoryEntry[];
      expect(new Set(entries.map(({ uid }) => uid))).toEqual(new Set(["it's"]));
      revisions.push(...entries.map(({ revision }) => revision));
      if (body['next'] === undefined) break;
      after = `&after=${encodeURIComponent(body['next'] as string)}`;
      expect(pages).toBeLessThan(9);
    }
    // Those of one moment may stand in any order.
    expect(new Set(revisions)).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(revisions).toHaveLength(5);
  });

  it('forgets what was refused, and what changed nothing', async () => {
    const { storage, history } = await place();
    const { ask } = await editingPoint(storage, { history });
    await ask(policyPath('a'), { method: 'PUT', match: '"7"', body: policy('a') });
    await ask(policyPath('a'), { method: 'PUT', match: '"0"', body: { ...policy('a'), effect: 'maybe' } });
    await ask('/v1/policies:apply', { method: 'POST', match: '"0"', body: { changes: [] } });
    await ask('/v1/policies:apply', {
      method: 'POST',
      match: '"0"',
      body: { changes: [{ type: 'delete', uid: 'b' }] },
    });
    expect((await ask('/v1/policies:history', { role: 'auditor' })).body).toEqual({ entries: [] });
  });

  it('has one entry of each of twenty writers that all write at once, each with the revision that it made', async () => {
    const { storage, history } = await place();
    const { ask } = await editingPoint(storage, { history });
    const refusals: number[] = [];
    const write = async (uid: string): Promise<void> => {
      for (;;) {
        const { tag } = await ask('/v1/policies?limit=1');
        const { status } = await ask(policyPath(uid), { method: 'PUT', match: tag, body: policy(uid) });
        if (status === 200) return;
        refusals.push(status);
      }
    };
    const uids = Array.from({ length: 20 }, (_, at) => `writer-${String(at).padStart(2, '0')}`);
    await Promise.all(uids.map(write));
    expect(new Set(refusals)).toEqual(new Set([412]));
    expect(await storage.revision()).toBe(20);
    expect((await storage.getAll(99, 0)).map(({ uid }) => uid).toSorted()).toEqual(uids);
    const { entries } = await history.page({ limit: 99 });
    expect(entries.map(({ uid }) => uid).toSorted()).toEqual(uids);
    expect(entries.map(({ revision }) => Number(revision)).toSorted((a, b) => a - b)).toEqual(
      uids.map((_, at) => at + 1),
    );
  });
}

describe('a history in memory', () => {
  historySuite(async () => ({ storage: new MemoryStorage(), history: memoryHistory() }));

  it('forgets the oldest', async () => {
    const history = memoryHistory({ size: 2 });
    for (const uid of ['a', 'b', 'c']) {
      const pending = await history.begin({ caller: 'x', time: '', base: 0, changes: [{ type: 'delete', uid }] });
      await pending.done(1);
    }
    expect((await history.page({ limit: 9 })).entries.map(({ uid }) => uid)).toEqual(['c', 'b']);
  });
});

describe('a history in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-history-'));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  historySuite(async () => {
    return { storage: new MemoryStorage(), history: fileHistory(join(folder, `${(count += 1)}.ndjson`)) };
  });
});

for (const { name, describe: describeDatabase } of SQL_DATABASES)
  describeDatabase(`a history in ${name}`, (create) => {
    const disposals: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const dispose of disposals.splice(0)) await dispose();
    });
    historySuite(async () => {
      const place = await create();
      disposals.push(place.dispose);
      return { storage: place.storage(), history: sqlHistory(place.connect()) };
    });

    it('is shared by those who make its table at once', async () => {
      const place = await create();
      disposals.push(place.dispose);
      // A file of SQLite is for one process, whose writers share a connection.
      const own = place.connect();
      const histories = [1, 2, 3].map(() => sqlHistory(name.includes('sqlite') ? own : place.connect()));
      await Promise.all(
        histories.map((history, at) =>
          history.begin({
            caller: `c${at}`,
            time: new Date(at).toISOString(),
            base: 0,
            changes: [{ type: 'delete', uid: 'a' }],
          }),
        ),
      );
      for (const history of histories) expect((await history.page({ limit: 9 })).entries).toHaveLength(3);
    });
  });

describe('a change of policies', () => {
  const noHistory = (reason: string): PolicyHistory => ({
    begin: () => Promise.reject(new Error(reason)),
    page: () => Promise.reject(new Error(reason)),
  });

  it('is not made where nobody could say later who made it', async () => {
    const { ask, storage, told } = await editingPoint(new MemoryStorage(), {
      history: noHistory('disk of db.internal'),
    });
    const answer = await ask(policyPath('a'), { method: 'PUT', match: '"0"', body: policy('a') });
    expect([answer.status, answer.body, await storage.revision()]).toEqual([
      503,
      { error: 'who changes what cannot be written down' },
      0,
    ]);
    expect(told).toHaveLength(1);
  });

  it('stands where its trace could not be completed, and the trace says that it began', async () => {
    const inner = memoryHistory();
    const fails = (): Promise<void> => Promise.reject(new Error('full'));
    const history = { ...inner, begin: async (intent: never) => ({ ...(await inner.begin(intent)), done: fails }) };
    const { ask, storage } = await editingPoint(new MemoryStorage(), { history });
    const answer = await ask(policyPath('a'), { method: 'PUT', match: '"0"', body: policy('a') });
    expect([answer.status, await storage.revision()]).toEqual([200, 1]);
    const { entries } = await history.page({ limit: 9 });
    expect(entries).toMatchObject([{ uid: 'a', base: 0 }]);
    expect(entries[0]).not.toHaveProperty('revision');
  });

  it('has a trace where the storage failed, as it may have been made', async () => {
    const inner = new MemoryStorage();
    const failing = new Proxy<Storage>(inner, {
      get: (target, name) => {
        if (name === 'apply') return () => Promise.reject(new TypeError('lost'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const history = memoryHistory();
    const { ask } = await editingPoint(failing, { history });
    expect((await ask(policyPath('a'), { method: 'PUT', match: '"0"', body: policy('a') })).status).toBe(503);
    expect((await history.page({ limit: 9 })).entries).toHaveLength(1);
  });

  it('tells history and log nothing of what is in a link', async () => {
    const template = {
      uid: 't',
      effect: 'allow',
      slots: ['who'],
      subjects: [slot('who')],
      actions: ['x'],
      resources: ['x'],
    };
    const { ask, told } = await editingPoint(new MemoryStorage([template as unknown as Policy]));
    const changes = [{ type: 'link', link: { template: 't', values: { who: 'alice@example.com' } } }];
    await ask('/v1/policies:apply', { method: 'POST', match: '"1"', body: { changes } });
    const { text } = await ask('/v1/policies:history', { role: 'auditor' });
    expect(text).toContain('"type":"link","uid":"t"');
    expect(text + JSON.stringify(told)).not.toContain('alice');
  });

  it.each([
    ['decider', 403],
    ['editor', 403],
    ['auditor', 200],
    ['admin', 200],
  ] as const)('is told of to a caller of the role %s with %i', async (role, status) => {
    const { ask } = await editingPoint(new MemoryStorage());
    expect((await ask('/v1/policies:history', { role })).status).toBe(status);
  });
});

it('is not kept in a table whose name would need quotes', () => {
  expect(() => sqlHistory({} as never, { table: 'x"; DROP TABLE y' })).toThrow('no name of a table');
});
