import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../ast/json.ts';
import type { Truth } from '../../ast/truth.ts';
import { evaluateCondition } from '../../decide/reference.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { Element, RuleData } from '../../model/policy.ts';
import { defineFunction } from '../../ast/functions.ts';
import { rulesChecker } from '../checkers.ts';
import { functionTable } from '../functions/table.ts';
import { lowerPolicy } from '../lower-policy.ts';
import { RULE_NAMES } from '../lower-rule.ts';
import {
  absent,
  actionEqual,
  actionMatch,
  after,
  allIn,
  allNotIn,
  and,
  any,
  anyIn,
  anyNotIn,
  before,
  cidr,
  contains,
  custom,
  documentMatch,
  endsWith,
  eq,
  every,
  falsy,
  greater,
  greaterOrEqual,
  isIn,
  less,
  lessOrEqual,
  neither,
  noneIn,
  not,
  notEq,
  notIn,
  or,
  partOf,
  present,
  regexMatch,
  resourceIn,
  resourceMatch,
  some,
  startsWith,
  strEqual,
  strPairsEqual,
  subjectEqual,
  subjectMatch,
  timeWindow,
  truthy,
  type,
  withAttributes,
} from './index.ts';

const isEven = defineFunction({
  name: 'math.isEven',
  meaning: 'even',
  call: ([n, by]) => (typeof n === 'number' ? n % ((by as number | undefined) ?? 2) === 0 : undefined),
});
const options = { checker: rulesChecker(), functions: functionTable([isEven]) };
const MISSING = Symbol('missing');

const rows: readonly (readonly [RuleData, Json | typeof MISSING, Truth])[] = [
  [eq('a'), 'a', 'true'],
  [eq('a'), 'b', 'false'],
  [eq('a'), 1, 'false'],
  [eq('a'), MISSING, 'unknown'],
  [eq(1), true, 'false'],
  [eq([1, { b: 2 }]), [1, { b: 2 }], 'true'],
  [eq({ $value: { $eq: 1 } }), { $eq: 1 }, 'true'],
  [eq({ $resource: 'a' }), 'book', 'true'],
  [eq({ $resource: ['b', 'c'] }), 7, 'true'],
  [eq({ $context: 'nothing' }), 'x', 'unknown'],
  [notEq('a'), 'b', 'true'],
  [notEq('a'), 'a', 'false'],
  [notEq('a'), MISSING, 'unknown'],
  [greater(5), 6, 'true'],
  [greater(5), 5, 'false'],
  [greater(5), '6', 'unknown'],
  [greater('a'), 'b', 'true'],
  [greater(5), MISSING, 'unknown'],
  [less(5), 4, 'true'],
  [less({ $context: 'limit' }), 9, 'true'],
  [less({ $context: 'limit' }), 10, 'false'],
  [greaterOrEqual(5), 5, 'true'],
  [lessOrEqual(5), 5, 'true'],
  [lessOrEqual(5), 6, 'false'],
  [truthy(), 'x', 'true'],
  [truthy(), 0, 'false'],
  [truthy(), [], 'false'],
  [truthy(), '0', 'true'],
  [truthy(), MISSING, 'unknown'],
  [falsy(), '', 'true'],
  [falsy(), {}, 'true'],
  [falsy(), 1, 'false'],
  [falsy(), MISSING, 'unknown'],
  [not(eq('a')), 'b', 'true'],
  [not(greater(1)), 'x', 'unknown'],
  [not(eq('a')), MISSING, 'unknown'],
  [and(greater(1), less(3)), 2, 'true'],
  [and(greater(1), less(3)), 3, 'false'],
  [and(eq('x'), greater(1)), 'y', 'false'],
  [or(eq('x'), greater(1)), 'x', 'true'],
  [or(eq('x'), greater(1)), 'y', 'unknown'],
  [{ $greater: 1, $less: 3 }, 2, 'true'],
  [{ $greater: 1, $less: 3 }, 4, 'false'],
  [any(), null, 'true'],
  [any(), MISSING, 'unknown'],
  [neither(), 1, 'false'],
  [neither(), MISSING, 'unknown'],
  [present(), null, 'true'],
  [present(), MISSING, 'false'],
  [absent(), MISSING, 'true'],
  [absent(), null, 'false'],
  [isIn('a', 'b'), 'b', 'true'],
  [isIn('a', 'b'), 'c', 'false'],
  [isIn([1, 2]), [1, 2], 'true'],
  [isIn({ $context: 'list' }), 'y', 'true'],
  [isIn('a'), MISSING, 'unknown'],
  [notIn('a', 'b'), 'c', 'true'],
  [notIn('a', 'b'), 'a', 'false'],
  [notIn('a'), ['a'], 'true'],
  [notIn('a'), MISSING, 'unknown'],
  [allIn('a', 'b'), ['a', 'a'], 'true'],
  [allIn('a', 'b'), ['a', 'c'], 'false'],
  [allIn('a'), [], 'true'],
  [allIn('a'), 'a', 'unknown'],
  [allNotIn('a', 'b'), ['a', 'z'], 'true'],
  [allNotIn('a', 'b'), ['a'], 'false'],
  [allNotIn('a'), [], 'false'],
  [anyIn('a', 'b'), ['z', 'a'], 'true'],
  [anyIn('a'), ['z'], 'false'],
  [anyIn('a'), [], 'false'],
  [anyNotIn('a'), ['a', 'z'], 'true'],
  [anyNotIn('a'), ['a'], 'false'],
  [noneIn('a', 'b'), ['y', 'z'], 'true'],
  [noneIn('a', 'b'), ['a', 'z'], 'false'],
  [noneIn('a'), [], 'true'],
  [noneIn('a'), 'z', 'unknown'],
  [cidr('10.0.0.0/8'), '10.1.2.3', 'true'],
  [cidr('10.0.0.0/8'), '11.1.2.3', 'false'],
  [cidr('10.0.0.0/8'), 'x', 'false'],
  [cidr('10.0.0.0/8'), 1, 'unknown'],
  [cidr('2001:db8::/32'), '2001:DB8::1', 'true'],
  [cidr('10.0.0.0/8'), '::ffff:10.0.0.1', 'true'],
  [strEqual('a'), 'a', 'true'],
  [strEqual('Ab', { ci: true }), 'aB', 'true'],
  [strEqual('a'), 'b', 'false'],
  [strEqual('a'), 1, 'false'],
  [strEqual('A', { ci: true }), 1, 'false'],
  [strEqual('A', { ci: true }), MISSING, 'unknown'],
  [startsWith('ab'), 'abc', 'true'],
  [startsWith('AB', { ci: true }), 'abc', 'true'],
  [startsWith('ΟΔΟΣ', { ci: true }), 'ΟΔΟΣΑ', 'true'],
  [strEqual('ΟΔΟΣ', { ci: true }), 'οδος', 'true'],
  [startsWith('ab'), 'ba', 'false'],
  [startsWith('1'), 1, 'unknown'],
  [endsWith('bc'), 'abc', 'true'],
  [endsWith('BC', { ci: true }), 'abc', 'true'],
  [endsWith('bc'), 'bca', 'false'],
  [contains('b'), 'abc', 'true'],
  [contains('B'), 'abc', 'false'],
  [contains({ $context: 'limit' }), 'x', 'unknown'],
  [contains({ $resource: 'a' }), 'a book', 'true'],
  [partOf('abc'), 'b', 'true'],
  [partOf('abc'), 'd', 'false'],
  [partOf('ABC', { ci: true }), 'b', 'true'],
  [
    strPairsEqual(),
    [
      ['a', 'a'],
      ['b', 'b'],
    ],
    'true',
  ],
  [strPairsEqual(), [['a', 'b']], 'false'],
  [strPairsEqual(), [['a', 'a', 'a']], 'false'],
  [strPairsEqual(), [], 'true'],
  [strPairsEqual(), 'aa', 'unknown'],
  [regexMatch('^a+$'), 'aaa', 'true'],
  [regexMatch('b'), 'abc', 'true'],
  [regexMatch('^a+$'), 'aaa\n', 'false'],
  [regexMatch('(?i)^A$'), 'a', 'true'],
  [regexMatch('^1$'), 1, 'false'],
  [regexMatch('1+'), 1, 'false'],
  [regexMatch('^1$'), MISSING, 'unknown'],
  [documentMatch('kamId:9'), { kamId: 94, b: [] }, 'true'],
  [documentMatch('(?=.*b:x)(?=.*A:1)'), { a: 1, b: 'X' }, 'true'],
  [documentMatch('(?=.*b:x)(?=.*a:2)'), { a: 1, b: 'X' }, 'false'],
  [documentMatch('^a$'), 'A', 'true'],
  [documentMatch(''), null, 'true'],
  [documentMatch('a'), MISSING, 'unknown'],
  [withAttributes({ status: 'draft', owner: { name: 'max' } }), { status: 'draft', owner: { name: 'max' } }, 'true'],
  [withAttributes({ status: 'draft' }), { status: 'final' }, 'false'],
  [withAttributes({ status: 'draft' }), 'draft', 'unknown'],
  [or(withAttributes({ a: 1 }), withAttributes({ b: 1 })), { b: 1 }, 'true'],
  [type('number'), 1, 'true'],
  [type('number'), '1', 'false'],
  [type('null'), null, 'true'],
  [type('list'), {}, 'false'],
  [type('list'), MISSING, 'unknown'],
  [before('2026-01-01T00:00:00Z'), '2025-12-31T23:59:59Z', 'true'],
  [before('2026-01-01T00:00:00Z'), '2026-01-01T00:30:00+01:00', 'true'],
  [before('2026-01-01T00:00:00Z'), 'yesterday', 'unknown'],
  [after('2026-01-01T00:00:00Z'), '2026-01-01T00:00:00.001Z', 'true'],
  [after({ $context: 'since' }), '2026-06-01T00:00:00Z', 'true'],
  [timeWindow({ from: '09:00', to: '17:00', zone: 'Europe/Amsterdam' }), '2026-07-01T07:00:00Z', 'true'],
  [timeWindow({ from: '09:00', to: '17:00', zone: 'Europe/Amsterdam' }), '2026-07-01T15:00:00Z', 'false'],
  [timeWindow({ days: ['fri'], from: '22:00', to: '06:00' }), '2026-11-21T02:00:00Z', 'true'],
  [timeWindow({ days: ['fri'], from: '22:00', to: '06:00' }), '2026-11-20T02:00:00Z', 'false'],
  [timeWindow({ days: ['sun'] }), '2026-11-22T23:59:59.999Z', 'true'],
  [timeWindow({ days: ['sun'] }), '2026-11-23T00:00:00Z', 'false'],
  [timeWindow({ days: ['sun'] }), 5, 'unknown'],
  [subjectMatch(), 'max', 'true'],
  [subjectMatch(), 'moritz', 'false'],
  [subjectMatch('x'), 'max', 'unknown'],
  [actionMatch('method'), 'GET', 'true'],
  [resourceMatch(['b', 'c']), 7, 'true'],
  [subjectEqual(), 'max', 'true'],
  [subjectEqual(), ['max'], 'false'],
  [actionEqual(), 'x', 'false'],
  [resourceIn(), [{ a: 'book', b: { c: 7 } }], 'true'],
  [resourceIn(), ['book'], 'false'],
  [resourceIn(), 'book', 'unknown'],
  [some(eq('a')), ['b', 'a'], 'true'],
  [some({ team: 'core', level: greater(2) }), [{ team: 'core', level: 3 }], 'true'],
  [
    some({ team: 'core', level: greater(2) }),
    [
      { team: 'core', level: 1 },
      { team: 'web', level: 9 },
    ],
    'false',
  ],
  [some(some(eq(1))), [[2], [1]], 'true'],
  [every(some({ a: every(eq(1)) })), [[{ a: [1, 1] }], [{ a: [2] }, { a: [] }]], 'true'],
  [every(startsWith('a')), ['ab', 'ac'], 'true'],
  [every(startsWith('a')), ['ab', 1], 'unknown'],
  [every(startsWith('a')), 'ab', 'unknown'],
  [custom('math.isEven'), 4, 'true'],
  [custom('math.isEven'), 3, 'false'],
  [custom('math.isEven'), 'x', 'unknown'],
  [custom('math.isEven', 3), 9, 'true'],
  [custom('math.isEven', { $resource: ['b', 'c'] }), 14, 'true'],
];

describe('a rule on an attribute', () => {
  it.each(
    rows.map(
      ([rule, given, expected]) =>
        [JSON.stringify(rule), given === MISSING ? 'missing' : JSON.stringify(given), expected, rule, given] as const,
    ),
  )('%s of %s is %s', (_, __, expected, rule, given) => {
    expect(truthOfElement({ it: rule }, given === MISSING ? {} : { it: given })).toBe(expected);
  });

  it('has a row for every rule', () => {
    // A slot has no value of its own: what it may stand in is tested with templates.
    const seen = new Set(['$slot', ...rows.flatMap(([rule]) => Object.keys(rule))]);
    expect(RULE_NAMES.filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('a dictionary of attributes', () => {
  it.each<[string, Element, Json, Truth]>([
    ['takes a literal for equality', { role: 'admin' }, { role: 'admin' }, 'true'],
    ['needs all its members', { role: 'admin', age: greater(17) }, { role: 'admin', age: 17 }, 'false'],
    ['nests', { address: { country: isIn('NL', 'BE') } }, { address: { country: 'BE' } }, 'true'],
    ['takes a list as a literal', { tags: ['a'] }, { tags: ['a'] }, 'true'],
    ['reaches a name that starts with a dollar', { $$ref: 'x' }, { $ref: 'x' }, 'true'],
    ['does not reach inherited members', { constructor: present() }, { a: 1 }, 'false'],
    ['is unknown about what is no dictionary', { role: 'admin' }, 'admin', 'unknown'],
  ])('%s', (_, element, subject, expected) => {
    expect(truthOfElement(element, subject)).toBe(expected);
  });
});

function truthOfElement(element: Element, holder: Json): Truth {
  const inquiry: Inquiry = {
    subject: 'max',
    action: { method: 'GET' },
    resource: { a: 'book', b: { c: 7 } },
    context: { limit: 10, list: ['x', 'y'], since: '2026-01-01T00:00:00Z' },
  };
  const context = { ...inquiry.context, holder };
  const lowered = lowerPolicy(
    {
      uid: '1',
      effect: 'allow',
      subjects: [any()],
      actions: [any()],
      resources: [any()],
      context: { holder: element },
    },
    options,
  );
  if (!lowered.ok) throw new Error(JSON.stringify(lowered.issues));
  const [part] = lowered.value.parts.context;
  return evaluateCondition(part?.condition ?? { kind: 'const', value: false }, {
    inquiry: { ...inquiry, context },
    functions: options.functions,
  });
}

it('ignoring case, a text still starts with, ends with and contains its parts', () => {
  // Letters whose lower case is longer, or depends on their neighbours.
  const textArb = fc.string({
    unit: fc.constantFrom('Σ', 'ς', 'σ', 'Α', 'İ', 'I', 'ẞ', 'Ǆ', '😀', '\u0301', '1', '.'),
  });
  fc.assert(
    fc.property(textArb, textArb, textArb, (before, part, after) => {
      const whole = before + part + after;
      const rules = [startsWith(before, { ci: true }), endsWith(after, { ci: true }), contains(part, { ci: true })];
      for (const rule of rules) expect(truthOfElement(rule, whole)).toBe('true');
    }),
  );
});
