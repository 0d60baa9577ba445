import type { Policy } from '../model/policy.ts';
import type { Storage } from '../ports/storage.ts';
import { listOf, refused, same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

/** What reading page by page and adding in bulk promise. */
export const pageCases: readonly StorageCase[] = [
  {
    rule: 'page gives what getAll gives, piece by piece, and no next after the last',
    run: async (storage) => {
      await storage.addAll(policies('p', 7));
      const all = await storage.getAll(100, 0);
      for (const limit of [1, 3, 7, 1000]) same(await paged(storage, limit), all, `${limit} at a time`);
      same(Object.hasOwn(await storage.page({ limit: 7 }), 'next'), false, 'next');
    },
  },
  {
    rule: 'page misses no policy that stays and gives none twice, although others write meanwhile',
    run: async (storage, another) => {
      const writer = await another();
      await storage.addAll(policies('p', 30));
      const seen: string[] = [];
      let after: string | undefined;
      for (let round = 0; round === 0 || after !== undefined; round++) {
        const page = await storage.page({ after, limit: 4 });
        seen.push(...page.policies.map(({ uid }) => uid));
        after = page.next;
        // Before, at and after the place where it is; every third one stays.
        for (const at of [4 * round - 2, 4 * round + 3, 4 * round + 4]) if (at % 3 !== 0) await writer.delete(`p${at}`);
        await writer.update(policyOf('p0', `act${round}`));
        if (round < 5) await writer.add(policyOf(`new${round}`));
        if (round > 100) throw new Error('the reading never ends');
      }
      const stayed = Array.from({ length: 10 }, (_, at) => `p${3 * at}`);
      same(
        stayed.filter((uid) => !seen.includes(uid)),
        [],
        'missed',
      );
      same(seen.length, new Set(seen).size, 'given once');
    },
  },
  {
    rule: 'a policy that was taken away and added again stands at the end',
    run: async (storage) => {
      await storage.addAll(policies('p', 3));
      const { next } = await storage.page({ limit: 2 });
      await storage.delete('p0');
      await storage.add(policyOf('p0'));
      const rest = await storage.page({ after: next, limit: 10 });
      same(
        rest.policies.map(({ uid }) => uid),
        ['p2', 'p0'],
        'rest',
      );
    },
  },
  ...[0, -1, 0.5, Number.NaN].map(
    (limit): StorageCase => ({
      rule: `page refuses a limit of ${limit}`,
      run: (storage) =>
        refused(() => storage.page({ limit }), 'CARDEA_INVALID_ARGUMENT', 'an empty page would be the last'),
    }),
  ),
  {
    rule: 'page refuses a place that is of no page',
    run: async (storage) => {
      for (const after of ['', 'p0', '-1', '1.5', "1'", 3, null, {}])
        await refused(
          () => storage.page({ after: after as string, limit: 1 }),
          'CARDEA_INVALID_ARGUMENT',
          JSON.stringify(after),
        );
    },
  },
  {
    rule: 'addAll adds what comes, batch by batch, and tells how far it is',
    run: async (storage) => {
      const told: (readonly [done: number, stored: number])[] = [];
      const start = await storage.revision();
      await storage.addAll(pieceByPiece(policies('p', 7)), {
        batch: 3,
        onProgress: async (done) => void told.push([done, (await storage.getAll(100, 0)).length]),
      });
      const progress = [
        [3, 3],
        [6, 6],
        [7, 7],
      ];
      same(told, progress, 'progress');
      same(await storage.getAll(100, 0), policies('p', 7), 'policies');
      same(await storage.revision(), start + 3, 'a revision for each batch');
      await storage.addAll([]);
      same(await storage.revision(), start + 3, 'none for nothing');
    },
  },
  {
    rule: 'addAll keeps the batches before one that is refused',
    run: async (storage) => {
      const list = [...policies('p', 3), policyOf('p0'), policyOf('late')];
      await refused(() => storage.addAll(list, { batch: 2 }), 'CARDEA_POLICY_EXISTS', 'the second batch');
      same(await storage.getAll(100, 0), policies('p', 2), 'the first batch');
      const invalid = [policyOf('a'), { ...policyOf('b'), effect: 'ALLOW' } as unknown as Policy];
      await refused(() => storage.addAll(invalid), 'CARDEA_INVALID_POLICY', 'invalid');
      same((await storage.getAll(100, 0)).length, 2, 'count');
    },
  },
  {
    rule: 'addAll refuses what is no list, and a batch that is none',
    run: async (storage) => {
      for (const wrong of [policyOf('a'), null, 'abc'])
        await refused(() => storage.addAll(wrong as never), 'CARDEA_INVALID_ARGUMENT', JSON.stringify(wrong));
      for (const batch of [0, -1, 0.5])
        await refused(() => storage.addAll([policyOf('a')], { batch }), 'CARDEA_INVALID_ARGUMENT', `batch ${batch}`);
      same(await listOf(storage.retrieveAll()), [], 'nothing is stored');
    },
  },
];

async function paged(storage: Storage, limit: number): Promise<readonly Policy[]> {
  const all: Policy[] = [];
  let after: string | undefined;
  do {
    const page = await storage.page({ after, limit });
    all.push(...page.policies);
    after = page.next;
  } while (after !== undefined);
  return all;
}

function policies(prefix: string, count: number): readonly Policy[] {
  return Array.from({ length: count }, (_, at) => policyOf(`${prefix}${at}`));
}

async function* pieceByPiece<T>(items: Iterable<T>): AsyncIterable<T> {
  for (const item of items) yield item;
}
