import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTimers } from '../../../test/fake-timers.ts';
import {
  type Interruption,
  MemoryBackend,
  type MemoryBackendOptions,
  MemoryDatabase,
} from '../../../test/memory-backend.ts';
import { allowing } from '../../../test/policies.ts';
import { recordingLogger } from '../../../test/recording-logger.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { ChangeBus } from '../../ports/change-bus.ts';
import { StoredStorage, type StoredStorageOptions } from './stored-storage.ts';

const keyer = policyKeyer();

/** Two processes on one database: what the one hears of what the other writes. */
function watching(backendOptions: MemoryBackendOptions, options: Partial<StoredStorageOptions> = {}) {
  const database = new MemoryDatabase();
  const backend = new MemoryBackend(database, backendOptions);
  const storage = new StoredStorage(backend, { keyer, ...options });
  const other = new StoredStorage(new MemoryBackend(database), { keyer });
  const heard: number[] = [];
  const stop = storage.watch((revision) => heard.push(revision));
  return { database, backend, storage, other, heard, stop };
}

/** Carries everything at once, also to who told it. */
class MemoryBus implements ChangeBus {
  readonly listeners = new Set<(revision: number) => void>();

  tell(revision: number): void {
    for (const listener of this.listeners) listener(revision);
  }

  listen(listener: (revision: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const timers = new FakeTimers();
const second = (count = 1): Promise<void> => timers.advance(1000 * count);

describe('watching a database', () => {
  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('that does not tell: a change made elsewhere is told within a second, the last of several', async () => {
    const { other, heard } = watching({});
    await second(0);
    await other.add(allowing('a'));
    await other.add(allowing('b'));
    expect(heard).toEqual([]);
    await second();
    expect(heard).toEqual([2]);
    await second(10);
    expect(heard).toEqual([2]);
  });

  it('that does not tell, beside a bus: a change made elsewhere is told at once, by what the database says', async () => {
    const bus = new MemoryBus();
    const { database, other, heard, stop } = watching({}, { bus });
    await second(0);
    const writer = new StoredStorage(new MemoryBackend(database), { keyer, bus });
    await writer.add(allowing('a'));
    await second(0);
    expect(heard).toEqual([1]);
    // Of another storage, late, or forged: there is no such revision.
    for (const revision of [99, 1, 0]) bus.tell(revision);
    await second(0);
    expect(heard).toEqual([1]);
    // Who is not on the bus is heard as without one.
    await other.add(allowing('b'));
    await second();
    expect(heard).toEqual([1, 2]);
    stop();
    expect(bus.listeners.size).toBe(0);
  });

  it('that does not tell, beside a bus that fails: a change is told within a second, and written all the same', async () => {
    const fail = (): never => {
      throw new Error('the connection is closed');
    };
    const { logger, lines } = recordingLogger();
    const { storage, other, heard } = watching({}, { bus: { tell: fail, listen: fail }, logger });
    await second(0);
    await storage.add(allowing('a'));
    await other.add(allowing('b'));
    await second();
    expect(heard).toEqual([1, 2]);
    expect(lines.map(({ message }) => message)).toEqual(
      Array(2).fill('the bus of changes failed; the storage is asked'),
    );
  });

  it('that tells: a change made elsewhere is told at once', async () => {
    const { other, heard } = watching({ tells: true });
    await second(0);
    await other.add(allowing('a'));
    expect(heard).toEqual([1]);
  });

  it('that tells: an own change is told once, although the database tells of it too', async () => {
    const { storage, heard } = watching({ tells: true });
    await second(0);
    await storage.add(allowing('a'));
    await second(60);
    expect(heard).toEqual([1]);
  });

  it('that tells: what it does not tell of is asked for in half a minute', async () => {
    const { database, other, heard } = watching({ tells: true });
    await second(0);
    database.listeners.clear();
    await other.add(allowing('a'));
    await second(29);
    expect(heard).toEqual([]);
    await second(2);
    expect(heard).toEqual([1]);
  });

  it('that loses the connection: what happens meanwhile is told, and then all else again', async () => {
    const { logger, lines } = recordingLogger();
    const { database, backend, other, heard } = watching({ tells: true }, { logger });
    await second(0);
    database.disconnectAll();
    await other.add(allowing('a'));
    expect(heard).toEqual([]);
    await second();
    expect(heard).toEqual([1]);
    await other.add(allowing('b'));
    expect(heard).toEqual([1, 2]);
    expect(backend.steps.filter((step) => step === 'listen')).toHaveLength(2);
    expect(lines.map(({ message }) => message)).toEqual(['the database tells of changes no more; it is asked']);
  });

  it('that is down: it is tried again, and said once', async () => {
    const { logger, lines } = recordingLogger();
    const interrupt = (): void => {
      throw new Error('down');
    };
    const { backend, other, heard, storage } = watching({ tells: true, interrupt }, { logger });
    await second(5);
    await other.add(allowing('a'));
    backend.interrupt = () => undefined;
    expect(lines.map(({ message }) => message)).toEqual(['the storage cannot be watched; trying again']);
    await second();
    await storage.revision();
    await other.add(allowing('b'));
    expect(heard).toEqual([2]);
  });

  it('that refuses to tell: it is asked every second, and listened to once it does not', async () => {
    const { logger, lines } = recordingLogger();
    const interrupt: Interruption = (step) => {
      if (step === 'listen') throw new Error('no channel');
    };
    const { backend, other, heard } = watching({ tells: true, interrupt }, { logger });
    await second(0);
    await other.add(allowing('a'));
    await second();
    expect(heard).toEqual([1]);
    await second(5);
    expect(lines.map(({ message }) => message)).toEqual(['the storage cannot be watched; trying again']);
    backend.interrupt = () => undefined;
    await second();
    await other.add(allowing('b'));
    expect(heard).toEqual([1, 2]);
  });

  it('tells of a change between the first reading and the first asking', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { other, storage, heard } = watching({
      interrupt: (step) => (step === 'listen' ? held : undefined),
      tells: true,
    });
    await storage.revision();
    await other.add(allowing('a'));
    release();
    await second(0);
    expect(heard).toEqual([1]);
  });

  it('tells of a database that was put back to an old state', async () => {
    const { database, other, heard } = watching({});
    await second(0);
    await other.add(allowing('a'));
    const { state } = database;
    await other.add(allowing('b'));
    await second();
    database.state = state;
    await second();
    expect(heard).toEqual([2, 1]);
  });

  it('takes an answer that was overtaken by an own change for no news', async () => {
    const { storage, backend, heard } = watching({});
    await second(0);
    backend.interrupt = async (step, when) => {
      if (step === 'head' && when === 'after') await storage.add(allowing('a'));
    };
    await second();
    expect(heard).toEqual([1]);
    backend.interrupt = () => undefined;
    await second();
    expect(heard).toEqual([1]);
  });

  it('asks at once after a write whose answer was lost', async () => {
    const { storage, backend, heard } = watching({}, { pollMs: 0 });
    await second(0);
    backend.interrupt = (step, when) => {
      if (step === 'commit' && when === 'after') throw new Error('connection lost');
    };
    await expect(storage.add(allowing('a'))).rejects.toThrow('connection lost');
    await second(0);
    expect(heard).toEqual([1]);
  });

  it.each<[string, MemoryBackendOptions, number, number]>([
    ['never where that is 0', {}, 0, 0],
    ['as often as is said', {}, 5000, 12],
    ['not more often where the database tells', { tells: true }, 5000, 12],
    ['every second without word', {}, Number.NaN, 60],
    ['every half minute without word where the database tells', { tells: true }, Number.NaN, 2],
  ])('asks %s', async (_rule, options, pollMs, expected) => {
    const { backend } = watching(options, Number.isNaN(pollMs) ? {} : { pollMs });
    await second(0);
    backend.steps.length = 0;
    await second(60);
    expect(backend.steps.filter((step) => step === 'head')).toHaveLength(expected);
  });

  it.each(['the last listener stops', 'the storage is closed'])('asks no more when %s', async (when) => {
    const { database, backend, storage, stop, heard, other } = watching({ tells: true });
    await second(0);
    if (when.startsWith('the last')) stop();
    else await storage.close();
    await second(0);
    backend.steps.length = 0;
    await other.add(allowing('a'));
    await storage.add(allowing('b'));
    await second(60);
    expect([heard, backend.steps.includes('head'), database.listeners.size]).toEqual([[], false, 0]);
  });

  it('listens once, although listeners come and go while it begins', async () => {
    const { database, storage, stop, other, heard } = watching({ tells: true });
    stop();
    for (let at = 0; at < 3; at++) storage.watch(() => undefined)();
    storage.watch((revision) => heard.push(revision));
    await second(0);
    await other.add(allowing('a'));
    expect([database.listeners.size, heard]).toEqual([1, [1]]);
  });

  it('listens once, although it is asked again while it begins', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const interrupt: Interruption = (step, when) => {
      if (step === 'commit') throw new Error('connection lost');
      return step === 'listen' && when === 'before' ? held : undefined;
    };
    const { database, storage, other, heard } = watching({ tells: true, interrupt });
    await second(0);
    await expect(storage.add(allowing('a'))).rejects.toThrow('connection lost');
    release();
    await second(0);
    await other.add(allowing('b'));
    expect([database.listeners.size, heard]).toEqual([1, [1]]);
  });

  it('begins no more once it is closed', async () => {
    const { storage, heard, database } = watching({ tells: true });
    await storage.close();
    storage.watch((revision) => heard.push(revision))();
    await second(60);
    await storage.add(allowing('a'));
    expect([heard, database.listeners.size]).toEqual([[], 0]);
  });
});
