import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { and, attr, every, item, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { normalizeCondition } from '../ast/normalize.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Facts } from './facts.ts';
import { implies } from './implication.ts';

const functions = functionTable([touchy]);
const a = attr('subject', 'a');
const b = attr('subject', 'b');
const on =
  (
    op:
      | 'eq'
      | 'in'
      | 'lt'
      | 'le'
      | 'gt'
      | 'ge'
      | 'startsWith'
      | 'endsWith'
      | 'contains'
      | 'cidr'
      | 'isType'
      | 'matches',
  ) =>
  (bound: Json, operand: Operand = a): Condition =>
    test(op, operand, value(bound));
const [eq, within, lt, le, gt, ge] = [on('eq'), on('in'), on('lt'), on('le'), on('gt'), on('ge')];
const [starts, ends, has, cidr, is, matches] = [
  on('startsWith'),
  on('endsWith'),
  on('contains'),
  on('cidr'),
  on('isType'),
  on('matches'),
];

const proven = (one: Condition, other: Condition): boolean =>
  implies(Facts.of({ condition: one, holds: true }), other, { steps: 10_000 });
const isImpossible = (condition: Condition): boolean => Facts.of({ condition, holds: true }).impossible;

describe('implies', () => {
  it.each<readonly [string, Condition, Condition]>([
    ['a conjunct', and(eq(1), eq(2, b)), eq(1)],
    ['a disjunct', eq(1), or(eq(1), eq(2, b))],
    ['a member of a list', eq(1), within([1, 2])],
    ['a shorter list', within([1, 2]), within([3, 2, 1])],
    ['a list by a disjunction', or(eq(1), eq(2)), within([1, 2, 3])],
    ['a list less its exception', and(within([1, 2]), not(eq(2))), eq(1)],
    ['another value', eq(1), not(eq(2))],
    ['a value of another range', gt(5), not(eq(5))],
    ['a wider range', and(gt(5), lt(7)), and(ge(5), le(7))],
    ['a negated range', gt(5), not(lt(5))],
    ['a value in a range', eq(6), gt(5)],
    ['a prefix of the prefix', starts('abc'), starts('ab')],
    ['a suffix of the suffix', ends('abc'), ends('bc')],
    ['a part of the prefix', starts('abc'), has('b')],
    ['another prefix', starts('ab'), not(starts('b'))],
    ['not a longer prefix', not(starts('a')), not(starts('ab'))],
    ['a wider network', cidr('10.1.0.0/16'), cidr('10.0.0.0/8')],
    ['another network', cidr('10.0.0.0/8'), not(cidr('192.168.0.0/16'))],
    ['the type', starts('a'), is('string')],
    ['presence', gt(1), test('present', a)],
    ['that it is known', not(eq(1)), test('known', a)],
    ['a pattern that is everywhere', is('string'), matches('x*')],
    ['some item of fewer', some(a, 'x', eq('r', item('x'))), some(a, 'x', within(['r', 's'], item('x')))],
    ['every item of more', every(a, 'x', starts('ab', item('x'))), every(a, 'x', starts('a', item('x')))],
    ['an equality the other way', test('eq', a, b), test('eq', b, a)],
    ['certainty', eq(1), sure(eq(1))],
    ['the other branch', and(or(eq(1), eq(2, b)), not(eq(1))), eq(2, b)],
    ['one element of each', and(within([1]), or(eq(1, b), eq(2, b))), and(within([1, 5]), within([1, 2, 3], b))],
  ])('proves %s', (_, one, other) => {
    expect(proven(one, other)).toBe(true);
    expect(proven(normalizeCondition(one), normalizeCondition(other))).toBe(true);
  });

  it.each<readonly [string, Condition, Condition]>([
    ['a narrower list', within([1, 2]), eq(1)],
    ['a narrower range', ge(5), gt(5)],
    ['a longer prefix', starts('a'), starts('ab')],
    ['that a missing value differs', not(test('present', a)), not(eq(1))],
    ['unknown to be false', not(sure(eq(1))), not(eq(1))],
    ['a narrower network', cidr('10.0.0.0/8'), cidr('10.1.0.0/16')],
    ['an item by another list', some(a, 'x', eq(1, item('x'))), some(b, 'x', eq(1, item('x')))],
    ['every item by some', some(a, 'x', eq(1, item('x'))), every(a, 'x', eq(1, item('x')))],
  ])('does not prove %s', (_, one, other) => {
    expect(proven(one, other)).toBe(false);
  });

  it('proves nothing that the reference contradicts (law: implied-is-true)', () => {
    let count = 0;
    fc.assert(
      fc.property(
        conditionArb,
        conditionArb,
        fc.array(inquiryArb, { minLength: 5, maxLength: 20 }),
        (one, other, inquiries) => {
          for (const goal of [other, or(other, one), normalizeCondition(one)]) {
            if (!proven(one, goal)) continue;
            count += 1;
            for (const inquiry of inquiries) {
              if (evaluateCondition(one, { inquiry, functions }) === 'true')
                expect(evaluateCondition(goal, { inquiry, functions })).toBe('true');
            }
          }
        },
      ),
    );
    expect(count).toBeGreaterThan(0);
  });
});

describe('Facts', () => {
  it.each<readonly [string, Condition]>([
    ['two values', and(eq(1), eq(2))],
    ['no member', within([])],
    ['lists apart', and(within([1, 2]), within([3]))],
    ['an empty range', and(gt(5), lt(3))],
    ['an open point', and(gt(5), le(5))],
    ['two types', and(starts('a'), gt(1))],
    ['two prefixes', and(starts('a'), starts('b'))],
    ['two networks', and(cidr('10.0.0.0/8'), cidr('11.0.0.0/8'))],
    ['present and missing', and(eq(1), not(test('present', a)))],
    ['a condition and its negation', and(test('lt', a, b), not(test('lt', a, b)))],
    ['neither', not(test('known', a))],
    ['every branch', and(eq(1), or(eq(2), gt(3)))],
    ['a pattern that never matches', matches('a^b')],
    ['a value outside a pattern', and(eq('x'), matches('^y$'))],
    ['one branch left and its negation', and(or(eq(1), eq(2, b)), not(eq(1)), not(eq(2, b)))],
  ])('finds impossible: %s', (_, condition) => {
    expect(isImpossible(condition)).toBe(true);
  });

  it('calls nothing impossible that is true for some inquiry (law: impossible-is-never-true)', () => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.array(conditionArb, { minLength: 1, maxLength: 4 }),
        fc.array(inquiryArb, { minLength: 5, maxLength: 20 }),
        (parts, inquiries) => {
          const condition = and(...parts);
          if (!isImpossible(condition)) return;
          count += 1;
          for (const inquiry of inquiries)
            expect(evaluateCondition(condition, { inquiry, functions })).not.toBe('true');
        },
      ),
    );
    expect(count).toBeGreaterThan(0);
  });
});
