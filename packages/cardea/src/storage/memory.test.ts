import { describe, expect, it } from 'vitest';
import type { Policy } from '../model/policy.ts';
import { listOf } from '../testing/assertions.ts';
import { storageSuite } from '../testing/storage-suite.ts';
import { MemoryStorage } from './memory.ts';

storageSuite('MemoryStorage', () => ({ storage: new MemoryStorage() }), { describe, it });
storageSuite('MemoryStorage that forgets', () => ({ storage: new MemoryStorage([], { historySize: 2 }) }), {
  describe,
  // The rules on what `changesSince` tells presuppose a history.
  it: (rule, run) => (/^(changesSince tells|the changes of one apply)/.test(rule) ? undefined : it(rule, run)),
});

const policy = (uid: string, action = 'get'): Policy => ({
  uid,
  effect: 'allow',
  subjects: ['max'],
  actions: [action],
  resources: ['book'],
});

describe('MemoryStorage', () => {
  it('keeps the order in which policies were added, through updates', async () => {
    const storage = new MemoryStorage(['b', 'a', 'c'].map((uid) => policy(uid)));
    await storage.update(policy('a', 'put'));
    await storage.delete('b');
    await storage.add(policy('b'));
    expect((await storage.getAll(10, 0)).map(({ uid }) => uid)).toEqual(['a', 'c', 'b']);
  });

  it('freezes what it hands out, all the way down', async () => {
    const storage = new MemoryStorage([{ ...policy('a'), obligations: [{ deep: [1] }] }]);
    const stored = (await storage.get('a')) as Policy;
    expect([stored, stored.obligations, stored.obligations?.[0]].every(Object.isFrozen)).toBe(true);
    expect(() => (stored.actions as string[]).push('put')).toThrow(TypeError);
  });

  it('reports all issues of all changes at once, with the place in the list', async () => {
    const storage = new MemoryStorage();
    const bad = { ...policy('a'), effect: 'ALLOW', actions: 'get' } as unknown as Policy;
    const applied = storage.apply([
      { type: 'add', policy: policy('b') },
      { type: 'add', policy: bad },
    ]);
    const paths = await applied.catch(({ issues }: { issues: { path: unknown }[] }) => issues.map(({ path }) => path));
    expect(paths).toEqual([
      [1, 'effect'],
      [1, 'actions'],
    ]);
  });

  it('refuses a change of unknown type instead of guessing', async () => {
    const change = { type: 'remove', policy: policy('a') } as never;
    await expect(new MemoryStorage().apply([change])).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
  });

  it('refuses what is no list, which would pass for an empty one', async () => {
    for (const wrong of [policy('a'), { policies: [] }, null, 'abc'])
      expect(() => new MemoryStorage(wrong as never)).toThrow('policies must be a list, not `');
    await expect(new MemoryStorage().apply({ type: 'delete', uid: 'a' } as never)).rejects.toThrow(
      'changes must be a list, not `{"type":"delete","uid":"a"}`',
    );
    await expect(new MemoryStorage().apply(Array(1))).rejects.toThrow(
      'a change has type add, update, delete, link, unlink',
    );
  });

  it('refuses to start with a uid twice', () => {
    expect(() => new MemoryStorage([policy('a'), policy('a')])).toThrow('a policy with uid `a` is already stored');
  });

  it.each([-1, 1.5, Number.NaN])('refuses a history of %s', (historySize) => {
    expect(() => new MemoryStorage([], { historySize })).toThrow('historySize must be a whole number');
  });

  it('forgets old changes and says so, but never tells a part of an apply', async () => {
    const storage = new MemoryStorage([], { historySize: 3 });
    for (let at = 0; at < 20; at++) {
      await storage.apply([
        { type: 'add', policy: policy(`a${at}`) },
        { type: 'add', policy: policy(`b${at}`) },
      ]);
    }
    const answers = await Promise.all(Array.from({ length: 21 }, (_, revision) => storage.changesSince(revision)));
    const told = answers.map((since) => (since.complete ? since.changes.length : 'forgotten'));
    const known = told.filter((count) => count !== 'forgotten');
    expect(told.indexOf(known[0] as number)).toBeGreaterThan(10);
    expect(known).toEqual(known.map((_, at) => 2 * (known.length - 1 - at)));
  });

  it('tells the logger of a listener that throws', async () => {
    const lines: string[] = [];
    const log = (_fields: object, message: string): void => void lines.push(message);
    const storage = new MemoryStorage([], { logger: { trace: log, debug: log, info: log, warn: log, error: log } });
    storage.watch(() => {
      throw new Error('no');
    });
    await storage.add(policy('a'));
    expect(lines).toEqual(['a listener of the storage threw']);
  });

  it('reads for retrieveAll from one moment, although others write meanwhile', async () => {
    const storage = new MemoryStorage(['a', 'b', 'c'].map((uid) => policy(uid)));
    const seen: string[] = [];
    for await (const { uid } of storage.retrieveAll(1)) {
      seen.push(uid);
      await storage.delete('b');
      await storage.add(policy(`x${seen.length}`));
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(await listOf(storage.retrieveAll())).toHaveLength(5);
  });
});
