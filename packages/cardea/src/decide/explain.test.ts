import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { defineFunction } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Element, Policy } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { COMBINING, type Combining } from './combining.ts';
import { decide, type DecideOptions } from './decide.ts';
import { explain, type ExplainOptions } from './explain.ts';
import type { Explanation } from './explanation.ts';

const functions = functionTable([touchy]);
const options: DecideOptions & ExplainOptions = {
  combining: 'deny-overrides',
  unknownDeny: 'ignore',
  functions,
  revision: 1,
};
const any: readonly Element[] = [{ $any: true }];

const lower = (...policies: readonly Policy[]): readonly LoweredPolicy[] =>
  policies.map((policy) => {
    const lowered = lowerPolicy(policy, { checker: defaultChecker(), functions });
    if (!lowered.ok) throw new Error(lowered.issues[0]?.message);
    return lowered.value;
  });
const allow = (uid: string, over: Partial<Policy> = {}): Policy => ({
  uid,
  effect: 'allow',
  subjects: any,
  actions: any,
  resources: any,
  ...over,
});
const deny = (uid: string, over: Partial<Policy> = {}): Policy => ({ ...allow(uid, over), effect: 'deny' });
const inquiry: Inquiry = {
  subject: { role: 'user', joined: '2026-01-31T09:00:00+01:00', age: 70 },
  action: 'read',
  resource: 'book',
  context: {},
};

const explained = (
  policies: readonly LoweredPolicy[],
  asked: Inquiry,
  how: DecideOptions & ExplainOptions,
): Explanation => explain(decide(policies, asked, how), policies, asked, how);

const differences = (policy: Policy, asked: Inquiry = inquiry): readonly string[] =>
  explained(lower(policy), asked, options).policies[0]?.differences?.map(({ text }) => text) ?? [];

describe('explain', () => {
  it('gives each policy a role that agrees with the decision (law: explained ≡ decided)', () => {
    const combiningArb = fc.constantFrom(...(Object.keys(COMBINING) as Combining[]));
    fc.assert(
      fc.property(policiesArb, inquiryArb, combiningArb, (policies, asked, combining) => {
        const explanation = explained(lower(...policies), asked, { ...options, combining, limit: 100 });
        const { decision, policies: shown, others } = explanation;
        const withRole = (role: string): readonly string[] =>
          shown.filter((policy) => policy.role === role).map(({ uid }) => uid);
        expect(withRole('decider')).toEqual(decision.deciders);
        expect([...withRole('decider'), ...withRole('applicable')].toSorted()).toEqual(
          [...decision.candidates].toSorted(),
        );
        expect(shown.length + others.count).toBe(policies.length);
        expect(() => JSON.stringify(explanation)).not.toThrow();
      }),
    );
  });

  it('shows the field, the element, the rule and the value that made a policy fail', () => {
    const [shown] = explained(lower(allow('a', { subjects: [{ role: 'admin' }] })), inquiry, options).policies;
    expect(shown).toMatchObject({ uid: 'a', role: 'near-miss', truth: 'false', firstFailed: 'subjects' });
    expect(shown?.fields[0]?.elements[0]).toEqual({
      at: 0,
      condition: {
        kind: 'test',
        text: 'subject.role == "admin"',
        truth: 'false',
        operands: [
          { text: 'subject.role', seen: 'user' },
          { text: '"admin"', seen: 'admin' },
        ],
      },
    });
  });

  it.each<readonly [string, Partial<Policy>, readonly string[]]>([
    ['equality', { subjects: [{ role: 'admin' }] }, ['subject.role is `user`; must equal `admin`']],
    ['a negation', { subjects: [{ role: { $notEq: 'user' } }] }, ['subject.role is `user`; must not equal `user`']],
    [
      'a missing attribute',
      { context: { ip: { $cidr: '10.0.0.0/8' } } },
      ['context.ip is missing; must be in the network 10.0.0.0/8'],
    ],
    [
      'a moment, as it was written',
      { subjects: [{ joined: { $before: '2020-01-01T00:00:00Z' } }] },
      ['subject.joined is `2026-01-31T09:00:00+01:00`; must be before `2020-01-01T00:00:00.000Z`'],
    ],
    [
      'a moment of another attribute',
      { subjects: [{ joined: { $after: { $subject: 'left' } } }] },
      ['subject.joined is `2026-01-31T09:00:00+01:00`; must be after subject.left, which is missing'],
    ],
    ['a list', { subjects: [{ role: { $in: ['a', 'b'] } }] }, ['subject.role is `user`; must be one of `a`, `b`']],
    ['a number', { subjects: [{ age: { $less: 65 } }] }, ['subject.age is `70`; must be less than `65`']],
    ['a type', { subjects: [{ age: { $eq: '70' } }] }, ['subject.age is `70`; must equal `"70"`']],
    [
      'an attribute',
      { subjects: [{ role: { $eq: { $action: [] } } }] },
      ['subject.role is `user`; must equal action, which is `read`'],
    ],
    [
      'the cheaper of two elements',
      { subjects: [{ role: 'x', age: 1 }, { role: 'y' }] },
      ['subject.role is `user`; must equal `y`'],
    ],
    [
      'all of a conjunction',
      { subjects: [{ role: 'x' }], actions: ['write'] },
      ['subject.role is `user`; must equal `x`', 'action is `read`; must equal `write`'],
    ],
    [
      'an each',
      { subjects: [{ groups: { $some: { $eq: 'x' } } }] },
      ['subject.groups is missing; must have an item member such that member == "x"'],
    ],
    [
      'a part',
      { subjects: [{ role: { $partOf: 'power user' } }], actions: [{ $partOf: 'write' }] },
      ['action is `read`; `write` must contain it'],
    ],
  ])('says in a sentence what would have to differ: %s', (_, over, sentences) => {
    expect(differences(allow('a', over))).toEqual(sentences);
  });

  it('says what would have to differ for a deny that decided not to apply', () => {
    const { policies } = explained(lower(allow('a'), deny('d', { subjects: [{ role: 'user' }] })), inquiry, options);
    expect(policies.map(({ uid, role }) => [uid, role])).toEqual([
      ['d', 'decider'],
      ['a', 'applicable'],
    ]);
    expect(policies[0]).toMatchObject({
      sufficient: true,
      differences: [{ text: 'subject.role is `user`; must not equal `user`', wanted: 'false' }],
    });
  });

  it('orders the nearest misses by how little would have to differ, and in the order of the storage', () => {
    const policies = lower(
      allow('far', { subjects: [{ role: 'x', age: 1 }] }),
      allow('near', { subjects: [{ role: 'x' }] }),
      allow('never', { subjects: [{ $neither: true }] }),
      allow('near2', { actions: ['write'] }),
    );
    expect(explained(policies, inquiry, options).policies.map(({ uid }) => uid)).toEqual([
      'near',
      'near2',
      'far',
      'never',
    ]);
  });

  it('does not claim that differences suffice where they contradict each other', () => {
    const [shown] = explained(
      lower(allow('a', { subjects: [{ role: { $and: [{ $eq: 'x' }, { $eq: 'y' }] } }] })),
      inquiry,
      options,
    ).policies;
    expect(shown).toMatchObject({ sufficient: false, differences: [{}, {}] });
  });

  it('keeps deciders, errors and the nearest misses, and counts the others by the first field that failed', () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      allow(
        `s${at}`,
        at % 3 === 0
          ? { actions: ['write'], context: { x: 1 } }
          : { subjects: [{ role: `r${at}` }], context: { x: 1 } },
      ),
    );
    const failing = allow('e', { subjects: [{ role: { $custom: ['test.touchy'] } }] });
    const explanation = explained(lower(...many, failing), inquiry, options);
    expect(explanation.policies.map(({ role }) => role)).toEqual([
      'error',
      ...Array.from({ length: 5 }, () => 'near-miss'),
    ]);
    expect(explanation.others).toEqual({
      count: 295,
      firstFailed: { subjects: 197, actions: 98, resources: 0, context: 0 },
    });
    expect(explanation.policies[0]?.fields[0]?.elements[0]?.condition.operands).toEqual([
      { text: 'test.touchy(subject.role)', error: 'strings hurt' },
    ]);
  });

  it('shows which item of a list decided', () => {
    const policy = allow('a', { subjects: [{ groups: { $some: { $eq: 'admin' } } }] });
    const [shown] = explained(lower(policy), { ...inquiry, subject: { groups: ['user', 'admin'] } }, options).policies;
    expect(shown?.fields[0]?.elements[0]?.condition.item).toMatchObject({
      index: 1,
      name: 'member',
      seen: 'admin',
      where: { truth: 'true' },
    });
  });

  it.each<readonly [string, Inquiry, Partial<Policy>]>([
    ['subject.email', { subject: { email: 'secret' } }, { subjects: [{ email: 'x' }] }],
    [
      'subject.email',
      { subject: { type: 'user', id: '1', properties: { email: 'secret' } } },
      { subjects: [{ email: 'x' }] },
    ],
    ['subject.id', { subject: { type: 'user', id: 'secret' } }, { subjects: ['user:x'] }],
    ['subject', { subject: 'secret' }, { subjects: ['x'] }],
    ['subject.email', { subject: { email: 'secret' } }, { subjects: [{ $eq: 'x' }] }],
    [
      'subject.email',
      { subject: { email: 'secret' } },
      { subjects: [{ email: { $strEqual: { value: 'x', ci: true } } }] },
    ],
    ['subject.email', { subject: { email: 'secret' }, action: 'x' }, { actions: [{ $subjectMatch: 'email' }] }],
    ['subject.email', { subject: { email: 'secret' }, action: 'x' }, { actions: [{ $subjectMatch: true }] }],
    ['subject.tags', { subject: { tags: ['secret'] } }, { subjects: [{ tags: { $every: { $eq: 'x' } } }] }],
    [
      'subject.tags.key',
      { subject: { tags: [{ key: 'secret' }] } },
      { subjects: [{ tags: { $every: { key: 'x' } } }] },
    ],
    ['subject.email', { subject: { email: 'secret' } }, { subjects: [{ email: { $custom: ['test.echo'] } }] }],
  ])('keeps the value of a redacted attribute out: %s in %j', (path, asked, over) => {
    const echo = {
      name: 'test.echo',
      meaning: 'fails',
      call: ([given]: readonly (Json | undefined)[]): never => {
        throw new Error(JSON.stringify(given));
      },
    };
    const own = functionTable([echo]);
    const lowered = lowerPolicy(allow('a', over), { checker: defaultChecker(), functions: own });
    const { inquiry: shown, policies } = explained(lowered.ok ? [lowered.value] : [], asked, {
      ...options,
      functions: own,
      redact: [path],
    });
    expect(policies).toHaveLength(1);
    expect(JSON.stringify([shown, policies])).not.toContain('secret');
    expect(JSON.stringify(policies)).toMatch(/redacted/);
  });
});

// What takes the square of these numbers does not end within the time of a test.
describe('explaining takes time linear in the parts of a policy', () => {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  it.each<[string, Policy]>([
    ['conjunctions', allow('a', { subjects: [{ age: { $and: numbers(30_000).map(($eq) => ({ $eq })) } }] })],
    ['contexts', allow('a', { context: Object.fromEntries(numbers(30_000).map((at) => [`a${at}`, at])) })],
    [
      'disjunctions',
      allow('a', { subjects: [{ age: { $or: numbers(200_000).map(($less) => ({ $less: -$less })) } }] }),
    ],
    ['lists', deny('a', { subjects: [{ age: { $in: numbers(100_000) } }] })],
  ])('%s', (_, policy) => {
    const { policies } = explained(lower(policy), inquiry, options);
    expect(policies[0]?.differences?.length).toBeGreaterThan(0);
  });
});

it('a function may throw what has no text', () => {
  const mute = defineFunction({
    name: 'mute',
    meaning: 'fails',
    call: () => {
      throw Object.create(null);
    },
  });
  const own = functionTable([mute]);
  const lowered = lowerPolicy(deny('a', { subjects: [{ age: { $custom: ['mute'] } }] }), {
    checker: defaultChecker(),
    functions: own,
  });
  const { decision, policies } = explained(lowered.ok ? [lowered.value] : [], inquiry, { ...options, functions: own });
  expect([decision.outcome, policies[0]?.truth]).toEqual(['indeterminate', 'error']);
});

describe('wrong options are refused, for they would show what must be hidden', () => {
  it.each<[string, Partial<ExplainOptions>]>([
    ['cannot redact `email`', { redact: ['email'] }],
    ['cannot redact `["user","email"]`', { redact: [['user', 'email']] }],
    ['limit must be a number of at least 0, not `-1`', { limit: -1 }],
    ['limit must be a number of at least 0, not `NaN`', { limit: Number.NaN }],
  ])('%s', (message, wrong) => {
    expect(() => explained([], inquiry, { ...options, ...wrong })).toThrow(message);
  });
});

it('an attribute of an entity may be redacted by its path in the inquiry too', () => {
  const subject = { type: 'user', id: 'max', properties: { email: 'm@example.org' } };
  const redact = ['subject.properties.email'];
  const explanation = explained(lower(allow('a', { subjects: [{ email: 'x' }] })), { subject }, { ...options, redact });
  expect(JSON.stringify(explanation)).not.toContain('m@example.org');
});
