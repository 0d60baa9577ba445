import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { inquiryArb, inquiryHitting, linksArb, policiesArb, templateArb, touchy } from '../../test/arbitrary.ts';
import { defineFunction } from '../ast/functions.ts';
import { compareCodePoints, type Scalar } from '../ast/json.ts';
import { splitTemplate } from '../ast/template.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { defaultChecker, exactChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { COMBINING, type Combining } from './combining.ts';
import { decide } from './decide.ts';
import { linkedPolicy, policiesOfTemplate } from './links.ts';

const boom = defineFunction({
  name: 'test.boom',
  meaning: 'throws',
  call: () => {
    throw new Error('boom');
  },
});
const functions = functionTable([touchy, boom]);
const ALGORITHMS = Object.keys(COMBINING) as Combining[];

function lowered(policy: Policy, checker = defaultChecker()): LoweredPolicy {
  const parsed = lowerPolicy(policy, { checker, functions });
  if (!parsed.ok) throw new Error(JSON.stringify([policy, parsed.issues]));
  return parsed.value;
}

/** The policy that a link is, written by hand: the values stand as literals where the slots stood. */
function byHand({ slots = [], ...policy }: Policy, values: readonly Scalar[]): Policy {
  const write = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(write);
    if (typeof part !== 'object' || part === null) return part;
    const members = Object.entries(part).map(([name, member]) =>
      name === '$slot'
        ? ['$eq', literal(member)]
        : isSlot(member)
          ? [name, name === '$eq' ? literal(member.$slot) : write(member)]
          : [name, write(member)],
    );
    return Object.fromEntries(members) as unknown;
  };
  const literal = (slot: unknown): Scalar => values[slots.indexOf(slot as string)] as Scalar;
  return {
    ...(write(policy) as Policy),
    uid: `${policy.uid}${JSON.stringify(values.map((given) => (given === 0 ? 0 : given)))}`,
  };
}

function isSlot(member: unknown): member is { readonly $slot: string } {
  return typeof member === 'object' && member !== null && Object.hasOwn(member, '$slot');
}

const caseArb = templateArb.chain((template) =>
  fc.tuple(fc.constant(template), linksArb(template), policiesArb, inquiryArb, fc.boolean()),
);

test('linked ≡ written-by-hand: a template with links decides as the policies that say the same', () => {
  fc.assert(
    fc.property(
      caseArb,
      fc.constantFrom(...ALGORITHMS),
      fc.constantFrom('ignore', 'deny'),
      ([template, links, others, inquiry, hit], combining, unknownDeny) => {
        const whole = lowered(template);
        const parts = splitTemplate(whole.condition, whole.slots ?? []);
        if (!parts.ok) throw new Error(`${parts.slot} ${parts.problem}`);
        const asked = hit && links[0] !== undefined ? inquiryHitting(inquiry, parts.bindings, links[0]) : inquiry;
        const standing = policiesOfTemplate(whole, links, { inquiry: asked, functions });
        // What the inquiry lacks: the one exception, of the table below.
        fc.pre(standing.every(({ uid }) => uid !== template.uid));
        const written = new Map(links.map((values) => byHand(template, values)).map((policy) => [policy.uid, policy]));
        const inOrder = [...written.values()].sort((a, b) => compareCodePoints(a.uid, b.uid));
        const around = others.map((policy) => lowered(policy));
        const options = { combining, unknownDeny, functions, revision: 1 } as const;
        const half = Math.floor(around.length / 2);
        const place = (policies: readonly LoweredPolicy[]): readonly LoweredPolicy[] =>
          around.toSpliced(half, 0, ...policies);
        expect(
          decide(place([whole]), asked, { ...options, links: new Map([[template.uid, links.toReversed()]]) }),
        ).toEqual(decide(place(inOrder.map((policy) => lowered(policy))), asked, options));
      },
    ),
  );
});

test('a linked policy is what lowering the policy written by hand gives', () => {
  fc.assert(
    fc.property(
      templateArb.chain((template) => fc.tuple(fc.constant(template), linksArb(template))),
      ([template, links]) => {
        for (const values of links)
          expect(linkedPolicy(lowered(template), values)).toEqual(lowered(byHand(template, values)));
      },
    ),
  );
});

test('every template that is accepted can be taken apart, whatever checker reads it', () => {
  fc.assert(
    fc.property(templateArb, (template) => {
      for (const checker of [defaultChecker(), exactChecker()]) {
        const { condition, slots = [] } = lowered(template, checker);
        expect(splitTemplate(condition, slots)).toMatchObject({ ok: true, bindings: slots.map((slot) => ({ slot })) });
      }
    }),
  );
});

describe('a template whose slots are compared with something that the inquiry lacks', () => {
  const template = {
    uid: 't',
    slots: ['user', 'role'],
    subjects: [{ id: { $slot: 'user' }, roles: { $some: { $eq: { $slot: 'role' } } } }],
    actions: ['get'],
    resources: [{ $any: true }],
  } as const;
  const links = [
    ['max', 'reader'],
    ['eva', 'reader'],
  ] as const;
  const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;
  const max = { id: 'max', roles: ['reader'] };
  const of = (effect: 'allow' | 'deny', context: Policy['context'] = {}) => lowered({ ...template, effect, context });
  const ask = (policy: LoweredPolicy, subject: Inquiry['subject'], given: readonly (readonly Scalar[])[] = links) =>
    decide([policy], subject === undefined ? { action: 'get', resource: 1 } : { subject, action: 'get', resource: 1 }, {
      ...options,
      links: new Map([['t', given]]),
    });
  const unknown = [{ uid: 't', kind: 'unknown-deny', message: expect.any(String) as string }];

  it.each<[string, LoweredPolicy, Inquiry['subject'], object]>([
    [
      'an attribute is missing: allow',
      of('allow'),
      { roles: ['reader'] },
      { outcome: 'not-applicable', diagnostics: [] },
    ],
    [
      'an attribute is missing: deny',
      of('deny'),
      { roles: ['reader'] },
      { outcome: 'not-applicable', diagnostics: unknown },
    ],
    [
      'a list is no list: allow',
      of('allow'),
      { id: 'max', roles: 'reader' },
      { outcome: 'not-applicable', diagnostics: [] },
    ],
    [
      'a list is no list: deny',
      of('deny'),
      { id: 'max', roles: 'reader' },
      { outcome: 'not-applicable', diagnostics: unknown },
    ],
    ['the subject is missing: deny', of('deny'), undefined, { outcome: 'not-applicable', diagnostics: unknown }],
    // By hand, one of the two links would be false for its other slot: once for all is once too often, never too rarely.
    ['no link could apply: deny', of('deny'), { id: 'bob' }, { outcome: 'not-applicable', diagnostics: unknown }],
    [
      'the rest is false: deny',
      of('deny', { ip: { $absent: true, $present: true } }),
      { id: 'max' },
      { outcome: 'not-applicable', diagnostics: [] },
    ],
    [
      'the list is empty: readable',
      of('deny'),
      { id: 'max', roles: [] },
      { outcome: 'not-applicable', diagnostics: [] },
    ],
    ['all is there: deny', of('deny'), max, { outcome: 'deny', deciders: ['t["max","reader"]'], diagnostics: [] }],
    ['all is there: allow', of('allow'), max, { outcome: 'allow', deciders: ['t["max","reader"]'], diagnostics: [] }],
  ])('%s', (_, policy, subject, expected) => {
    expect(ask(policy, subject)).toMatchObject(expected);
  });

  it('fails as often as one policy, where the rest fails', () => {
    const failing = of('deny', { $$at: { $custom: ['test.boom', 1] } });
    const decision = decide(
      [failing],
      { subject: { id: 'max' }, action: 'get', resource: 1, context: { $at: 1 } },
      { ...options, links: new Map([['t', links]]) },
    );
    expect(decision).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ uid: 't', kind: 'error', message: '`test.boom` failed: boom' }],
    });
  });

  it('is silent without links, and so is one of which all is there', () => {
    for (const subject of [max, {}])
      expect(ask(of('deny'), subject, [])).toMatchObject({ outcome: 'not-applicable', diagnostics: [] });
  });

  it('is an unclear deny where unknown denies count', () => {
    const decision = decide(
      [of('deny')],
      { subject: {}, action: 'get', resource: 1 },
      { ...options, unknownDeny: 'deny', links: new Map([['t', links]]) },
    );
    expect(decision).toMatchObject({ outcome: 'indeterminate', diagnostics: unknown });
  });
});
