import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { Guard } from '../guard/guard.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { storageSuite } from '../testing/storage-suite.ts';
import { EnfoldCache } from './enfold-cache.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;

for (const populate of [true, false]) {
  const create = () => ({ storage: new EnfoldCache(new MemoryStorage(), new MemoryStorage(), { populate }) });
  storageSuite(`EnfoldCache (${populate ? 'populated' : 'filled by use'})`, create, { describe, it });
}

describe('EnfoldCache, populated', () => {
  it('answers everything from the cache after the first read', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.get('a');
    main.calls.length = 0;
    expect(await storage.get('a')).toEqual(allowing('a'));
    expect(await storage.get('nobody')).toBeUndefined();
    expect(await storage.getAll(10, 0)).toHaveLength(1);
    expect((await storage.findForInquiry(max)).policies).toHaveLength(1);
    expect(main.calls).toEqual([]);
  });

  it('populates once, however often and whenever it is told to', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = new EnfoldCache(main, new MemoryStorage([denying('stale')]));
    await Promise.all([storage.populate(), storage.populate(), storage.getAll(1, 0)]);
    await storage.populate();
    expect(main.calls.filter((method) => method === 'watch')).toHaveLength(1);
    expect((await storage.getAll(10, 0)).map(({ uid }) => uid)).toEqual(['a']);
  });

  it('accounts for a change made behind its back, as soon as it was announced', async () => {
    const main = new MemoryStorage([allowing('a')]);
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.populate();
    await main.update(denying('a'));
    await main.add(denying('b'));
    expect((await storage.getAll(10, 0)).map(({ effect }) => effect)).toEqual(['deny', 'deny']);
  });

  it('reads links from the main storage, also while it is filled anew', async () => {
    const template = { ...allowing('t'), slots: ['s'], subjects: [{ $slot: 's' }] };
    const links = ['x', 'y', 'z'].map((s) => ({ template: 't', values: { s } }));
    const main = new MemoryStorage([template], { historySize: 0, links });
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.populate();
    const seen: unknown[] = [];
    for await (const { values } of storage.retrieveLinks(1)) {
      seen.push(values['s']);
      await main.add(allowing(`a${seen.length}`));
      expect(await storage.getAll(10, 0)).toHaveLength(1 + seen.length);
    }
    expect(seen).toEqual(['x', 'y', 'z']);
    await storage.update({ ...template, priority: 1 });
    expect((await storage.get('t'))?.priority).toBe(1);
  });

  it('finds candidates in the cache, at the revision of the main storage, and links in the main storage', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = new EnfoldCache(main, new MemoryStorage([denying('stale')]));
    await main.inner.update(allowing('a', { priority: 1 }));
    const found = await storage.findForInquiry(max);
    expect(found).toEqual({ revision: 2, policies: [allowing('a', { priority: 1 })], links: [] });
    expect(main.calls).not.toContain('findForInquiry');
    const template = { ...allowing('t'), slots: ['s'], subjects: [{ $slot: 's' }] };
    const link = { template: 't', values: { s: 'max' } };
    await storage.apply([
      { type: 'add', policy: template },
      { type: 'link', link },
    ]);
    expect(await storage.findForInquiry(max)).toMatchObject({ revision: 3, links: [link] });
  });

  it('takes candidates from the main storage where the cache finds them by another reading', async () => {
    const cache = new StagedStorage(new MemoryStorage());
    Object.defineProperty(cache, 'keyer', { value: '1/exact/00000000' });
    cache.findForInquiry = async () => ({ revision: 1, policies: [], links: [] });
    const storage = new EnfoldCache(new MemoryStorage([allowing('a')]), cache);
    expect((await storage.findForInquiry(max)).policies).toEqual([allowing('a')]);
    expect(storage.keyer).toBeUndefined();
  });

  it('does not call a revision what the cache was read at while it was written', async () => {
    const main = new MemoryStorage([allowing('a')]);
    const cache = new StagedStorage(new MemoryStorage());
    const storage = new EnfoldCache(main, cache);
    await storage.populate();
    const find = cache.inner.findForInquiry.bind(cache.inner);
    cache.findForInquiry = async (inquiry) => {
      await main.add(denying('b'));
      const followed = storage.getAll(10, 0);
      const found = await find(inquiry);
      await followed;
      return found;
    };
    expect(await storage.findForInquiry(max)).toMatchObject({ revision: 2, policies: { length: 2 } });
  });

  it('starts anew after a gap in the changes', async () => {
    const main = new MemoryStorage([allowing('a')], { historySize: 0 });
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.populate();
    await main.delete('a');
    await main.add(denying('b'));
    expect(await storage.getAll(10, 0)).toEqual([denying('b')]);
  });
});

describe('EnfoldCache, filled by use', () => {
  const filledByUse = (main: StagedStorage, cache = new MemoryStorage()): EnfoldCache =>
    new EnfoldCache(main, cache, { populate: false });

  it('asks the main storage once for a policy, and once for one that is not there', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = filledByUse(main);
    for (const uid of ['a', 'a', 'nobody', 'nobody']) await storage.get(uid);
    expect(main.calls.filter((method) => method === 'get')).toHaveLength(2);
  });

  it('takes lists from the main storage, so that a part is never taken for the whole', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a'), denying('b')]));
    const storage = filledByUse(main);
    await storage.get('a');
    expect(await storage.getAll(10, 0)).toHaveLength(2);
    expect((await storage.findForInquiry(max)).policies).toHaveLength(2);
  });

  it('forgets what changed, also that something was not there', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = filledByUse(main);
    for (const uid of ['a', 'b']) await storage.get(uid);
    await main.inner.apply([
      { type: 'update', policy: denying('a') },
      { type: 'add', policy: denying('b') },
    ]);
    expect([await storage.get('a'), await storage.get('b')]).toEqual([denying('a'), denying('b')]);
  });

  it('does not fill in what was read before a change', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    const storage = filledByUse(main);
    await storage.revision();
    const get = main.inner.get.bind(main.inner);
    // The old policy is on its way while the new one is written, and the cache follows.
    main.get = async (uid) => {
      const old = await get(uid);
      await main.inner.update(denying('a'));
      main.get = get;
      await storage.revision();
      return old;
    };
    await storage.get('a');
    expect(await storage.get('a')).toEqual(denying('a'));
  });

  it('can be populated later', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a'), denying('b')]));
    const storage = filledByUse(main);
    await storage.get('b');
    await storage.populate();
    main.calls.length = 0;
    expect((await storage.getAll(10, 0)).map(({ uid }) => uid)).toEqual(['a', 'b']);
    expect(main.calls).toEqual([]);
  });
});

describe('EnfoldCache over a storage whose notifications are late', () => {
  const late = (): StagedStorage => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    main.watch = () => () => undefined;
    return main;
  };

  it('sees what was written through itself', async () => {
    const storage = new EnfoldCache(late(), new MemoryStorage());
    await storage.populate();
    await storage.update(denying('a'));
    expect(await storage.get('a')).toEqual(denying('a'));
  });

  it('says no revision that its reads do not account for', async () => {
    const main = late();
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.populate();
    await main.inner.update(denying('a'));
    expect([await storage.get('a'), await storage.revision()]).toEqual([allowing('a'), 2]);
    expect(await storage.get('a')).toEqual(denying('a'));
  });
});

describe('EnfoldCache that is closed', () => {
  it.each(['before', 'during', 'after'])('reads the main storage: closed %s a first read', async (when) => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]), () => new Promise((done) => setTimeout(done)));
    const storage = new EnfoldCache(main, new MemoryStorage());
    if (when === 'before') await storage.close();
    const first = storage.get('a');
    if (when === 'during') await new Promise((done) => setTimeout(done));
    if (when === 'after') await first;
    await storage.close();
    expect(await first).toEqual(allowing('a'));
    await main.inner.update(denying('a'));
    expect([await storage.get('a'), await storage.revision()]).toEqual([denying('a'), 2]);
  });

  it('listens no more, nor again', async () => {
    const main = new StagedStorage(new MemoryStorage([allowing('a')]));
    let listeners = 0;
    main.watch = () => {
      listeners += 1;
      return () => void listeners--;
    };
    const storage = new EnfoldCache(main, new MemoryStorage());
    await storage.populate();
    expect(listeners).toBe(1);
    await storage.close();
    await storage.get('a');
    expect(listeners).toBe(0);
  });
});

describe('EnfoldCache over a cache that fails', () => {
  it.each(['apply', 'get', 'retrieveAll'] as const)(
    'reads the main storage and tells the logger: %s',
    async (failing) => {
      const { logger, lines } = recordingLogger();
      const cache = new StagedStorage(new MemoryStorage(), (method) =>
        method === failing ? Promise.reject(new Error('down')) : undefined,
      );
      const storage = new EnfoldCache(new MemoryStorage([allowing('a')]), cache, { logger });
      expect(await storage.get('a')).toEqual(allowing('a'));
      expect(await storage.getAll(10, 0)).toEqual([allowing('a')]);
      expect(lines[0]).toMatchObject({
        level: 'error',
        message: 'the cache of policies failed; the main storage is read',
      });
      cache.stage = () => undefined;
      await storage.add(denying('b'));
      expect(await storage.getAll(10, 0)).toEqual([allowing('a'), denying('b')]);
    },
  );

  it('rejects where the main storage does', async () => {
    const main = new StagedStorage(new MemoryStorage(), () => {
      throw new Error('down');
    });
    await expect(new EnfoldCache(main, new MemoryStorage()).get('a')).rejects.toThrow('down');
    await expect(new EnfoldCache(main, new MemoryStorage()).populate()).rejects.toThrow('down');
  });
});

describe('a guard on an EnfoldCache', () => {
  it.each([true, false])('no-stale-allow: whatever the interleaving, populated %s', async (populate) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const turn = (): Promise<void> => scheduler.schedule(Promise.resolve());
        const main = new StagedStorage(new MemoryStorage([allowing('all')]), turn);
        const storage = new EnfoldCache(main, new StagedStorage(new MemoryStorage(), turn), { populate });
        const guard = new Guard(storage);
        let denied = false;
        const writer = async (): Promise<void> => {
          await turn();
          await storage.add(denying('none'));
          denied = true;
        };
        const reader = async (): Promise<void> => {
          for (let ask = 0; ask < 3; ask++) {
            const deniedBefore = denied;
            const [allowed, stored] = await Promise.all([guard.isAllowed(max), storage.get('none')]);
            if (deniedBefore) expect([allowed, stored?.uid]).toEqual([false, 'none']);
            await turn();
          }
        };
        await scheduler.waitFor(Promise.all([writer(), reader(), reader()]));
        expect(await scheduler.waitFor(guard.isAllowed(max))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
