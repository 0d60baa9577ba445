import type { Policy } from '../model/policy.ts';
import type { Storage } from '../ports/storage.ts';
import { refused, same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

const INVALID: readonly (readonly [what: string, invalid: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'policy'],
  ['an empty dictionary', {}],
  ['a number as uid', { ...policyOf('a'), uid: 1 }],
  ['a text in place of a list', { ...policyOf('a'), subjects: 'max' }],
  ['an unknown member', { ...policyOf('a'), extra: 1 }],
];

/** What changing promises. */
export const changeCases: readonly StorageCase[] = [
  {
    rule: 'add refuses a uid that is taken, and changes nothing',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      await unchanged(storage, () =>
        refused(() => storage.add(policyOf('a', 'put')), 'CARDEA_POLICY_EXISTS', 'second add'),
      );
    },
  },
  {
    rule: 'update replaces the whole policy and keeps its place',
    run: async (storage) => {
      for (const uid of ['a', 'b', 'c']) await storage.add({ ...policyOf(uid), description: 'old', priority: 1 });
      const order = await uidsOf(storage);
      await storage.update(policyOf('b', 'put'));
      same(await storage.get('b'), policyOf('b', 'put'), 'no old member stays');
      same(await uidsOf(storage), order, 'order');
    },
  },
  {
    rule: 'update of an unknown uid does nothing',
    run: (storage) => unchanged(storage, () => storage.update(policyOf('a'))),
  },
  {
    rule: 'delete removes one policy and its uid can be added again',
    run: async (storage) => {
      for (const uid of ['a', 'b']) await storage.add(policyOf(uid));
      await storage.delete('a');
      same(await storage.get('a'), undefined, 'get');
      same(await uidsOf(storage), ['b'], 'others');
      await storage.add(policyOf('a', 'put'));
      same(await storage.get('a'), policyOf('a', 'put'), 'added again');
    },
  },
  {
    rule: 'delete of an unknown uid does nothing',
    run: (storage) => unchanged(storage, () => storage.delete('a')),
  },
  {
    rule: 'every change raises the revision',
    run: async (storage) => {
      const revisions = [await storage.revision()];
      const changes = [
        () => storage.add(policyOf('a')),
        () => storage.update(policyOf('a', 'put')),
        () => storage.apply([{ type: 'add', policy: policyOf('b') }]),
        () => storage.delete('a'),
      ];
      for (const change of changes) {
        await change();
        revisions.push(await storage.revision());
      }
      const growing = revisions.every((revision, at) => at === 0 || revision > (revisions[at - 1] as number));
      same(growing, true, `revisions ${revisions.join(', ')} grow`);
    },
  },
  {
    rule: 'apply makes all changes at once, in their order',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const revision = await storage.apply([
        { type: 'delete', uid: 'a' },
        { type: 'add', policy: policyOf('a', 'put') },
        { type: 'add', policy: policyOf('b') },
        { type: 'update', policy: policyOf('b', 'put') },
        { type: 'update', policy: policyOf('nobody') },
        { type: 'add', policy: policyOf('c') },
        { type: 'delete', uid: 'c' },
      ]);
      same(revision, await storage.revision(), 'the new revision is returned');
      same(await storage.get('a'), policyOf('a', 'put'), 'a');
      same(await storage.get('b'), policyOf('b', 'put'), 'b');
      same((await uidsOf(storage)).length, 2, 'count');
    },
  },
  {
    rule: 'apply makes no change when one of them is refused',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const others = [
        { type: 'delete', uid: 'a' },
        { type: 'add', policy: policyOf('b') },
      ] as const;
      const twice = [...others, { type: 'add', policy: policyOf('b') }] as const;
      await unchanged(storage, () => refused(() => storage.apply(twice), 'CARDEA_POLICY_EXISTS', 'a uid added twice'));
      const invalid = [
        ...others,
        { type: 'add', policy: { ...policyOf('c'), effect: 'ALLOW' } as unknown as Policy },
      ] as const;
      await unchanged(storage, () => refused(() => storage.apply(invalid), 'CARDEA_INVALID_POLICY', 'invalid'));
    },
  },
  {
    rule: 'apply of nothing, or of changes without effect, keeps the revision and returns it',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const revision = await storage.revision();
      same(await storage.apply([]), revision, 'nothing');
      same(await storage.apply([{ type: 'delete', uid: 'b' }]), revision, 'no effect');
      same(await storage.revision(), revision, 'revision');
    },
  },
  {
    rule: 'apply with ifRevision succeeds at that revision and is refused at any other',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const seen = await storage.revision();
      const next = await storage.apply([{ type: 'add', policy: policyOf('b') }], { ifRevision: seen });
      for (const ifRevision of [seen, next + 1, -1]) {
        const change = { type: 'add', policy: policyOf('c') } as const;
        await unchanged(storage, () =>
          refused(() => storage.apply([change], { ifRevision }), 'CARDEA_CONFLICT', `revision ${ifRevision}`),
        );
      }
      await unchanged(storage, () =>
        refused(() => storage.apply([], { ifRevision: seen }), 'CARDEA_CONFLICT', 'no changes'),
      );
    },
  },
  ...INVALID.map(
    ([what, invalid]): StorageCase => ({
      rule: `as a policy, ${what} is refused and changes nothing`,
      run: async (storage) => {
        await storage.add(policyOf('known'));
        const policy = invalid as Policy;
        await unchanged(storage, () => refused(() => storage.add(policy), 'CARDEA_INVALID_POLICY', 'add'));
        await unchanged(storage, () => refused(() => storage.update(policy), 'CARDEA_INVALID_POLICY', 'update'));
      },
    }),
  ),
  {
    rule: 'of many writers with one ifRevision exactly one wins',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const ifRevision = await storage.revision();
      const writers = Array.from({ length: 25 }, (_, at) =>
        storage.apply([{ type: 'add', policy: policyOf(`w${at}`) }], { ifRevision }),
      );
      const results = await Promise.allSettled(writers);
      same(results.filter(({ status }) => status === 'fulfilled').length, 1, 'winners');
      same((await uidsOf(storage)).length, 2, 'policies');
    },
  },
  {
    rule: 'of many writers that add one uid exactly one wins',
    run: async (storage) => {
      const results = await Promise.allSettled(
        Array.from({ length: 25 }, (_, at) => storage.add(policyOf('a', `act${at}`))),
      );
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      same(results.filter(({ status }) => status === 'fulfilled').length, 1, 'winners');
      same(await storage.get('a'), policyOf('a', `act${winner}`), 'what is stored is the winner’s');
    },
  },
  {
    rule: 'writers that retry on a conflict lose no update',
    run: async (storage) => {
      await storage.add({ ...policyOf('counter'), priority: 0 });
      await Promise.all(Array.from({ length: 8 }, () => increment(storage)));
      same((await storage.get('counter'))?.priority, 8, 'count');
    },
  },
];

async function increment(storage: Storage): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const ifRevision = await storage.revision();
    const { priority = 0 } = (await storage.get('counter')) as Policy;
    const policy = { ...policyOf('counter'), priority: priority + 1 };
    const done = await storage.apply([{ type: 'update', policy }], { ifRevision }).then(
      () => true,
      () => false,
    );
    if (done) return;
  }
  throw new Error('a writer never got its turn');
}

async function unchanged(storage: Storage, work: () => Promise<unknown>): Promise<void> {
  const before = [await storage.revision(), await storage.getAll(1000, 0)];
  await work();
  same([await storage.revision(), await storage.getAll(1000, 0)], before, 'revision and policies stay');
}

async function uidsOf(storage: Storage): Promise<readonly string[]> {
  return (await storage.getAll(1000, 0)).map(({ uid }) => uid);
}
