import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attr } from '../../ast/build.ts';
import type { FunctionTable } from '../../ast/functions.ts';
import type { Json } from '../../ast/json.ts';
import type { Truth } from '../../ast/truth.ts';
import { evaluateCondition } from '../../decide/reference.ts';
import type { RuleData } from '../../model/policy.ts';
import { functionTable } from '../functions/table.ts';
import { rootPlace } from '../issue-collector.ts';
import { lowerRule } from '../lower-rule.ts';
import { vaktFunctions } from './functions.ts';
import { readVaktRule } from './read-rule.ts';

const FUNCTIONS: FunctionTable = functionTable(vaktFunctions);

function truthOf(rule: RuleData, what: Json): Truth {
  const place = rootPlace();
  const condition = lowerRule(rule, { ...place, what: attr('context', 'what') });
  expect(place.issues).toEqual([]);
  return evaluateCondition(condition, {
    inquiry: { subject: 'ab', action: 1, resource: { a: true }, context: { what } },
    functions: FUNCTIONS,
  });
}

function forms(rule: object): { readonly applies: RuleData; readonly exact: RuleData } {
  const read = readVaktRule(JSON.stringify(rule), { onUnsupported: 'opaque' });
  if (!read.ok) throw new Error(read.issues[0]?.message);
  return read.value;
}

const rule = (path: string, members: object = {}): object => ({ 'py/object': `vakt.rules.${path}`, ...members });

describe('a rule of vakt', () => {
  it.each<[object, RuleData]>([
    [rule('operator.Eq', { val: 'x' }), { $eq: 'x' }],
    [rule('operator.Eq', { val: 1 }), { $in: [1, true] }],
    [rule('operator.NotEq', { val: null }), { $notEq: null }],
    [rule('operator.Greater', { val: 5 }), { $greater: 5 }],
    [rule('operator.Greater', { val: 0 }), { $or: [{ $greater: 0 }, { $in: [true] }] }],
    [rule('list.In', { data: { 'py/set': ['b', 0, 'a', false] } }), { $in: ['a', 'b', 0, false] }],
    [rule('string.StartsWith', { val: 'X', ci: true }), { $startsWith: { value: 'X', ci: true } }],
    [rule('string.StartsWith', { val: 'ΑΣ', ci: true }), { $custom: ['vakt.startsWith', 'ΑΣ'] }],
    [rule('net.CIDR', { cidr: '10.0.0.0/255.0.0.0' }), { $cidr: '10.0.0.0/8' }],
    [rule('net.CIDR', { cidr: '10.0.0.1/8' }), { $neither: true }],
    [rule('string.RegexMatch', { regex: { 'py/object': 're.Pattern', pattern: 'abc' } }), { $regexMatch: '^abc' }],
    [rule('inquiry.SubjectMatch', { attribute: 'nick' }), { $custom: ['vakt.equal', { $subject: ['nick'] }] }],
    [
      rule('logic.And', { rules: { 'py/tuple': [rule('logic.Any'), rule('operator.Eq', { val: 'x' })] } }),
      { $and: [{ $any: true }, { $eq: 'x' }] },
    ],
  ])('%j is our own rule where that means the same', (given, expected) => {
    expect(forms(given).applies).toEqual(expected);
  });

  it.each<[string, object, Json, Truth]>([
    [
      'And raises beside a child that fails',
      rule('logic.Not', {
        rule: rule('logic.And', { rules: [rule('logic.Neither'), rule('operator.Greater', { val: 1 })] }),
      }),
      'x',
      'unknown',
    ],
    [
      'Or stops at the first child that holds',
      rule('logic.Or', { rules: [rule('logic.Any'), rule('operator.Greater', { val: 1 })] }),
      'x',
      'true',
    ],
    [
      'Or raises before a child that holds',
      rule('logic.Or', { rules: [rule('operator.Greater', { val: 1 }), rule('logic.Any')] }),
      'x',
      'unknown',
    ],
    ['NotIn raises for a list', rule('list.NotIn', { data: { 'py/set': ['a'] } }), ['b'], 'unknown'],
    ['a tuple is no list', rule('operator.Eq', { val: [1, 2] }), { 'py/tuple': [1, 2] }, 'false'],
    ['lists compare up to their first difference', rule('operator.Less', { val: [2, 'a'] }), [1, null], 'true'],
    ['strings compare by code point', rule('operator.Less', { val: '😀' }), '\uFFFD', 'true'],
    ['2^53 + 1 is not 2^53', rule('operator.Eq', { val: 9007199254740992 }), { 'py/int': '9007199254740993' }, 'false'],
    [
      'a pattern sees the text of a list',
      rule('string.RegexMatch', { regex: { 'py/object': 're.Pattern', pattern: "\\['it', \\(1,\\)\\]$" } }),
      ['it', { 'py/tuple': [1] }],
      'true',
    ],
    ['a sigma that ends a word is no other', rule('string.StartsWith', { val: 'ΑΣ', ci: true }), 'ασβ', 'false'],
    ['without case Σ ends a word as ς', rule('string.EndsWith', { val: 'Σ', ci: true }), 'ΟΔΟΣ', 'false'],
    ['True is found in [1]', rule('inquiry.ActionMatch', { attribute: null }), true, 'true'],
    ['an unknown class is an error', rule('mine.Own'), 'x', 'error'],
  ])('%s', (_, given, what, truth) => {
    expect(truthOf(forms(given).exact, what)).toBe(truth);
  });

  it('law: exact-and-applies-agree', () => {
    fc.assert(
      fc.property(arbitraryRule, arbitraryWhat, (given, what) => {
        const { applies, exact } = forms(given);
        expect(truthOf(applies, what) === 'true').toBe(truthOf(exact, what) === 'true');
      }),
    );
  });

  it('is refused when its exceptions would fill a book', () => {
    const read = readVaktRule(JSON.stringify(rule('logic.Not', { rule: nested(14) })));
    expect(read.ok ? '' : read.issues[0]?.message).toContain('more than 10000 parts');
  });
});

function nested(depth: number): object {
  if (depth === 0) return rule('operator.Greater', { val: 1 });
  return rule('logic.Or', {
    rules: [nested(depth - 1), rule('logic.Or', { rules: [nested(depth - 1), rule('logic.Any')] })],
  });
}

const scalar = fc.constantFrom<Json>(
  null,
  true,
  false,
  0,
  1,
  2,
  1.5,
  '',
  'a',
  'ab',
  'B',
  '😀',
  '10.0.0.1',
  '::ffff:10.0.0.1',
);
const hashable = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }).map((items) => ({ 'py/tuple': items })) },
);
const arbitraryWhat: fc.Arbitrary<Json> = fc.oneof(
  hashable,
  fc.array(hashable, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), scalar, { maxKeys: 2 }),
);
const arbitraryRule: fc.Arbitrary<object> = fc.letrec<{ rule: object; leaf: object }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(fc.constantFrom('logic.And', 'logic.Or'), fc.array(tie('rule'), { maxLength: 3 }))
      .map(([name, rules]) => rule(name, { rules: { 'py/tuple': rules } })),
    tie('rule').map((inner) => rule('logic.Not', { rule: inner })),
  ),
  leaf: fc.oneof(
    fc
      .tuple(fc.constantFrom('Eq', 'NotEq', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'), arbitraryWhat)
      .map(([name, val]) => rule(`operator.${name}`, { val })),
    fc
      .tuple(
        fc.constantFrom('In', 'NotIn', 'AllIn', 'AllNotIn', 'AnyIn', 'AnyNotIn'),
        fc.array(hashable, { maxLength: 3 }),
      )
      .map(([name, items]) => rule(`list.${name}`, { data: { 'py/set': items } })),
    fc
      .tuple(
        fc.constantFrom('Equal', 'StartsWith', 'EndsWith', 'Contains'),
        fc.constantFrom('', 'a', 'AB', 'ΑΣ'),
        fc.boolean(),
      )
      .map(([name, val, ci]) => rule(`string.${name}`, { val, ci })),
    fc
      .constantFrom('a', '.*', '\\d', 'N|T', '\\[', '(?!a).', '^a$')
      .map((pattern) => rule('string.RegexMatch', { regex: { 'py/object': 're.Pattern', pattern, flags: 32 } })),
    fc.constantFrom('10.0.0.0/8', '::/0', '::ffff:0:0/96', 'x').map((cidr) => rule('net.CIDR', { cidr })),
    fc
      .constantFrom('SubjectMatch', 'ActionMatch', 'ResourceMatch')
      .map((name) => rule(`inquiry.${name}`, { attribute: null })),
    fc
      .constantFrom(
        'logic.Truthy',
        'logic.Falsy',
        'logic.Any',
        'logic.Neither',
        'string.PairsEqual',
        'inquiry.SubjectEqual',
        'inquiry.ActionEqual',
        'inquiry.ResourceIn',
      )
      .map((name) => rule(name)),
  ),
})).rule;
