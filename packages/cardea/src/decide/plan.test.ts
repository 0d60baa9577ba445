import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { loweredOf } from '../../test/lowered.ts';
import { and, attr, call, not, or, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { OpenCategory, QueryPlan } from '../model/query-plan.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { COMBINING, type Combining } from './combining.ts';
import { decide } from './decide.ts';
import { definiteCondition } from './plan-definite.ts';
import { mergedAlternatives } from './plan-merge.ts';
import { residualOf } from './plan-residual.ts';
import { planOf } from './plan.ts';
import { evaluateCondition } from './reference.ts';

const functions = functionTable([touchy]);
const overArb = fc.constantFrom<OpenCategory>('subject', 'action', 'resource');

describe('residualOf', () => {
  it('residual-preserves-truth: filling the open category in gives the truth of the whole', () => {
    fc.assert(
      fc.property(conditionArb, inquiryArb, overArb, (condition, inquiry, over) => {
        const [known, filled] = opened(inquiry, over);
        fc.pre(filled !== undefined);
        const residual = residualOf(condition, { inquiry: known, over, attributes: {}, functions });
        const truth = evaluateCondition(residual, { inquiry: { [over]: filled }, functions });
        expect(truth).toBe(evaluateCondition(condition, { inquiry, functions }));
      }),
    );
  });

  it('residual-preserves-truth: also of entities of a known type with known attributes', () => {
    const valueArb = fc.constantFrom<Json>('book:a', 'book:', 'b', '', 'book:b', 'x', ['book:a', 'x', 1], 3);
    const opArb = fc.constantFrom<Operator>(
      'eq',
      'in',
      'startsWith',
      'endsWith',
      'lt',
      'isType',
      'truthy',
      'known',
      'present',
    );
    const pathArb = fc.constantFrom([], ['id'], ['type'], ['a'], ['b', 'c'], ['type', 'x']);
    fc.assert(
      fc.property(opArb, pathArb, valueArb, fc.constantFrom('a', 'b', ''), (op, path, other, id) => {
        const arity = ['truthy', 'known', 'present'].includes(op) ? [] : [value(other)];
        const condition = test(op, attr('resource', ...path), ...arity);
        const properties = { a: 'x', b: { c: 'book:a' } };
        const inquiry = { resource: { type: 'book', id, properties } };
        const known = { inquiry: {}, over: 'resource', type: 'book', attributes: { a: 'x' }, functions } as const;
        const truth = evaluateCondition(residualOf(condition, known), { inquiry, functions });
        expect(truth).toBe(evaluateCondition(condition, { inquiry, functions }));
      }),
    );
  });

  it('what is known is gone', () => {
    const condition = or(
      test('eq', attr('subject', 'role'), value('admin')),
      test('eq', attr('resource', 'owner'), attr('subject', 'id')),
    );
    const known = { over: 'resource', attributes: {}, functions } as const;
    expect(residualOf(condition, { ...known, inquiry: { subject: { role: 'admin' } } })).toEqual({
      kind: 'const',
      value: true,
    });
    expect(residualOf(condition, { ...known, inquiry: { subject: { role: 'x', id: 'max' } } })).toEqual(
      test('eq', attr('resource', 'owner'), value('max')),
    );
  });
});

describe('definiteCondition', () => {
  it('definite-keeps-the-true: it is true of the same things', () => {
    fc.assert(
      fc.property(conditionArb, inquiryArb, fc.boolean(), (given, inquiry, denies) => {
        const condition = denies ? not(sure(given)) : given;
        const residual = residualOf(condition, { inquiry: {}, over: 'resource', attributes: {}, functions });
        const scope = { inquiry: { resource: inquiry.resource ?? null }, functions };
        expect(evaluateCondition(definiteCondition(residual), scope) === 'true').toBe(
          evaluateCondition(residual, scope) === 'true',
        );
      }),
    );
  });
});

describe('mergedAlternatives', () => {
  it('alternatives-are-lists: what is merged is true of the same things', () => {
    const operandArb = fc.constantFrom('a', 'b', 'c').map((name) => attr('resource', name));
    const equalityArb = fc.oneof(
      fc.tuple(operandArb, fc.nat(2)).map(([left, right]) => test('eq', left, value(right))),
      fc
        .tuple(operandArb, fc.array(fc.nat(2), { maxLength: 2 }))
        .map(([left, right]) => test('in', left, value(right))),
    );
    const partArb = fc.array(equalityArb, { maxLength: 3 }).map((of): Condition => ({ kind: 'and', of }));
    const resourceArb = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(2), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(partArb, { maxLength: 6 }), resourceArb, (parts, resource) => {
        const scope = { inquiry: { resource }, functions };
        const holds = (of: readonly Condition[]): boolean => evaluateCondition({ kind: 'or', of }, scope) === 'true';
        expect(holds(mergedAlternatives(parts))).toBe(holds(parts));
      }),
    );
  });

  it('makes one list of policies that differ in one value', () => {
    const open = test('eq', attr('resource', 'status'), value('open'));
    const policies = ['NL', 'DE', 'FR'].map((country) =>
      and(test('eq', attr('resource', 'country'), value(country)), open),
    );
    expect(planned(policies.map((condition) => ['allow', condition] as const))).toMatchObject({
      condition: and(test('in', attr('resource', 'country'), value(['DE', 'FR', 'NL'])), open),
    });
  });
});

describe('planOf', () => {
  for (const combining of Object.keys(COMBINING) as Combining[]) {
    for (const unknownDeny of ['ignore', 'deny'] as const) {
      it(`plan-equals-decide: ${combining}, where an unknown deny is to ${unknownDeny}`, () => {
        fc.assert(
          fc.property(policiesArb, inquiryArb, overArb, (policies, inquiry, over) => {
            const lowered = policies.map((policy) => loweredOf(policy, functions));
            const [known, filled] = opened(inquiry, over);
            fc.pre(filled !== undefined);
            const options = { combining, unknownDeny, functions, revision: 1 };
            const findings = lowered.map((policy) => ({ ...policy, condition: () => policy.condition }));
            const plan = planOf(findings, { inquiry: known, over, attributes: {}, functions }, options);
            expect(allows(plan, filled as Json)).toBe(decide(lowered, inquiry, options).allowed);
          }),
        );
      });
    }
  }

  it('an error of a deny that is known leaves nothing, one of an allow nothing more', () => {
    const failing = test('isTrue', call('nowhere'));
    const open = test('eq', attr('resource', 'a'), value(1));
    expect(
      planned([
        ['allow', open],
        ['deny', failing],
      ]).kind,
    ).toBe('never');
    expect(
      planned([
        ['allow', open],
        ['allow', failing],
      ]),
    ).toMatchObject({ kind: 'conditional', condition: open });
  });
});

function planned(policies: readonly (readonly ['allow' | 'deny', Condition])[]): QueryPlan {
  const findings = policies.map(([effect, condition]) => ({ effect, priority: 0, condition: () => condition }));
  const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;
  return planOf(findings, { inquiry: {}, over: 'resource', attributes: {}, functions }, options);
}

function opened(inquiry: Inquiry, over: OpenCategory): readonly [Inquiry, Inquiry[OpenCategory]] {
  const { [over]: filled, ...known } = inquiry;
  return [known, filled];
}

function allows(plan: QueryPlan, filled: Json): boolean {
  if (plan.kind !== 'conditional') return plan.kind === 'always';
  return evaluateCondition(plan.condition, { inquiry: { [plan.over]: filled }, functions }) === 'true';
}
