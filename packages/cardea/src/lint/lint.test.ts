import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, inquiryHitting, linksArb, policyArb, templateArb, touchy } from '../../test/arbitrary.ts';
import { splitTemplate } from '../ast/template.ts';
import { linkedPolicy } from '../decide/links.ts';
import { evaluateCondition } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Element, Policy } from '../model/policy.ts';
import { type Checker, defaultChecker, exactChecker, rulesChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { lint } from './lint.ts';

const functions = functionTable([touchy]);
const options = { checker: defaultChecker(), functions };
const any: readonly Element[] = [{ $any: true }];

const allow = (over: Partial<Policy> = {}, uid = 'a'): Policy => ({
  uid,
  effect: 'allow',
  subjects: ['max'],
  actions: ['read'],
  resources: ['book'],
  ...over,
});
const deny = (over: Partial<Policy> = {}, uid = 'd'): Policy => ({ ...allow(over, uid), effect: 'deny' });
const narrower = (policy: Policy): Policy => ({
  ...policy,
  uid: `${policy.uid} narrower`,
  actions: policy.actions.slice(0, 1),
  context: { ...policy.context, a: { $in: ['a', 1] } },
});
const found = (policies: readonly Policy[], checker: Checker = options.checker): readonly string[] =>
  lint(policies, { ...options, checker }).map(({ code, uid, path }) => [code, uid, ...path].join(' '));

describe('lint', () => {
  it('finds nothing wrong with ordinary policies', () => {
    expect(
      found([allow(), allow({ actions: ['write'], subjects: ['<m.+>'] }, 'b'), deny({ resources: ['secret'] })]),
    ).toEqual([]);
  });

  it.each<readonly [string, readonly Policy[], readonly string[]]>([
    [
      'contradictory rules',
      [allow({ subjects: [{ a: { $and: [{ $eq: 1 }, { $eq: 2 }] } }] })],
      ['unreachable a subjects'],
    ],
    ['an empty list', [allow({ subjects: [{ a: { $in: [] } }] })], ['unreachable a subjects']],
    ['an empty range', [allow({ context: { n: { $greater: 5, $less: 3 } } })], ['unreachable a context n']],
    ['neither', [allow({ subjects: [{ $neither: true }] })], ['unreachable a subjects']],
    [
      'fields that contradict',
      [
        allow({ subjects: ['max'], actions: [{ $subjectMatch: true }], context: { x: { $eq: { $context: 'x' } } } }),
        allow({ subjects: [{ r: 1 }], context: { c: { $eq: 1 }, d: 2 } }, 'b'),
      ],
      [],
    ],
    [
      'an unreachable policy with a dead element of several',
      [allow({ subjects: [{ a: { $in: [] } }, { $neither: true }] })],
      ['unreachable a subjects'],
    ],
    ['a dead element', [allow({ subjects: ['max', { a: { $in: [] } }] })], ['never-matches a subjects 1']],
    ['anchors that contradict', [allow({ subjects: ['max', 'x<^a>'] })], ['pattern-never-matches a subjects 1']],
    [
      'a rule that never matches',
      [allow({ subjects: ['max', { n: { $or: [{ $regexMatch: 'a^b' }, { $eq: 'x' }] } }] })],
      ['pattern-never-matches a subjects 1 n $or 0 $regexMatch'],
    ],
    [
      'an allow and a deny of one condition',
      [allow({ subjects: ['max', 'eva'] }), deny({ subjects: ['eva', 'max'] })],
      ['contradictory a'],
    ],
    ['copies', [allow(), allow({ description: 'again' }, 'b')], ['duplicate b']],
    ['copies with other obligations', [allow(), allow({ obligations: ['log'] }, 'b')], ['redundant a']],
    [
      'an allow under a deny',
      [
        allow({ context: { ip: { $cidr: '10.1.0.0/16' } } }),
        deny({ subjects: ['<[a-z]+>'], context: { ip: { $cidr: '10.0.0.0/8' } } }),
      ],
      ['shadowed a', 'unknown-deny d'],
    ],
    [
      'an allow in a range under a deny',
      [
        allow({ context: { n: { $greater: 5 } } }),
        deny({ subjects: ['max', 'eva'], context: { n: { $greaterOrEqual: 5 } } }),
      ],
      ['shadowed a', 'unknown-deny d'],
    ],
    [
      'an allow under a deny of less priority',
      [
        allow({ context: { n: 6 }, priority: 1 }),
        deny({ context: { n: { $or: [{ $absent: true }, { $greater: 5 }] } } }),
      ],
      [],
    ],
    [
      'a narrower copy',
      [allow({ subjects: ['<max.*>'] }, 'w'), allow({ subjects: ['<maxi.*>'] }, 'n')],
      ['redundant n'],
    ],
    [
      'two forms of one condition',
      [
        allow({ context: { n: { $greater: 5 } } }),
        allow({ context: { n: { $and: [{ $greater: 5 }, { $greater: 3 }] } } }, 'b'),
      ],
      ['redundant b'],
    ],
    [
      'an allow of everything',
      [allow({ subjects: any, actions: any, resources: [{ $present: true }] })],
      ['allow-all a'],
    ],
    [
      'an allow of every name',
      [allow({ subjects: any, actions: any, resources: any }), allow({}, 'b')],
      ['allow-all a'],
    ],
    [
      'an allow of every string',
      [allow({ subjects: ['<.*>'], actions: ['x', '<.*>'], resources: any })],
      ['allow-all a'],
    ],
    ['a deny of everything', [deny({ subjects: any, actions: any, resources: any }), allow()], ['deny-all d']],
    ['a star without tags', [allow({ resources: ['book:*', 'a.b', 'c?', '$x'] })], ['literal-pattern a resources 0']],
    [
      'tags that are others',
      [allow({ resources: ['book:<.*>'], tags: ['{', '}'] })],
      ['literal-pattern a resources 0'],
    ],
    [
      'a name that misleads',
      [allow({ subjects: [{ tags: { $not: { $allNotIn: ['x'] } } }] })],
      ['all-not-in a subjects 0 tags $not $allNotIn'],
    ],
    [
      'a pattern that matches all',
      [allow({ subjects: [{ $regexMatch: '.*' }] })],
      ['pattern-matches-all a subjects 0 $regexMatch'],
    ],
    [
      'patterns without anchors',
      [
        allow({
          subjects: [
            { n: { $regexMatch: '^a' } },
            { n: { $regexMatch: '^a|b$' } },
            { n: { $regexMatch: '(?i)^(?:a|b)$' } },
            { n: { $regexMatch: '^a\\$' } },
          ],
        }),
      ],
      [
        'unanchored-pattern a subjects 0 n $regexMatch',
        'unanchored-pattern a subjects 1 n $regexMatch',
        'unanchored-pattern a subjects 3 n $regexMatch',
      ],
    ],
    ['a deny that reads what may be missing', [deny({ context: { ip: { $cidr: '10.0.0.0/8' } } })], ['unknown-deny d']],
    [
      'a deny that holds for what is missing',
      [deny({ context: { ip: { $or: [{ $absent: true }, { $cidr: '10.0.0.0/8' }] } } })],
      [],
    ],
    [
      'a policy that cannot be lowered',
      [allow({ subjects: [{ a: { $custom: ['no.such'] } }] })],
      ['invalid-policy a subjects 0'],
    ],
  ])('finds %s', (_, policies, findings) => {
    expect(found(policies)).toEqual(findings);
  });

  it('knows what each checker reads', () => {
    expect(found([allow({ subjects: ['<max>'] })], exactChecker())).toEqual([]);
    expect(found([allow({ subjects: ['a<m.*>'] })], exactChecker())).toEqual(['literal-pattern a subjects 0']);
    expect(found([allow({ actions: any, resources: any })], rulesChecker())).toEqual(['unreachable a subjects']);
  });

  it('says from which policy on it did not compare', () => {
    const policies = Array.from({ length: 50 }, (_, at) => allow({ context: { n: { $greater: at } } }, `p${at}`));
    const findings = lint(policies, { ...options, maxSteps: 1_000 });
    expect(findings.filter(({ code }) => code === 'incomplete')).toHaveLength(1);
    expect(lint(policies, options).map(({ code }) => code)).toEqual(Array.from({ length: 49 }, () => 'redundant'));
  });

  it('compares only policies that may cover each other, so that the work grows with the policies', () => {
    const many = (count: number): readonly Policy[] =>
      Array.from({ length: count }, (_, at) =>
        allow({ subjects: [`user:${at}`], resources: [`<doc:${at % 7}:.*>`] }, `p${at}`),
      );
    const spent = (count: number): boolean =>
      lint(many(count), { ...options, maxSteps: count * 40 }).some(({ code }) => code === 'incomplete');
    expect([100, 1_000].map(spent)).toEqual([false, false]);
  });

  it('does not compare templates, which reach as far as their links', () => {
    const template = { slots: ['user'], subjects: [{ id: { $slot: 'user' } }] };
    const policies = [allow(template, 'a'), allow(template, 'b'), deny({ ...template, resources: any }, 'c')];
    expect(lint(policies, options)).toEqual([]);
  });

  it('names what keeps a deny template from applying, its slots apart', () => {
    const template = { slots: ['user'], subjects: [{ id: { $slot: 'user' }, age: { $less: 18 } }] };
    expect(lint([deny(template)], options)).toMatchObject([
      { code: 'unknown-deny', message: expect.stringContaining('where `subject.age` is missing') as string },
    ]);
  });

  it('is right about every template that it calls unreachable', () => {
    const caseArb = templateArb.chain((template) =>
      fc.tuple(fc.constant(template), linksArb(template), fc.array(inquiryArb, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(caseArb, ([template, links, inquiries]) => {
        const lowered = lowerPolicy(template, options);
        const unreachable = lint([template], options).some(({ code }) => code === 'unreachable');
        if (!lowered.ok || !unreachable) return;
        const parts = splitTemplate(lowered.value.condition, template.slots ?? []);
        for (const values of links) {
          const applies = appliesWhen(linkedPolicy(lowered.value, values));
          const hits = inquiries.map((inquiry) =>
            parts.ok ? inquiryHitting(inquiry, parts.bindings, values) : inquiry,
          );
          expect([...hits, ...inquiries].filter(applies)).toEqual([]);
        }
      }),
    );
  });

  it('is right about every policy that it calls useless (law: lint-is-sound)', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(policyArb, { maxLength: 2 }),
        fc.array(inquiryArb, { minLength: 3, maxLength: 8 }),
        (some, inquiries) => {
          const policies = some.flatMap((policy) => [
            policy,
            narrower(policy),
            { ...policy, uid: `${policy.uid} copy`, effect: 'deny' as const },
          ]);
          const applied = new Map(policies.map((policy) => [policy.uid, inquiries.map(appliesTo(policy))]));
          const wrong = lint(policies, options).filter(({ code, uid, related = [] }) => {
            seen.set(code, (seen.get(code) ?? 0) + 1);
            const other = applied.get(related[0] ?? '') ?? [];
            return (applied.get(uid) ?? []).some((applies, at) => CONTRADICTS[code]?.(applies, other[at] === true));
          });
          expect(wrong).toEqual([]);
        },
      ),
    );
    for (const code of ['unreachable', 'shadowed', 'redundant', 'contradictory', 'duplicate'])
      expect([code, seen.get(code) ?? 0]).not.toEqual([code, 0]);
  }, 600_000);
});

/** What a policy and the one that a finding relates it to never do where the finding is right. */
const CONTRADICTS: Readonly<Record<string, (applies: boolean, other: boolean) => boolean>> = {
  unreachable: (applies) => applies,
  shadowed: (applies, other) => applies && !other,
  redundant: (applies, other) => applies && !other,
  duplicate: (applies, other) => applies !== other,
  contradictory: (applies, other) => applies !== other,
};

function appliesTo(policy: Policy): (inquiry: Inquiry) => boolean {
  const lowered = lowerPolicy(policy, options);
  return lowered.ok ? appliesWhen(lowered.value) : () => false;
}

function appliesWhen({ condition }: LoweredPolicy): (inquiry: Inquiry) => boolean {
  return (inquiry) => evaluateCondition(condition, { inquiry, functions: options.functions }) === 'true';
}
