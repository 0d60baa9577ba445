import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inquiryArb, policyArb, touchy } from '../../test/arbitrary.ts';
import { and, attr, not, or, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { decide } from './decide.ts';
import { explain } from './explain.ts';
import type { PolicyExplanation } from './explanation.ts';
import { evaluateCondition } from './reference.ts';

const functions = functionTable([touchy]);
const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1, limit: 10 } as const;

const explained = (policy: LoweredPolicy, inquiry: Inquiry): PolicyExplanation | undefined =>
  explain(decide([policy], inquiry, options), [policy], inquiry, options).policies[0];

/** The plainest way to change attributes of dictionaries, independent of the one under test. */
function changed(inquiry: Inquiry, { differences = [] }: PolicyExplanation): Inquiry {
  const copy = structuredClone(inquiry) as Record<string, Record<string, Json>>;
  for (const { attribute = [], example } of differences) {
    const [of = '', name = ''] = attribute;
    copy[of] = { ...copy[of], [name]: example ?? null };
  }
  return copy;
}

/** Tests on attributes that nothing else reads, so that none stands in the way of another. */
const simpleArb: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc
          .constantFrom<Json>('x', 1, true)
          .map((bound) => (at: string) => test('eq', attr('subject', at), value(bound))),
        fc
          .constantFrom<Json[]>(['x', 'y'], [1, 2])
          .map((list) => (at: string) => test('in', attr('subject', at), value(list))),
        fc.constantFrom('lt', 'le', 'gt', 'ge').map((op) => (at: string) => test(op, attr('subject', at), value(5))),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
  )
  .map(([makers, kinds]) =>
    makers
      .map((make, at) => make(`a${at}`))
      .reduce<Condition>(
        (whole, leaf, at) =>
          kinds[at] === 0 ? and(whole, leaf) : kinds[at] === 1 ? or(whole, leaf) : not(and(not(leaf), not(whole))),
        and(test('eq', attr('subject', 'base'), value(1))),
      ),
  );

const subjectArb: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('base', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'),
  fc.constantFrom<Json>('x', 'z', 1, 2, 9, true, false),
  { noNullPrototype: true },
);

function policyOn(condition: Condition): LoweredPolicy {
  const yes: Condition = { kind: 'const', value: true };
  const parts = { subjects: [condition], actions: [yes], resources: [yes], context: [] };
  return { uid: 'p', effect: 'allow', priority: 0, obligations: [], condition, parts };
}

it('a minimal set of tests on different attributes always suffices, and each of its differences is needed', () => {
  fc.assert(
    fc.property(simpleArb, subjectArb, (condition, subject) => {
      const inquiry = { subject };
      const policy = policyOn(condition);
      fc.pre(evaluateCondition(condition, { inquiry, functions }) !== 'true');
      const shown = explained(policy, inquiry) as PolicyExplanation;
      expect(shown.sufficient).toBe(true);
      expect(evaluateCondition(condition, { inquiry: changed(inquiry, shown), functions })).toBe('true');
      for (const left of shown.differences ?? []) {
        const fewer = { ...shown, differences: (shown.differences ?? []).filter((difference) => difference !== left) };
        expect(evaluateCondition(condition, { inquiry: changed(inquiry, fewer), functions })).not.toBe('true');
      }
    }),
  );
});

it('differences that are called sufficient make the policy apply (law: sufficient-differences-suffice)', () => {
  let sufficient = 0;
  const dictionaries = inquiryArb.filter(({ subject, action, resource }) =>
    [subject, action, resource].every((part) => part === undefined || typeof part === 'string'),
  );
  fc.assert(
    fc.property(policyArb, dictionaries, (policy, inquiry) => {
      const lowered = lowerPolicy({ ...policy, effect: 'allow' }, { checker: defaultChecker(), functions });
      if (!lowered.ok) return;
      const shown = explained(lowered.value, inquiry);
      if (shown?.role !== 'near-miss' || !shown.sufficient) return;
      if (shown.differences?.some(({ attribute }) => attribute?.length !== 1)) return;
      sufficient += 1;
      const wholes = Object.fromEntries(
        (shown.differences ?? []).map(({ attribute = [], example }) => [attribute[0], example]),
      );
      expect(
        evaluateCondition(lowered.value.condition, { inquiry: { ...inquiry, ...wholes } as Inquiry, functions }),
      ).toBe('true');
    }),
  );
  expect(sufficient).toBeGreaterThan(0);
});
