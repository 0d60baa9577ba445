import { allow, Guard, MemoryStorage } from 'cardea';
import { any } from 'cardea/rules';
import { expect, it } from 'vitest';
import { StagedStorage } from '../../../cardea/test/staged-storage.ts';
import { SharedPolicies } from './shared-policies.ts';

const letting = (uid: string): ReturnType<typeof allow> =>
  allow({ uid, subjects: [any()], actions: ['get'], resources: [any()] });

it('publishes what the guard decides over, and again when it has changed', async () => {
  const shared = new SharedPolicies();
  const storage = new MemoryStorage([letting('a')]);
  const guard = new Guard(storage, { engine: shared.engine });
  let told = 0;
  const unwatch = shared.watch(() => (told += 1));
  expect(shared.publication()).toBeUndefined();
  await guard.ready();
  const first = shared.publication();
  expect([first?.revision, told]).toEqual([1, 1]);
  await guard.refresh();
  expect(shared.publication()).toBe(first);
  await storage.add(letting('b'));
  await guard.ready();
  expect([shared.publication()?.revision, told]).toEqual([2, 2]);
  unwatch();
  await storage.add(letting('c'));
  await guard.ready();
  expect([shared.publication()?.revision, told]).toEqual([3, 2]);
});

it('publishes nothing while the storage cannot be read, and once the guard is closed', async () => {
  const shared = new SharedPolicies();
  let isGone = false;
  const storage = new StagedStorage(new MemoryStorage([letting('a')]), () => {
    if (isGone) throw new Error('gone');
  });
  const guard = new Guard(storage, { engine: shared.engine });
  await guard.ready();
  const first = shared.publication();
  isGone = true;
  await storage.inner.add(letting('b'));
  await guard.ready().catch(() => undefined);
  expect(shared.publication()).toBeUndefined();
  isGone = false;
  await guard.ready();
  expect(shared.publication()?.revision).toBe(2);
  expect(shared.publication()).not.toBe(first);
  await guard.close();
  expect(shared.publication()).toBeUndefined();
});

it('publishes a guard that began with a snapshot', async () => {
  const storage = new MemoryStorage([letting('a')]);
  const former = new Guard(storage);
  await former.ready();
  const shared = new SharedPolicies();
  const guard = new Guard(storage, { engine: shared.engine, snapshot: former.toSnapshot() });
  await guard.ready();
  expect(shared.publication()).toMatchObject({ revision: 1 });
});
