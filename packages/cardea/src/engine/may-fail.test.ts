import { describe, expect, it } from 'vitest';
import { and, attr, call, item, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { compilePattern } from '../ast/pattern/compile.ts';
import { mayFail } from './may-fail.ts';

const ip = attr('context', 'ip');
const custom = test('isTrue', call('hr.isOnLeave', ip));
const matches = (pattern: string): Condition => test('matches', ip, value(pattern));

describe('mayFail', () => {
  it.each<[boolean, string, Condition]>([
    [false, 'a comparison', test('eq', ip, value('a'))],
    [true, 'a function', custom],
    [true, 'a function of a list', some(call('hr.teams', ip), 'x', test('eq', item('x'), value('a')))],
    [true, 'a part', or(test('eq', ip, value('a')), and(custom))],
    [true, 'a negation of what may fail', not(sure(custom))],
    [false, 'a network', test('cidr', ip, value('10.0.0.0/8'))],
    [true, 'a network that is none', test('cidr', ip, value('10.0.0.0/99'))],
    [true, 'a network of the inquiry', test('cidr', ip, attr('context', 'network'))],
    [false, 'a pattern', matches('^(?:[\\d]{3}[abc]*)$')],
    [true, 'a pattern that is none', matches('(')],
    [true, 'a pattern of the inquiry', test('matches', ip, attr('context', 'pattern'))],
    [true, 'a pattern long enough to be too large', matches('a'.repeat(101))],
  ])('%s: %s', (expected, _what, condition) => {
    expect(mayFail(condition)).toBe(expected);
  });

  it.each([
    '(?:(?:a{10}|b){10}|c){10}'.padEnd(100, 'd'),
    `${'('.repeat(49)}a${')'.repeat(49)}`,
    `${'(?:'.repeat(18)}\\p{L}${')*'.repeat(18)}`,
    `(?i)(?:${'[^\\p{L}é]'.repeat(9)}){1000}`,
    '(?:\\b|^|$){1000}',
    '(?:a?){1000}',
    'a|'.repeat(50),
  ])('large-patterns-run: %s, of 100 characters, runs on every engine', (source) => {
    expect(source.length).toBeLessThanOrEqual(100);
    expect(mayFail(matches(source))).toBe(false);
    const { test } = compilePattern(source);
    expect(() => [test(''), test('a'.repeat(100)), test('a'.repeat(100_001))]).not.toThrow();
  });
});
