import type { Scalar } from '../ast/json.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyChange, Storage } from '../ports/storage.ts';
import { listOf, refused, same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

/** Each is another value: no two of them may be taken for one. */
// biome-ignore format: one kind a line
const VALUES: readonly Scalar[] = [
  1, '1', '1.0', '01', 0, '0', 1.5, -1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER,
  true, false, null, 'true', 'null', '', ' ', 'a', 'A', 'a ', 'á', 'a\u0301', 'a\u0000', 'ß', 'ss', '\u{1F600}',
  '"', '\\', '\\"', "'", '["a"]', '{"$slot":"s"}', ',', 'a","b', '%', '_', '$where', '__proto__', 'x'.repeat(500),
  "'; DROP TABLE links; --", '\u2028', '\r\n', '\ud800',
];

const INVALID: readonly (readonly [what: string, invalid: unknown])[] = [
  ['nothing', undefined],
  ['a text', 'a["1","2"]'],
  ['a link without values', { template: 'acl' }],
  ['a link without a template', { values: { user: 'max', doc: 'd' } }],
  ['a link with a slot too few', { template: 'acl', values: { user: 'max' } }],
  ['a link with a slot too many', { template: 'acl', values: { user: 'max', doc: 'd', ip: '::1' } }],
  ['a link with another slot', { template: 'acl', values: { user: 'max', toString: 'd' } }],
  ['a link with a list for a value', { template: 'acl', values: { user: ['max'], doc: 'd' } }],
  ['a link with no number for a value', { template: 'acl', values: { user: Number.NaN, doc: 'd' } }],
  ['a link with nothing for a value', { template: 'acl', values: { user: undefined, doc: 'd' } }],
  ['a link with an unknown member', { ...linkOf('max'), effect: 'deny' }],
  ['a link of an unknown template', { template: 'ACL', values: { user: 'max', doc: 'd' } }],
  ['a link of a policy that is no template', { template: 'plain', values: { user: 'max', doc: 'd' } }],
];

/** What templates and links promise. */
export const linkCases: readonly StorageCase[] = [
  {
    rule: 'an empty storage has no links',
    run: async (storage) => same(await linksOf(storage), [], 'retrieveLinks'),
  },
  {
    rule: 'a template is handed out as it was handed in',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      same(await storage.get('acl'), templateOf('acl'), 'get');
    },
  },
  {
    rule: 'linking twice is one link, whatever the order of its values, and unlinking takes it away',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      await storage.link(linkOf('max'));
      await unchanged(storage, () => storage.link({ template: 'acl', values: { doc: 'd', user: 'max' } }));
      await storage.link(linkOf('eva'));
      same(await linksOf(storage), sorted([linkOf('max'), linkOf('eva')]), 'two');
      await storage.unlink({ template: 'acl', values: { doc: 'd', user: 'max' } });
      same(await linksOf(storage), [linkOf('eva')], 'one');
      await unchanged(storage, () => storage.unlink(linkOf('max')));
    },
  },
  {
    rule: 'values are told apart as JSON tells them apart, and come back as they were',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const links = VALUES.map((value) => ({ template: 'acl', values: { user: value, doc: value } }));
      for (const link of links) await storage.link(link);
      same(await linksOf(storage), sorted(links), 'links');
      for (const [at, link] of links.entries()) {
        await storage.unlink(link);
        same((await linksOf(storage)).length, links.length - 1 - at, `without ${JSON.stringify(link.values)}`);
      }
    },
  },
  {
    rule: 'minus zero is zero, as everywhere in JSON',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      await storage.link({ template: 'acl', values: { user: -0, doc: 0 } });
      await storage.unlink({ template: 'acl', values: { user: 0, doc: -0 } });
      same(await linksOf(storage), [], 'links');
    },
  },
  {
    rule: 'templates and slots of any name keep their links apart',
    run: async (storage) => {
      const uids = ['acl', 'ACL', 'acl ', 'acl["max","d"]', '__proto__', '1'];
      for (const uid of uids) await storage.add(templateOf(uid));
      for (const uid of uids) await storage.link({ ...linkOf('max'), template: uid });
      await storage.unlink({ ...linkOf('max'), template: 'ACL' });
      const left = uids.filter((uid) => uid !== 'ACL').map((uid) => ({ ...linkOf('max'), template: uid }));
      same(await linksOf(storage), sorted(left), 'links');
      const slotted = { ...policyOf('slots'), slots: ['__proto__'], subjects: [{ $slot: '__proto__' }] };
      const link = { template: 'slots', values: JSON.parse('{"__proto__":"max"}') as Readonly<Record<string, Scalar>> };
      await storage.add(slotted);
      await storage.link(link);
      same((await linksOf(storage)).length, uids.length, 'another');
      await storage.unlink(link);
      same(await linksOf(storage), sorted(left), 'gone');
    },
  },
  ...INVALID.map(
    ([what, invalid]): StorageCase => ({
      rule: `as a link, ${what} is refused and changes nothing`,
      run: async (storage) => {
        await storage.apply([
          { type: 'add', policy: templateOf('acl') },
          { type: 'add', policy: policyOf('plain') },
          { type: 'link', link: linkOf('eva') },
        ]);
        const link = invalid as PolicyLink;
        await unchanged(storage, () => refused(() => storage.link(link), 'CARDEA_INVALID_LINK', 'link'));
        const changes: PolicyChange[] = [
          { type: 'link', link: linkOf('bob') },
          { type: 'unlink', link: linkOf('eva') },
          { type: 'link', link },
        ];
        await unchanged(storage, () => refused(() => storage.apply(changes), 'CARDEA_INVALID_LINK', 'apply'));
        await unchanged(storage, () => refused(() => storage.linkAll([link]), 'CARDEA_INVALID_LINK', 'linkAll'));
      },
    }),
  ),
  {
    rule: 'deleting a template deletes its links, and only its own',
    run: async (storage) => {
      for (const uid of ['acl', 'other']) await storage.add(templateOf(uid));
      await storage.link(linkOf('max'));
      await storage.link({ ...linkOf('max'), template: 'other' });
      await storage.delete('acl');
      same(await linksOf(storage), [{ ...linkOf('max'), template: 'other' }], 'links');
      await storage.add(templateOf('acl'));
      same((await linksOf(storage)).length, 1, 'a template that is added again has none');
    },
  },
  {
    rule: 'a template with links can be updated, with its slots in another order too',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      await storage.link({ template: 'acl', values: { user: 'a', doc: 'b' } });
      await storage.update({ ...templateOf('acl', 'put'), slots: ['doc', 'user'] });
      same(await linksOf(storage), [{ template: 'acl', values: { user: 'a', doc: 'b' } }], 'links');
      await unchanged(storage, () => storage.link({ template: 'acl', values: { user: 'a', doc: 'b' } }));
    },
  },
  {
    rule: 'a template with links keeps its slots, and one without may change them',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      await storage.link(linkOf('max'));
      const renamed = { ...templateOf('acl'), slots: ['user', 'file'], resources: [{ id: { $slot: 'file' } }] };
      for (const policy of [renamed, policyOf('acl')])
        await unchanged(storage, () => refused(() => storage.update(policy), 'CARDEA_CONFLICT', 'update'));
      await storage.unlink(linkOf('max'));
      await storage.update(renamed);
      await storage.link({ template: 'acl', values: { user: 'max', file: 'd' } });
      same((await linksOf(storage)).length, 1, 'links');
    },
  },
  {
    rule: 'apply makes changes of templates and links at once, in their order',
    run: async (storage) => {
      await storage.apply([
        { type: 'add', policy: templateOf('acl') },
        { type: 'link', link: linkOf('max') },
        { type: 'delete', uid: 'acl' },
        { type: 'add', policy: templateOf('acl', 'put') },
        { type: 'link', link: linkOf('eva') },
        { type: 'link', link: linkOf('bob') },
        { type: 'unlink', link: linkOf('bob') },
        { type: 'unlink', link: { ...linkOf('bob'), template: 'nobody' } },
      ]);
      same(await linksOf(storage), [linkOf('eva')], 'links');
      same(await storage.get('acl'), templateOf('acl', 'put'), 'template');
    },
  },
  {
    rule: 'apply is refused as a whole where a link has lost its template, or a template its slots, on the way',
    run: async (storage) => {
      await storage.apply([
        { type: 'add', policy: templateOf('acl') },
        { type: 'link', link: linkOf('max') },
      ]);
      const orphan: PolicyChange[] = [
        { type: 'link', link: linkOf('eva') },
        { type: 'delete', uid: 'acl' },
        { type: 'link', link: linkOf('bob') },
      ];
      await unchanged(storage, () => refused(() => storage.apply(orphan), 'CARDEA_INVALID_LINK', 'no template'));
      const slotless: PolicyChange[] = [
        { type: 'unlink', link: linkOf('max') },
        { type: 'link', link: linkOf('eva') },
        { type: 'update', policy: policyOf('acl') },
      ];
      await unchanged(storage, () => refused(() => storage.apply(slotless), 'CARDEA_CONFLICT', 'no slots'));
      const unheard: PolicyChange[] = [
        { type: 'update', policy: templateOf('nobody') },
        { type: 'link', link: { ...linkOf('eva'), template: 'nobody' } },
      ];
      await unchanged(storage, () => refused(() => storage.apply(unheard), 'CARDEA_INVALID_LINK', 'no update'));
      const freed: PolicyChange[] = [
        { type: 'unlink', link: linkOf('max') },
        { type: 'update', policy: policyOf('acl') },
      ];
      await storage.apply(freed);
      same(await storage.get('acl'), policyOf('acl'), 'no template any more');
    },
  },
  {
    rule: 'apply of links with ifRevision is refused at any other revision',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const ifRevision = await storage.revision();
      const change = (user: string): readonly PolicyChange[] => [{ type: 'link', link: linkOf(user) }];
      await storage.apply(change('max'), { ifRevision });
      await unchanged(storage, () =>
        refused(() => storage.apply(change('eva'), { ifRevision }), 'CARDEA_CONFLICT', 'an old revision'),
      );
    },
  },
  {
    rule: 'changesSince tells of links as they are, and of the links of a deleted template by its deletion',
    run: async (storage) => {
      const start = await storage.revision();
      await storage.add(templateOf('acl'));
      await storage.link({ template: 'acl', values: { doc: 'd', user: 'max' } });
      await storage.link(linkOf('max'));
      await storage.unlink(linkOf('nobody'));
      await storage.apply([
        { type: 'unlink', link: linkOf('max') },
        { type: 'link', link: linkOf('eva') },
        { type: 'delete', uid: 'acl' },
      ]);
      const since = await storage.changesSince(start);
      same(
        since.complete && since.changes.map(({ change }) => change),
        [
          { type: 'add', policy: templateOf('acl') },
          { type: 'link', link: linkOf('max') },
          { type: 'unlink', link: linkOf('max') },
          { type: 'link', link: linkOf('eva') },
          { type: 'delete', uid: 'acl' },
        ],
        'changes',
      );
    },
  },
  {
    rule: 'watch tells of links before the promise is settled, and is silent where nothing changed',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const heard: number[] = [];
      const stop = storage.watch((revision) => heard.push(revision));
      await storage.link(linkOf('max'));
      same(heard, [await storage.revision()], 'after link');
      await storage.link(linkOf('max'));
      await storage.unlink(linkOf('eva'));
      same(heard.length, 1, 'nothing new');
      await storage.unlink(linkOf('max'));
      same(heard.at(-1), await storage.revision(), 'after unlink');
      stop();
    },
  },
  {
    rule: 'linkAll links what comes, batch by batch, and tells how far it is',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const links = Array.from({ length: 7 }, (_, at) => linkOf(`u${at}`));
      const told: (readonly [done: number, stored: number])[] = [];
      await storage.linkAll(pieceByPiece(links), {
        batch: 3,
        onProgress: async (done) => void told.push([done, (await linksOf(storage)).length]),
      });
      same(
        told,
        [
          [3, 3],
          [6, 6],
          [7, 7],
        ],
        'progress',
      );
      same(await linksOf(storage), sorted(links), 'links');
      await unchanged(storage, () => storage.linkAll(links));
      await unchanged(storage, () => storage.linkAll([]));
    },
  },
  {
    rule: 'linkAll keeps the batches before one that is refused',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const links = [linkOf('a'), linkOf('b'), linkOf('c'), { ...linkOf('d'), template: 'nobody' }, linkOf('e')];
      await refused(() => storage.linkAll(links, { batch: 2 }), 'CARDEA_INVALID_LINK', 'the second batch');
      same(await linksOf(storage), sorted([linkOf('a'), linkOf('b')]), 'the first batch');
    },
  },
  ...[0, -1, 0.5].map(
    (batch): StorageCase => ({
      rule: `linkAll and retrieveLinks refuse a batch of ${batch}`,
      run: async (storage) => {
        await storage.add(templateOf('acl'));
        await refused(() => storage.linkAll([linkOf('a')], { batch }), 'CARDEA_INVALID_ARGUMENT', 'linkAll');
        await refused(() => listOf(storage.retrieveLinks(batch)), 'CARDEA_INVALID_ARGUMENT', 'retrieveLinks');
      },
    }),
  ),
  {
    rule: 'linkAll refuses what is no list',
    run: async (storage) => {
      for (const wrong of [linkOf('a'), null, 'abc'])
        await refused(() => storage.linkAll(wrong as never), 'CARDEA_INVALID_ARGUMENT', JSON.stringify(wrong));
    },
  },
  {
    rule: 'retrieveLinks gives every link once, whatever the batch',
    run: async (storage) => {
      for (const uid of ['b', 'a']) await storage.add(templateOf(uid));
      const links = Array.from({ length: 7 }, (_, at) => ({ ...linkOf(`u${at}`), template: at % 2 ? 'a' : 'b' }));
      await storage.linkAll(links);
      for (const batch of [1, 3, 7, 1000])
        same(sorted(await listOf(storage.retrieveLinks(batch))), sorted(links), `batch of ${batch}`);
    },
  },
  {
    rule: 'retrieveLinks misses no link that stays, although others are added and taken away meanwhile',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const users = Array.from({ length: 20 }, (_, at) => `u${String(at).padStart(2, '0')}`);
      await storage.linkAll(users.map(linkOf));
      const seen = new Set<unknown>();
      let read = 0;
      for await (const { values } of storage.retrieveLinks(3)) {
        seen.add(values['user']);
        const at = users.indexOf(String(values['user']));
        // Those before and after the one that was read just now; every third one stays.
        for (const gone of [at - 1, at + 1])
          if (users[gone] !== undefined && gone % 3 !== 0) await storage.unlink(linkOf(users[gone]));
        // Taken away and made again, it must not keep the reader for ever.
        await storage.apply([
          { type: 'unlink', link: linkOf('new') },
          { type: 'link', link: linkOf('new') },
        ]);
        if (++read > 1000) throw new Error('the reading never ends');
      }
      same(
        users.filter((user, at) => at % 3 === 0 && !seen.has(user)),
        [],
        'missed',
      );
    },
  },
  {
    rule: 'a link that was handed in or out is no live view',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      const own = { template: 'acl', values: { user: 'max', doc: 'd' } };
      await storage.link(own);
      own.values.user = 'eva';
      const [out] = await listOf(storage.retrieveLinks());
      try {
        Object.assign((out as PolicyLink).values, { user: 'eva' });
      } catch {
        // A frozen value refuses, which is fine.
      }
      same(await linksOf(storage), [linkOf('max')], 'stored');
    },
  },
  {
    rule: 'of many writers of links, each link is there once',
    run: async (storage) => {
      await storage.add(templateOf('acl'));
      await Promise.all(Array.from({ length: 25 }, (_, at) => storage.link(linkOf(`u${at % 5}`))));
      same(await linksOf(storage), sorted(Array.from({ length: 5 }, (_, at) => linkOf(`u${at}`))), 'links');
    },
  },
  {
    rule: 'no link outlives its template, although one is deleted while the other is made',
    run: async (storage) => {
      for (let round = 0; round < 5; round++) {
        await storage.add(templateOf('acl'));
        const linking = Array.from({ length: 5 }, (_, at) => storage.link(linkOf(`u${at}`)));
        await Promise.allSettled([...linking, storage.delete('acl'), storage.link(linkOf('late'))]);
        same([await storage.get('acl'), await linksOf(storage)], [undefined, []], `round ${round}`);
      }
    },
  },
];

function templateOf(uid: string, text = 'get'): Policy {
  const policy = policyOf(uid, text);
  return { ...policy, slots: ['user', 'doc'], subjects: [{ $slot: 'user' }], resources: [{ id: { $slot: 'doc' } }] };
}

function linkOf(user: string): PolicyLink {
  return { template: 'acl', values: { user, doc: 'd' } };
}

async function linksOf(storage: Storage): Promise<readonly PolicyLink[]> {
  return sorted(await listOf(storage.retrieveLinks()));
}

/** Links come in any order. */
function sorted(links: readonly PolicyLink[]): readonly PolicyLink[] {
  const key = ({ template, values }: PolicyLink): string => JSON.stringify([template, values['user'], values['doc']]);
  return links.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function unchanged(storage: Storage, work: () => Promise<unknown>): Promise<void> {
  const state = async (): Promise<unknown> => [
    await storage.revision(),
    await storage.getAll(1000, 0),
    await linksOf(storage),
  ];
  const before = await state();
  await work();
  same(await state(), before, 'revision, policies and links stay');
}

async function* pieceByPiece<T>(items: Iterable<T>): AsyncIterable<T> {
  for (const item of items) yield item;
}
