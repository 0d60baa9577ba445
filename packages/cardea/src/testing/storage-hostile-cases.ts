import type { Policy } from '../model/policy.ts';
import { listOf, refused, same } from './assertions.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

/** Each is another identifier: no two of them may be taken for one. */
const UIDS = [
  'a',
  'A',
  'á',
  'a\u0301',
  'a ',
  ' a',
  'a\t',
  'a\u0000',
  'a\u0000b',
  'ａ',
  'ß',
  'ss',
  'ı',
  'i',
  'I',
  'İ',
  '1',
  '01',
  '1.0',
  'ﬁ',
  'fi',
  'K',
  '\u212A',
  '\uFFFD',
  '\u{1F600}',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  'undefined',
  'x'.repeat(255),
  "'",
  "''",
  '"',
  '`',
  '%',
  '_',
  'a_b',
  'aXb',
  '\\',
  '\\\\',
  '$',
  '$a',
  'a.b',
  'a\u200B',
  '\u202Ea',
  '\u05D0\u05D1',
  '\u05D1\u05D0',
  '\u{1F601}',
  '\u{1F1E6}\u{1F1E7}',
  '\ud83d',
  '\ud800',
  '\udc00',
  'É',
  'é',
  'e\u0301',
  'Σ',
  'σ',
  'ς',
] as const;

/** What must hold whatever the names are, and however many. */
export const hostileCases: readonly StorageCase[] = [
  {
    rule: 'identifiers are compared byte by byte',
    run: async (storage) => {
      for (const uid of UIDS) await storage.add(policyOf(uid, `act ${uid.length}`));
      for (const uid of UIDS) {
        same((await storage.get(uid))?.uid, uid, `get ${JSON.stringify(uid)}`);
        await refused(() => storage.add(policyOf(uid)), 'CARDEA_POLICY_EXISTS', `add ${JSON.stringify(uid)}`);
      }
      same((await storage.getAll(1000, 0)).length, UIDS.length, 'count');
    },
  },
  {
    rule: 'deleting an identifier deletes no other that looks like it',
    run: async (storage) => {
      await storage.apply(UIDS.map((uid) => ({ type: 'add', policy: policyOf(uid) })));
      let left = UIDS.length;
      for (const uid of UIDS) {
        await storage.delete(uid);
        left -= 1;
        same((await storage.getAll(1000, 0)).length, left, `after ${JSON.stringify(uid)}`);
      }
    },
  },
  {
    rule: 'an identifier that is no string is refused, never converted',
    run: async (storage) => {
      await storage.add(policyOf('1'));
      for (const uid of [1, null, undefined, ['1'], {}]) {
        await refused(() => storage.get(uid as string), 'CARDEA_INVALID_ARGUMENT', `get ${JSON.stringify(uid)}`);
        await refused(() => storage.delete(uid as string), 'CARDEA_INVALID_ARGUMENT', `delete ${JSON.stringify(uid)}`);
      }
      same((await storage.getAll(10, 0)).length, 1, 'count');
    },
  },
  {
    rule: 'hostile text is text, wherever it stands',
    run: async (storage) => {
      const policies = HOSTILE_TEXTS.map((text) => ({
        ...policyOf(text),
        subjects: [{ [`k${text}`]: { $eq: text } }],
        context: { [`k${text}`]: text },
        description: text,
        obligations: [{ [text]: [text] }],
        labels: { [text]: text },
      }));
      for (const policy of policies) await storage.add(policy);
      for (const policy of policies) same(await storage.get(policy.uid), policy, JSON.stringify(policy.uid));
    },
  },
  {
    rule: 'a member called `__proto__` stays a member and reaches no prototype',
    run: async (storage) => {
      const labels = JSON.parse('{"__proto__": "polluted", "constructor": "polluted"}') as Record<string, string>;
      await storage.add({ ...policyOf('a'), labels });
      same(Object.keys((await storage.get('a'))?.labels ?? {}).sort(), ['__proto__', 'constructor'], 'labels');
      same(Object.hasOwn(Object.prototype, 'polluted'), false, 'prototype');
    },
  },
  {
    rule: 'a policy of a megabyte comes back as it was, also in the changes',
    run: async (storage) => {
      const large = { ...policyOf('large'), description: `${HOSTILE_TEXTS.join('')}é\u{1F600}`.repeat(6000) };
      const start = await storage.revision();
      await storage.add(large);
      await storage.add(policyOf('small'));
      same(((await storage.get('large'))?.description ?? '') === large.description, true, 'get');
      same((await storage.getAll(10, 0)).map(lengthOf), [lengthOf(large), 0], 'getAll');
      const since = await storage.changesSince(start);
      const told = since.complete
        ? since.changes.map(({ change }) => ('policy' in change ? change.policy : large))
        : [];
      same(told.map(lengthOf), since.complete ? [lengthOf(large), 0] : [], 'changesSince');
    },
  },
  {
    rule: 'ten thousand policies can be stored at once, paged, read back and deleted',
    run: async (storage) => {
      const count = 10_000;
      const uids = Array.from({ length: count }, (_, at) => `policy-${at}`);
      await storage.apply(uids.map((uid) => ({ type: 'add', policy: policyOf(uid) })));
      const all = await listOf(storage.retrieveAll(1000));
      same(new Set(all.map(({ uid }) => uid)).size, count, 'retrieveAll');
      same((await storage.getAll(10, count - 5)).length, 5, 'last page');
      same((await storage.get('policy-9999'))?.uid, 'policy-9999', 'get');
      await storage.apply(uids.map((uid) => ({ type: 'delete', uid })));
      same(await storage.getAll(1, 0), [], 'deleted');
    },
  },
];

function lengthOf({ description = '' }: Policy): number {
  return description.length;
}
