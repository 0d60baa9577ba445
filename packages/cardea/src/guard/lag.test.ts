import { describe, expect, it } from 'vitest';
import { FakeTimers } from '../../test/fake-timers.ts';
import { MemoryBackend, MemoryDatabase } from '../../test/memory-backend.ts';
import { allowing, denying } from '../../test/policies.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { policyKeyer } from '../keying/keyer.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { StoredStorage } from '../storage/stored/stored-storage.ts';
import { Guard } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;

/** A clock that goes when it is told to. */
class Hands {
  ms = 1000;
  now = (): number => this.ms;
  elapsed = (): number => this.ms;
}

/** A storage whose calls wait until they are let go. */
function held(): { readonly storage: StagedStorage; readonly hold: () => () => void } {
  const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
  const hold = (): (() => void) => {
    let go = (): void => undefined;
    const waited = new Promise<void>((resolve) => (go = resolve));
    storage.stage = () => waited;
    return () => {
      storage.stage = () => undefined;
      go();
    };
  };
  return { storage, hold };
}

describe('lag', () => {
  it('is that of what was heard and is not decided over yet', async () => {
    const clock = new Hands();
    const { storage, hold } = held();
    const guard = new Guard(storage, { clock });
    expect(guard.lag()).toEqual({
      revision: undefined,
      newest: undefined,
      behindMs: 0,
      askedMs: undefined,
      failure: undefined,
    });
    await guard.ready();
    clock.ms += 5;
    expect(guard.lag()).toEqual({ revision: 1, newest: 1, behindMs: 0, askedMs: 5, failure: undefined });
    const go = hold();
    await storage.inner.add(denying('none'));
    clock.ms += 10;
    // Too late for the step that is on its way.
    await storage.inner.delete('none');
    clock.ms += 10;
    expect(guard.lag()).toEqual({ revision: 1, newest: 3, behindMs: 20, askedMs: 25, failure: undefined });
    go();
    await guard.ready();
    expect(guard.lag()).toEqual({ revision: 3, newest: 3, behindMs: 0, askedMs: 0, failure: undefined });
    await guard.close();
  });

  it('counts from when loading began, and from when following failed', async () => {
    const clock = new Hands();
    const { storage, hold } = held();
    const guard = new Guard(storage, { clock });
    const go = hold();
    const ready = guard.ready();
    await Promise.resolve();
    await Promise.resolve();
    clock.ms += 7;
    expect(guard.lag()).toMatchObject({ revision: undefined, behindMs: 7 });
    go();
    await ready;
    storage.stage = () => {
      throw new Error('connection lost');
    };
    await storage.inner.add(denying('none'));
    await expect(guard.ready()).rejects.toThrow('connection lost');
    clock.ms += 9;
    expect(guard.lag()).toMatchObject({
      revision: undefined,
      newest: 2,
      behindMs: 9,
      failure: 'the policies cannot be read: connection lost',
    });
    storage.stage = () => undefined;
    expect((await guard.check(max)).outcome).toBe('deny');
    expect(guard.lag()).toMatchObject({ revision: 2, behindMs: 0, failure: undefined });
    await guard.close();
    expect(guard.lag()).toMatchObject({ revision: undefined, failure: 'the guard is closed' });
  });
});

describe('maxLagMs', () => {
  /** A storage that tells of nothing. */
  async function deaf(clock: Hands): Promise<{ readonly guard: Guard; readonly storage: StagedStorage }> {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    storage.watch = () => () => undefined;
    const guard = new Guard(storage, { clock, maxLagMs: 100 });
    await guard.ready();
    storage.calls.length = 0;
    return { guard, storage };
  }

  it('makes a check ask the storage first where it was not asked for longer', async () => {
    const clock = new Hands();
    const { guard, storage } = await deaf(clock);
    await storage.inner.add(denying('none'));
    clock.ms += 100;
    expect([(await guard.check(max)).revision, storage.calls]).toEqual([1, []]);
    clock.ms += 1;
    expect([(await guard.check(max)).revision, storage.calls]).toEqual([2, ['changesSince']]);
    expect([await guard.isAllowed(max), storage.calls]).toEqual([false, ['changesSince']]);
  });

  it('keeps what is too old from being decided over at once, until the storage has answered', async () => {
    const clock = new Hands();
    const { guard } = await deaf(clock);
    clock.ms += 100;
    expect([guard.allows(max), guard.decide(max).outcome, guard.revision]).toEqual([true, 'allow', 1]);
    clock.ms += 1;
    expect(guard.decide(max)).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure', message: expect.stringContaining('`maxLagMs`') as string }],
    });
    expect([guard.allowsNow(max), guard.revision]).toEqual([undefined, undefined]);
    await guard.ready();
    expect([guard.allows(max), guard.allowsNow(max)]).toEqual([true, true]);
  });

  it('asks a storage that tells of nothing when it is told to, and keeps what it has where that does not answer', async () => {
    const clock = new Hands();
    const { guard, storage } = await deaf(clock);
    await storage.inner.add(denying('none'));
    expect(guard.allows(max)).toBe(true);
    storage.stage = () => {
      throw new Error('connection lost');
    };
    await expect(guard.refresh()).rejects.toMatchObject({ code: 'CARDEA_IO' });
    expect([guard.allows(max), guard.lag().failure]).toEqual([true, undefined]);
    storage.stage = () => undefined;
    await guard.refresh();
    expect([guard.allows(max), guard.lag().revision]).toEqual([false, 2]);
  });

  it('knows nothing at once between a change that it was told of and the moment from which it decides by it', async () => {
    const storage = new MemoryStorage([allowing('all')]);
    const guard = new Guard(storage);
    await guard.ready();
    expect(guard.allowsNow(max)).toBe(true);
    const written = storage.add(denying('none'));
    expect([guard.allows(max), guard.allowsNow(max)]).toEqual([true, undefined]);
    await written;
    await guard.ready();
    expect(guard.allowsNow(max)).toBe(false);
  });

  it('allows nothing where the storage does not answer', async () => {
    const clock = new Hands();
    const { guard, storage } = await deaf(clock);
    storage.stage = () => {
      throw new Error('connection lost');
    };
    clock.ms += 101;
    expect(await guard.isAllowed(max)).toBe(false);
    expect((await guard.check(max)).outcome).toBe('indeterminate');
  });

  it('counts up to the question: answers that take longer are answers', async () => {
    const clock = new Hands();
    const { guard, storage } = await deaf(clock);
    clock.ms += 101;
    storage.stage = () => void (clock.ms += 1000);
    expect(await guard.isAllowed(max)).toBe(true);
    expect(guard.allows(max)).toBe(false);
  });

  it.each([-1, Number.NaN, '5'])('is no time: %s', (maxLagMs) => {
    const options = { maxLagMs: maxLagMs as number };
    expect(() => new Guard(new MemoryStorage(), options)).toThrow('maxLagMs must be at least 0');
  });
});

describe('a resident guard over a database', () => {
  it.each<[string, (database: MemoryDatabase) => void, number]>([
    ['notifications are lost', (database) => database.listeners.clear(), 30_000],
    ['the connection is lost', (database) => database.disconnectAll(), 1000],
  ])('catches up although %s, and needs no polls of its own', async (_, lose, afterMs) => {
    const timers = new FakeTimers();
    timers.install();
    try {
      const database = new MemoryDatabase();
      const open = (): StoredStorage =>
        new StoredStorage(new MemoryBackend(database, { tells: true }), { keyer: policyKeyer() });
      const [own, other] = [open(), open()];
      await other.add(allowing('all'));
      const guard = new Guard(own);
      await guard.ready();
      await timers.advance(0);
      lose(database);
      await other.add(denying('none'));
      expect(guard.decide(max)).toMatchObject({ outcome: 'allow', revision: 1 });
      await timers.advance(afterMs);
      expect(guard.decide(max)).toMatchObject({ outcome: 'deny', revision: 2 });
      await guard.close();
      await own.close();
    } finally {
      timers.restore();
    }
  });
});
