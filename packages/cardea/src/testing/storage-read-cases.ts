import { listOf, refused, same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

/** To whom the policies of the suite apply. */
const MAX = { subject: 'max', action: 'get', resource: { name: 'book' } } as const;

/** What reading promises. */
export const readCases: readonly StorageCase[] = [
  {
    rule: 'an empty storage has no policies',
    run: async (storage) => {
      same(await storage.get('a'), undefined, 'get');
      same(await storage.getAll(10, 0), [], 'getAll');
      same(await listOf(storage.retrieveAll()), [], 'retrieveAll');
      same(await storage.findForInquiry({}), { revision: await storage.revision(), policies: [], links: [] }, 'find');
      same(await storage.page({ limit: 10 }), { policies: [] }, 'page');
    },
  },
  {
    rule: 'a policy is handed out as it was handed in, with every member',
    run: async (storage) => {
      const whole = {
        uid: 'whole',
        effect: 'deny',
        subjects: [
          { role: { $in: ['a', 'b', null, 1.5, true] }, address: { city: 'Delft' } },
          'user:[a-z]',
          { $any: true },
        ],
        actions: ['(get|put)'],
        resources: ['ünïcode \u{1F600}', ''],
        context: { ip: { $cidr: '10.0.0.0/8' }, at: { $timeWindow: { days: ['mon'], from: '08:00' } } },
        description: 'two\nlines, "quotes", \\ and a null: \u2028',
        priority: -3,
        obligations: [{ id: 'log', nested: { list: [1, [2, {}]] } }, null],
        labels: { team: 'core', '': 'empty' },
        tags: ['(', ')'],
      } as const;
      await storage.add(whole);
      same(await storage.get('whole'), whole, 'get');
      same(await storage.getAll(1, 0), [whole], 'getAll');
    },
  },
  {
    rule: 'a policy without optional members has none when read',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      same(
        Object.keys((await storage.get('a')) ?? {}).sort(),
        ['actions', 'effect', 'resources', 'subjects', 'uid'],
        'members',
      );
    },
  },
  {
    rule: 'getAll pages without overlap, gap or end, in one order',
    run: async (storage) => {
      const uids = Array.from({ length: 7 }, (_, at) => `p${at}`);
      for (const uid of uids) await storage.add(policyOf(uid));
      const all = (await storage.getAll(100, 0)).map(({ uid }) => uid);
      same([...all].sort(), uids, 'all');
      const pages = [await storage.getAll(3, 0), await storage.getAll(3, 3), await storage.getAll(3, 6)];
      same(
        pages.flat().map(({ uid }) => uid),
        all,
        'pages',
      );
      same((await storage.getAll(3, 7)).length, 0, 'beyond the end');
      same((await storage.getAll(0, 0)).length, 0, 'no limit');
      same((await storage.getAll(Number.MAX_SAFE_INTEGER, 6)).length, 1, 'largest limit');
    },
  },
  ...[-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map(
    (number): StorageCase => ({
      rule: `getAll refuses ${number} as limit and as offset`,
      run: async (storage) => {
        await refused(() => storage.getAll(number, 0), 'CARDEA_INVALID_ARGUMENT', 'limit');
        await refused(() => storage.getAll(1, number), 'CARDEA_INVALID_ARGUMENT', 'offset');
      },
    }),
  ),
  {
    rule: 'retrieveAll gives what getAll gives, whatever the batch',
    run: async (storage) => {
      await storage.apply(Array.from({ length: 7 }, (_, at) => ({ type: 'add', policy: policyOf(`p${at}`) })));
      const all = await storage.getAll(100, 0);
      for (const batch of [1, 3, 7, 1000]) same(await listOf(storage.retrieveAll(batch)), all, `batch of ${batch}`);
      same(await listOf(storage.retrieveAll()), all, 'default batch');
    },
  },
  ...[0, -1, 0.5].map(
    (batch): StorageCase => ({
      rule: `retrieveAll refuses a batch of ${batch}`,
      run: (storage) =>
        refused(
          () => listOf(storage.retrieveAll(batch)),
          'CARDEA_INVALID_ARGUMENT',
          'an empty batch would read as an empty storage',
        ),
    }),
  ),
  {
    rule: 'findForInquiry leaves out no policy that applies, and keeps the order',
    run: async (storage) => {
      await storage.apply([
        { type: 'add', policy: policyOf('a') },
        { type: 'add', policy: { ...policyOf('b'), effect: 'deny', subjects: [{ $any: true }] } },
        { type: 'add', policy: { ...policyOf('c'), subjects: ['<m.*>'], context: { ip: { $cidr: '::/0' } } } },
      ]);
      const { policies: found } = await storage.findForInquiry({
        subject: 'max',
        action: 'get',
        resource: { name: 'book' },
        context: { ip: '::1' },
      });
      const uids = found.map(({ uid }) => uid);
      const order = (await storage.getAll(10, 0)).map(({ uid }) => uid);
      same(
        order.filter((uid) => uids.includes(uid)),
        order,
        'all apply',
      );
      same(uids, order, 'order');
    },
  },
  {
    rule: 'what was handed in or out is no live view',
    run: async (storage) => {
      const own = { ...policyOf('a'), actions: ['get'], labels: { team: 'x' } };
      await storage.add(own);
      own.actions.push('put');
      own.labels.team = 'y';
      const before = await storage.getAll(10, 0);
      attempt(() => (before as unknown[]).pop());
      attempt(() => ((before[0] as unknown as { actions: string[] }).actions[0] = 'put'));
      const [found] = (await storage.findForInquiry(MAX)).policies;
      attempt(() => Object.assign(found as object, { effect: 'deny' }));
      await storage.delete('nobody');
      same(await storage.getAll(10, 0), [{ ...policyOf('a'), labels: { team: 'x' } }], 'stored');
    },
  },
  {
    rule: 'a list that was handed out does not change with the storage',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const [page, found] = [await storage.getAll(10, 0), await storage.findForInquiry(MAX)];
      await storage.add(policyOf('b'));
      await storage.delete('a');
      same(page, [policyOf('a')], 'getAll');
      same(found.policies, [policyOf('a')], 'findForInquiry');
    },
  },
];

/** Frozen things may refuse, copies may let it happen: neither may change the storage. */
function attempt(change: () => unknown): void {
  try {
    change();
  } catch {
    // A frozen value refuses, which is fine.
  }
}
