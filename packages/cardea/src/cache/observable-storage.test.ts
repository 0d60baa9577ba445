import { describe, expect, it } from 'vitest';
import { allowing } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { storageSuite } from '../testing/storage-suite.ts';
import { ObservableStorage } from './observable-storage.ts';

storageSuite('ObservableStorage', () => ({ storage: new ObservableStorage(new MemoryStorage()) }), { describe, it });

describe('ObservableStorage', () => {
  const observed = (): { storage: ObservableStorage; heard: string[] } => {
    const storage = new ObservableStorage(new MemoryStorage([allowing('a')]));
    const heard: string[] = [];
    for (const name of ['first', 'second']) storage.addListener(() => heard.push(name));
    return { storage, heard };
  };

  it.each<[string, (storage: ObservableStorage) => Promise<unknown>]>([
    ['add', (storage) => storage.add(allowing('b'))],
    ['update', (storage) => storage.update(allowing('a', { priority: 1 }))],
    ['delete', (storage) => storage.delete('a')],
    ['apply', (storage) => storage.apply([{ type: 'delete', uid: 'a' }])],
  ])('calls its listeners in order after %s', async (_, change) => {
    const { storage, heard } = observed();
    await change(storage);
    expect(heard).toEqual(['first', 'second']);
  });

  it('calls them once for links, however many, and not for one that is there', async () => {
    const { storage, heard } = observed();
    await storage.add({ ...allowing('t'), slots: ['s'], subjects: [{ $slot: 's' }] });
    const links = ['x', 'y', 'z'].map((s) => ({ template: 't', values: { s } }));
    heard.length = 0;
    await storage.linkAll(links, { batch: 1 });
    await storage.link({ template: 't', values: { s: 'x' } });
    expect(heard).toEqual(['first', 'second']);
    await storage.unlink({ template: 't', values: { s: 'x' } });
    expect(heard).toHaveLength(4);
  });

  it.each<[string, (storage: ObservableStorage) => Promise<unknown>]>([
    ['an add that was refused', (storage) => storage.add(allowing('a'))],
    ['a policy that is none', (storage) => storage.update({} as Policy)],
    ['a conflict', (storage) => storage.apply([{ type: 'delete', uid: 'a' }], { ifRevision: 99 })],
    ['an update of nothing', (storage) => storage.update(allowing('nobody'))],
    ['a delete of nothing', (storage) => storage.delete('nobody')],
    ['an empty apply', (storage) => storage.apply([])],
    ['reading', (storage) => storage.get('a')],
  ])('calls nobody after %s', async (_, work) => {
    const { storage, heard } = observed();
    await Promise.allSettled([work(storage)]);
    expect(heard).toEqual([]);
  });

  it('calls its listeners after a write that happened although its answer was lost', async () => {
    const inner = new StagedStorage(new MemoryStorage([allowing('a')]));
    inner.delete = async (uid) => {
      await inner.inner.delete(uid);
      throw new Error('connection lost');
    };
    const storage = new ObservableStorage(inner);
    let calls = 0;
    storage.addListener(() => void calls++);
    await expect(storage.delete('a')).rejects.toThrow('connection lost');
    expect(calls).toBe(1);
  });

  it('calls a listener as often as it is registered', async () => {
    const storage = new ObservableStorage(new MemoryStorage());
    let calls = 0;
    const listener = (): void => void calls++;
    storage.addListener(listener);
    storage.addListener(listener);
    await storage.add(allowing('a'));
    storage.removeListener(listener);
    await storage.delete('a');
    expect(calls).toBe(3);
    storage.removeListener(listener);
    expect(() => storage.removeListener(listener)).toThrow('the listener is not registered');
  });

  it('tells the logger of a listener that throws, and the others of the change', async () => {
    const { logger, lines } = recordingLogger();
    const storage = new ObservableStorage(new MemoryStorage(), { logger });
    const heard: string[] = [];
    storage.addListener(() => {
      throw new Error('no');
    });
    storage.addListener(() => heard.push('second'));
    await storage.add(allowing('a'));
    expect([heard, lines.map(({ message }) => message)]).toEqual([['second'], ['a listener of the storage threw']]);
  });
});
