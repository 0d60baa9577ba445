import { describe, expect, it } from 'vitest';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import type { Scalar } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { necessaryOf } from './necessary.ts';

const role = attr('subject', 'role');
const tags = attr('resource', 'tags');
const eq = (what: Operand, constant: string): Condition => test('eq', what, value(constant));
const custom = test('isTrue', call('hr.isOnLeave', role));
const member = (text: string): Condition => some(tags, 'tag', eq(item('tag'), text));
const range = (low: Operator, from: Scalar, high: Operator, to: Scalar, join = and): Condition =>
  join(test(low, role, value(from)), test(high, role, value(to)));
const mirrored = and(test('le', value(100), role), test('ge', value(160), role));
const R = 'subject.4:role';
const T = 'resource.4:tags member ';

function requirements(condition: Condition, effect: LoweredPolicy['effect'] = 'allow'): unknown {
  const parts = { subjects: [], actions: [], resources: [], context: [] };
  const necessary = necessaryOf({ uid: '1', effect, priority: 0, obligations: [], condition, parts });
  return necessary.map((requirement) =>
    Object.fromEntries(requirement.map(({ name, tokens }) => [name, tokens.map((token) => token.replace('\0', '?'))])),
  );
}

describe('necessaryOf', () => {
  it.each<[string, Condition, unknown]>([
    ['an equality needs the value', eq(role, 'admin'), [{ [R]: ['admin'] }]],
    ['a constant on the left is as good', test('eq', value('admin'), role), [{ [R]: ['admin'] }]],
    ['alternatives of one attribute are one need', or(eq(role, 'a'), eq(role, 'b')), [{ [R]: ['a', 'b'] }]],
    ['alternatives of two attributes are two', or(eq(role, 'a'), member('x')), [{ [R]: ['a'] }, { [T]: ['x'] }]],
    ['one open alternative leaves nothing', or(eq(role, 'a'), custom), [{}]],
    ['contradictions leave no inquiry', and(eq(role, 'a'), eq(role, 'b')), []],
    ['two items of a list may meet two needs', and(member('x'), member('y')), [{ [T]: ['x'] }]],
    ['every item also fits where there is none', every(tags, 't', eq(item('t'), 'x')), [{ [T]: ['x', '?empty'] }]],
    ['negations leave everything', not(eq(role, 'a')), [{}]],
    ['but for absence', not(test('present', role)), [{ [R]: ['?missing'] }]],
    ['case may be ignored', eq(call('lower', role), 'a'), [{ [`"lower"(${R})`]: ['a', '?missing'] }]],
    ['other functions are not asked for every inquiry', eq(call('hr.nameOf', role), 'a'), [{}]],
    ['prefixes are cut to few lengths', test('startsWith', role, value('abcde')), [{ [`${R} prefix 4`]: ['abcd'] }]],
    ['networks to few as well', test('cidr', role, value('10.8.0.0/13')), [{ [`${R} network 4/8`]: ['\n'] }]],
    ['two bounds are the cells of a grid', range('gt', 100, 'lt', 160), [{ [`${R} range 6`]: ['1', '2'] }]],
    ['also where the constants stand on the left', mirrored, [{ [`${R} range 6`]: ['1', '2'] }]],
    ['also where they are negations', not(range('le', 100, 'ge', 160, or)), [{ [`${R} range 6`]: ['1', '2'] }]],
    ['no number is in an empty range', range('gt', 2, 'lt', 1), []],
    ['one bound leaves too much', test('gt', role, value(100)), [{}]],
    ['texts have no cells', range('gt', 'a', 'lt', 'b'), [{}]],
    ['an alternative is no second bound', range('gt', 100, 'lt', 160, or), [{}]],
    [
      'what may fail may also do so where something is missing',
      and(eq(role, 'a'), custom),
      [{ [R]: ['a', '?missing'] }],
    ],
  ])('%s', (_rule, condition, expected) => {
    expect(requirements(condition)).toEqual(expected);
  });

  it.each<[string, Condition, unknown]>([
    ['a deny policy is reported where something is missing', eq(role, 'a'), [{ [R]: ['a', '?missing'] }]],
    ['not so where it says sure', sure(eq(role, 'a')), [{ [R]: ['a'] }]],
    ['sure hides nothing that failed', sure(and(eq(role, 'a'), custom)), [{ [R]: ['a', '?missing'] }]],
    ['not sure is true where something is missing', not(sure(not(test('present', role)))), [{}]],
    ['what is no number counts as missing', range('gt', 2, 'lt', 1), [{ [`${R} range -16`]: ['?missing'] }]],
    ['what is no list counts as missing', member('x'), [{ [T]: ['x', '?missing'] }]],
  ])('%s', (_rule, condition, expected) => {
    expect(requirements(condition, 'deny')).toEqual(expected);
  });

  it('widens what has too many alternatives to the slots that all of them have', () => {
    const many = Array.from({ length: 20 }, (_, at) => and(eq(role, `r${at}`), eq(attr('context', `c${at}`), 'x')));
    expect(requirements(or(...many))).toEqual([{ [R]: many.map((_, at) => `r${at}`) }]);
  });
});
