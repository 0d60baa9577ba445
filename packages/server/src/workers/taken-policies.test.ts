import { allow, Guard, MemoryStorage } from 'cardea';
import { any } from 'cardea/rules';
import { expect, it } from 'vitest';
import { type Publication, SharedPolicies } from './shared-policies.ts';
import { TakenPolicies } from './taken-policies.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const letting = (uid: string): Parameters<typeof allow>[0] => ({
  uid,
  subjects: [any()],
  actions: ['get'],
  resources: [any()],
});

/** What is published of a storage with these policies. */
async function published(...uids: readonly string[]): Promise<Publication> {
  const shared = new SharedPolicies();
  const storage = new MemoryStorage();
  const guard = new Guard(storage, { engine: shared.engine });
  for (const uid of uids) await storage.add(allow(letting(uid)));
  await guard.ready();
  return shared.publication() as Publication;
}

it('is decided over as it was taken last, with its revision', async () => {
  const taken = new TakenPolicies();
  const guard = new Guard(taken.storage, { engine: taken.engine });
  taken.take(await published());
  expect(await guard.check(max)).toMatchObject({ allowed: false, revision: 0 });
  taken.take(await published('a', 'b'));
  expect(await guard.check(max)).toMatchObject({ allowed: true, candidates: ['a', 'b'], revision: 2 });
  // The storage of the main thread was put back to an older state.
  taken.take(await published('c'));
  expect(await guard.check(max)).toMatchObject({ candidates: ['c'], revision: 1 });
});

it('is decided over where another state has the same revision', async () => {
  const taken = new TakenPolicies();
  const guard = new Guard(taken.storage, { engine: taken.engine });
  for (const uid of ['a', 'b']) {
    taken.take(await published(uid));
    expect(await guard.check(max)).toMatchObject({ candidates: [uid], revision: 1 });
  }
});

it('allows nothing while there is nothing to rely on', async () => {
  const taken = new TakenPolicies();
  const guard = new Guard(taken.storage, { engine: taken.engine });
  expect(await guard.check(max)).toMatchObject({ outcome: 'indeterminate' });
  const publication = await published('a');
  taken.take(publication);
  expect(await guard.isAllowed(max)).toBe(true);
  taken.take(undefined);
  expect(await guard.check(max)).toMatchObject({ outcome: 'indeterminate', diagnostics: [{ kind: 'infrastructure' }] });
  expect(guard.allowsNow(max)).toBeUndefined();
  taken.take(publication);
  expect(await guard.isAllowed(max)).toBe(true);
});
