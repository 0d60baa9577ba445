import { describe, expect, it } from 'vitest';
import { formatIssue } from '../errors.ts';
import type { Policy } from '../model/policy.ts';
import { parsePolicy } from './validate.ts';

const template = {
  uid: 't',
  effect: 'allow',
  slots: ['user'],
  subjects: [{ $slot: 'user' }],
  actions: ['get'],
  resources: [{ $any: true }],
} as const;

function issuesOf(change: object): readonly string[] {
  const parsed = parsePolicy({ ...template, ...change });
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

describe('a template', () => {
  it.each<[string, Partial<Policy>]>([
    ['the whole value', {}],
    ['the argument of $eq', { subjects: [{ $eq: { $slot: 'user' } }] }],
    ['an attribute', { subjects: [{ id: { $slot: 'user' }, age: { $greater: 17 } }] }],
    ['a nested attribute', { subjects: [{ account: { id: { $eq: { $slot: 'user' } } } }] }],
    ['beside other rules', { subjects: [{ $slot: 'user', $startsWith: 'user:' }] }],
    ['a member of a list', { subjects: [{ groups: { $some: { $eq: { $slot: 'user' } } } }] }],
    ['a member of a list, shortly', { subjects: [{ $some: { $slot: 'user' } }] }],
    ['a conjunction', { subjects: [{ $and: [{ $type: 'string' }, { $slot: 'user' }] }] }],
    ['the only alternative', { subjects: [{ $or: [{ $slot: 'user' }] }] }],
    ['the context', { subjects: ['max'], context: { user: { $slot: 'user' } } }],
    [
      'each of several fields',
      { slots: ['doc', 'user', 'ip'], resources: [{ id: { $slot: 'doc' } }], context: { ip: { $slot: 'ip' } } },
    ],
    ['beside fields of several elements', { actions: ['get', 'list'], resources: ['a', 'b'] }],
  ])('has slots in %s', (_, change) => {
    expect(issuesOf(change)).toEqual([]);
  });

  const where = 'links are found by what must hold for the template to apply';
  it.each<[string, object, readonly string[]]>([
    [
      'without declaring them',
      { slots: undefined },
      ['subjects[0].$slot: slot `user` is not declared; a template names it in its `slots` [CARDEA_INVALID_RULE]'],
    ],
    [
      'of another name',
      { subjects: [{ $slot: 'usr' }] },
      [
        'subjects[0].$slot: slot `usr` is not declared; a template names it in its `slots` [CARDEA_INVALID_RULE]',
        'slots[0]: slot `user` stands nowhere in the policy [CARDEA_INVALID_POLICY]',
      ],
    ],
    [
      'that are no names',
      { subjects: [{ $slot: 1 }] },
      [
        'subjects[0].$slot: a slot is named by a string, not a number [CARDEA_INVALID_RULE]',
        'slots[0]: slot `user` stands nowhere in the policy [CARDEA_INVALID_POLICY]',
      ],
    ],
    [
      'in two places',
      { resources: [{ owner: { $eq: { $slot: 'user' } } }] },
      ['resources[0].owner.$eq.$slot: slot `user` stands in two places; declare one for each [CARDEA_INVALID_RULE]'],
    ],
    ['nowhere', { subjects: ['max'] }, ['slots[0]: slot `user` stands nowhere in the policy [CARDEA_INVALID_POLICY]']],
    ...(
      [
        [
          'one of several elements',
          { subjects: [{ $slot: 'user' }, 'max'] },
          'subjects[0].$slot',
          'in one of several subjects',
        ],
        ['a negation', { subjects: [{ $not: { $slot: 'user' } }] }, 'subjects[0].$not.$slot', 'in a negation'],
        ['an inequality', { subjects: [{ $notEq: { $slot: 'user' } }] }, 'subjects[0].$notEq.$slot', 'in a negation'],
        [
          'one of several alternatives',
          { subjects: [{ $or: [{ $eq: 'max' }, { $slot: 'user' }] }] },
          'subjects[0].$or[1].$slot',
          'in one of several alternatives',
        ],
        ['every item', { subjects: [{ $every: { $slot: 'user' } }] }, 'subjects[0].$every.$slot', 'in `$every`'],
        [
          'an attribute of an item',
          { subjects: [{ $some: { id: { $slot: 'user' } } }] },
          'subjects[0].$some.id.$slot',
          'in `$some` but as `$eq` alone',
        ],
        [
          'an item that must be more',
          { subjects: [{ $some: { $slot: 'user', $startsWith: 'a' } }] },
          'subjects[0].$some.$slot',
          'in `$some` but as `$eq` alone',
        ],
        [
          'a list in a list',
          { subjects: [{ $some: { $some: { $slot: 'user' } } }] },
          'subjects[0].$some.$some.$slot',
          'in `$some` but as `$eq` alone',
        ],
      ] as const
    ).map(
      ([what, change, path, reason]) =>
        [`in ${what}`, change, [`${path}: slot \`user\` cannot stand ${reason}: ${where} [CARDEA_INVALID_RULE]`]] as [
          string,
          object,
          readonly string[],
        ],
    ),
    ...(
      [
        ['$greater', { $greater: { $slot: 'user' } }],
        ['$in', { $in: { $slot: 'user' } }],
        ['$anyIn', { $anyIn: [{ $slot: 'user' }] }],
        ['$startsWith', { $startsWith: { $slot: 'user' } }],
        ['$contains', { $contains: { value: { $slot: 'user' }, ci: true } }],
        ['$before', { $before: { $slot: 'user' } }],
      ] as const
    ).map(
      ([name, rule]) =>
        [
          `in ${name}`,
          { subjects: [rule] },
          [
            `subjects[0].${name}: a slot stands for one value that is equal: only \`$eq\` takes one [CARDEA_INVALID_RULE]`,
          ],
        ] as [string, object, readonly string[]],
    ),
    [
      'in a call',
      { subjects: [{ $custom: ['f', { $slot: 'user' }] }] },
      ['subjects[0].$custom[1]: a slot stands for one value that is equal: only `$eq` takes one [CARDEA_INVALID_RULE]'],
    ],
    [
      'beside attributes',
      { subjects: [{ $slot: 'user', id: 1 }] },
      [
        'subjects[0].$slot: rule `$slot` cannot stand beside attributes; an attribute of this name is written `$$slot` [CARDEA_INVALID_RULE]',
        'slots[0]: slot `user` stands nowhere in the policy [CARDEA_INVALID_POLICY]',
      ],
    ],
  ])('cannot have slots %s', (_, change, expected) => {
    expect(issuesOf(change)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['no list', 'user'],
    ['empty', []],
    ['a list of numbers', [1]],
    ['repeated', ['user', 'user']],
    ['not named like variables', ['user', 'the doc']],
    ['empty names', ['user', '']],
    ['names with a line break', ['user\n']],
    ['null', null],
  ])('is refused where its slots are %s', (_, slots) => {
    expect(issuesOf({ slots })).toEqual([
      expect.stringMatching(/^slots: must be a list of different names such as `user`, at least one, not /),
    ]);
  });

  it('keeps `$slot` in literals, which are what they are', () => {
    expect(
      issuesOf({ resources: [{ a: { $eq: { $value: { $slot: 'x' } } }, b: { $eq: { c: { $slot: 'x' } } } }] }),
    ).toEqual([]);
  });
});
