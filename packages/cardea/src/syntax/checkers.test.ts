import { describe, expect, it } from 'vitest';
import { evaluateCondition } from '../decide/reference.ts';
import type { Element } from '../model/policy.ts';
import { type Checker, defaultChecker, exactChecker, fuzzyChecker, regexChecker, rulesChecker } from './checkers.ts';
import { functionTable } from './functions/table.ts';
import { lowerPolicy } from './lower-policy.ts';

const functions = functionTable();

function fits(checker: Checker, element: Element, action: string): boolean {
  const lowered = lowerPolicy(
    { uid: '1', effect: 'allow', subjects: [{ $any: true }], actions: [element], resources: [{ $any: true }] },
    { checker, functions },
  );
  if (!lowered.ok) throw new Error(lowered.issues[0]?.message);
  const [condition] = lowered.value.parts.actions;
  return condition !== undefined && evaluateCondition(condition, { inquiry: { action }, functions }) === 'true';
}

describe('a checker', () => {
  it.each<[string, Checker, Element, string, boolean]>([
    ['default reads literals', defaultChecker(), 'get', 'get', true],
    ['default reads expressions', defaultChecker(), '<get|put>', 'put', true],
    ['default reads rules', defaultChecker(), { $eq: 'get' }, 'get', true],
    ['rules reads rules', rulesChecker(), { $startsWith: 'g' }, 'get', true],
    ['rules reads no strings', rulesChecker(), 'get', 'get', false],
    ['regex reads expressions', regexChecker(), 'g<.>t', 'got', true],
    ['regex reads no rules', regexChecker(), { $any: true }, 'get', false],
    ['regex without a cache reads the same', regexChecker({ cacheSize: 0 }), 'g<.>t', 'got', true],
    ['exact compares whole', exactChecker(), 'get', 'get', true],
    ['exact knows no expressions', exactChecker(), 'g<.>t', 'got', false],
    ['exact drops tags around the whole', exactChecker(), '<get>', 'get', true],
    ['exact drops just two characters', exactChecker(), '<a><b>', 'a><b', true],
    ['exact keeps a lone tag', exactChecker(), '<', '<', true],
    ['fuzzy takes a part of the element', fuzzyChecker(), 'get,put', 'put', true],
    ['fuzzy drops tags around the whole', fuzzyChecker(), '<get,put>', 'get', true],
    ['fuzzy takes no empty value', fuzzyChecker(), 'get', '', false],
    ['fuzzy takes nothing longer than the element', fuzzyChecker(), 'get', 'gets', false],
  ])('%s', (_, checker, element, action, expected) => {
    // twice: the second answer comes from the checker's cache
    expect(fits(checker, element, action)).toBe(expected);
    expect(fits(checker, element, action)).toBe(expected);
  });

  it('reports what is wrong with a string each time, at its place', () => {
    const options = { checker: defaultChecker(), functions };
    const policy = { uid: '1', effect: 'allow', subjects: ['a'], actions: ['b', '<[>'], resources: ['<[>'] } as const;
    const lowered = lowerPolicy(policy, options);
    expect(lowered.ok ? [] : lowered.issues.map(({ path }) => path.join('.'))).toEqual(['actions.1', 'resources.0']);
  });

  it.each([-1, 1.5, Number.NaN])('refuses a cache size of %s', (cacheSize) => {
    expect(() => regexChecker({ cacheSize })).toThrow('cacheSize must be a whole number of at least 0, or null');
  });
});
