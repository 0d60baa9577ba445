import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../../test/arbitrary.ts';
import { attr, call, not, or, TRUE as ALWAYS, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import type { Json } from '../../ast/json.ts';
import { evaluateCondition } from '../../decide/reference.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { functionTable } from '../../syntax/functions/table.ts';
import { compileCondition } from './compile.ts';
import { filter, predicate } from './predicate.ts';
import { thingOf } from './thing.ts';

const functions = functionTable([touchy]);
const TRUTHS = ['false', 'true', 'unknown', 'error'];

describe('compileCondition', () => {
  it('memory-equals-reference: in all four truths', () => {
    const overArb = fc.constantFrom('subject', 'action', 'resource');
    fc.assert(
      fc.property(conditionArb, inquiryArb, overArb, (condition, inquiry, over) => {
        const whole = inquiry[over] as Json | undefined;
        fc.pre(whole !== undefined);
        const code = compileCondition(condition, { over, functions, items: [] })(thingOf(whole, over));
        expect(TRUTHS[code]).toBe(evaluateCondition(condition, { inquiry: { [over]: whole }, functions }));
      }),
    );
  });
});

describe('predicate', () => {
  it('keeps what is allowed, in order', () => {
    const plan = planWith(test('ge', attr('resource', 'age'), value(3)));
    const things = [{ age: 5 }, { age: 1 }, {}, { age: '9' }, { age: 3 }];
    expect(filter(plan, things)).toEqual([{ age: 5 }, { age: 3 }]);
    expect(filter({ ...plan, kind: 'never' }, things)).toEqual([]);
    expect(filter({ ...plan, kind: 'always' }, things)).toEqual(things);
  });

  it.each([
    ['a number that is none', { age: Number.NaN }],
    ['an endless number', { age: Number.POSITIVE_INFINITY }],
    ['a function', { age: () => 1 }],
    ['a big integer', { age: 1n }],
    [
      'an attribute that throws',
      Object.defineProperty({}, 'age', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    ['nothing', undefined],
  ])('does not allow %s, which no inquiry could hold', (_, thing) => {
    expect(predicate(planWith(not(test('eq', attr('resource', 'age'), value(3)))))(thing)).toBe(false);
    expect(
      predicate(
        planWith(or(not(test('present', attr('resource', 'age'))), not(test('eq', attr('resource', 'age'), value(3))))),
      )(thing),
    ).toBe(false);
  });

  it('reads own members only', () => {
    const plan = planWith(test('known', attr('resource', 'toString')));
    expect(predicate(plan)({})).toBe(false);
    expect(
      predicate(planWith(test('eq', attr('resource', '__proto__', 'a'), value(1))))(
        JSON.parse('{"__proto__":{"a":1}}'),
      ),
    ).toBe(true);
  });

  it('takes entities of the type of the plan only', () => {
    const allows = predicate({ ...planWith(ALWAYS), kind: 'always', type: 'book' });
    expect([{ type: 'book', id: '1' }, { type: 'film', id: '1' }, { id: '1' }, 'book:1'].map(allows)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('does not allow what makes a function throw', () => {
    expect(predicate(planWith(test('isTrue', call('test.touchy', attr('resource')))))('text')).toBe(false);
    expect(predicate(planWith(not(test('isTrue', call('test.touchy', attr('resource'))))))('text')).toBe(false);
  });
});

function planWith(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, over: 'resource', functions, revision: 1, diagnostics: [] };
}
