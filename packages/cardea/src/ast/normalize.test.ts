import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { and, attr, FALSE, not, or, sure, TRUE, test, value } from './build.ts';
import type { Condition } from './condition.ts';
import { canonicalJson, type Json } from './json.ts';
import { normalizeCondition } from './normalize.ts';

const functions = functionTable([touchy]);
const role = attr('subject', 'role');
const is = (json: Json): Condition => test('eq', role, value(json));

describe('the normal form of a condition', () => {
  it.each<[string, Condition, Condition]>([
    ['drops what changes nothing', and(TRUE, is(1), and()), is(1)],
    ['keeps what absorbs', and(is(1), FALSE), FALSE],
    [
      'flattens and removes repetition',
      or(is('a'), or(is('a'), test('present', role))),
      or(is('a'), test('present', role)),
    ],
    [
      'pushes negation to the tests',
      not(and(is('a'), not(test('present', role)))),
      or(test('present', role), not(is('a'))),
    ],
    ['turns a negated order around', not(test('lt', role, value(1))), test('ge', role, value(1))],
    ['puts constants on the right', test('lt', value(1), role), test('gt', role, value(1))],
    [
      'gathers equalities',
      or(is('b'), is('a'), test('in', role, value(['c', 'a']))),
      test('in', role, value(['a', 'b', 'c'])),
    ],
    ['makes a list of one an equality', test('in', role, value(['a', 'a'])), is('a')],
    ['keeps sure apart from negation', not(sure(is('a'))), not(sure(is('a')))],
  ])('%s', (_, given, expected) => {
    const sorted =
      expected.kind === 'and' || expected.kind === 'or'
        ? { ...expected, of: expected.of.toSorted((a, b) => (text(a) < text(b) ? -1 : 1)) }
        : expected;
    expect(normalizeCondition(given)).toEqual(sorted);
  });

  it('normalize-preserves-meaning', () => {
    fc.assert(
      fc.property(conditionArb, inquiryArb, (condition, inquiry) => {
        const scope = { inquiry, functions };
        expect(evaluateCondition(normalizeCondition(condition), scope)).toBe(evaluateCondition(condition, scope));
      }),
    );
  });

  it('is its own normal form', () => {
    fc.assert(
      fc.property(conditionArb, (condition) => {
        const normal = normalizeCondition(condition);
        expect(normalizeCondition(normal)).toEqual(normal);
      }),
    );
  });

  it('is one for all orders of a junction', () => {
    fc.assert(
      fc.property(fc.array(conditionArb, { maxLength: 4 }), fc.constantFrom('and', 'or'), (of, kind) => {
        const forward: Condition = { kind, of };
        const backward: Condition = { kind, of: of.toReversed() };
        expect(text(normalizeCondition(backward))).toBe(text(normalizeCondition(forward)));
      }),
    );
  });
});

function text(condition: Condition): string {
  return canonicalJson(condition as unknown as Json);
}
