import { describe, expect, it, vi } from 'vitest';
import { ConditionBench } from '../../test/condition-bench.ts';
import { and, attr, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { LONGEST_LISTED } from './code-lists.ts';
import {
  CIDR,
  CONTAINS,
  ENDS_WITH,
  EQ,
  GE,
  GT,
  IN,
  IS_TRUE,
  KNOWN,
  LE,
  lengthOf,
  LISTED,
  LT,
  MATCHES,
  OPCODE,
  OPERANDS_AT_MOST,
  PRESENT,
  RUNS,
  SHARED,
  STARTS_WITH,
  TYPE,
} from './instruction.ts';
import { WordBuffer } from './word-buffer.ts';

const a = attr('subject', 'a');
const eq = (constant: Json): Condition => test('eq', a, value(constant));
const numbered = (length: number): readonly Json[] => Array.from({ length }, (_, at) => `n${at}`);

describe('what is written', () => {
  it.each<readonly [string, Condition, number]>([
    ['an equality', eq('x'), EQ],
    ['an equality with nothing', eq(null), EQ],
    ['a list of 32', test('in', a, value(numbered(32))), IN],
    ['whether it is known', test('known', a), KNOWN],
    ['whether it is present', test('present', a), PRESENT],
    ['whether it is true', test('isTrue', a), IS_TRUE],
    ['an order below', test('lt', a, value(3)), LT],
    ['an order at most', test('le', a, value(1.5)), LE],
    ['an order above', test('gt', a, value(-3)), GT],
    ['an order at least', test('ge', a, value(2 ** 31)), GE],
    ['the first type', test('isType', a, value('null')), TYPE],
    ['a start', test('startsWith', a, value('x')), STARTS_WITH],
    ['an end', test('endsWith', a, value('x')), ENDS_WITH],
    ['a part', test('contains', a, value('x')), CONTAINS],
    ['a network', test('cidr', a, value('10.0.0.0/8')), CIDR],
    ['a pattern that is no run', test('matches', a, value('x$')), MATCHES],
    ['an equality with nothing at all', test('eq', a), SHARED],
    ['a truth that is compared', test('isTrue', a, value(true)), SHARED],
    ['an equality of three', test('eq', a, value('x'), value('y')), SHARED],
    ['an equality with a dictionary', eq({ x: 1 }), SHARED],
    ['a list of 33', test('in', a, value(numbered(33))), LISTED],
    ['the longest list', test('in', a, value(numbered(LONGEST_LISTED))), LISTED],
    ['a longer list', test('in', a, value(numbered(LONGEST_LISTED + 1))), SHARED],
    ['a list with a list in it', test('in', a, value([['x']])), SHARED],
    ['a list that is none', test('in', a, value('x')), SHARED],
    ['a pattern of runs', test('matches', a, value('^a+$')), RUNS],
    ['an order of texts', test('lt', a, value('x')), SHARED],
    ['a type that there is not', test('isType', a, value('text')), SHARED],
    ['a network that is none', test('cidr', a, value('ten')), SHARED],
    ['a start that is no text', test('startsWith', a, value(1)), SHARED],
    ['whatever is truthy', test('truthy', a), SHARED],
    ['two attributes', test('eq', a, attr('subject', 'b')), SHARED],
    ['members', some(a, 'x', eq('x')), SHARED],
  ])('of %s is the instruction for it', (_, condition, opcode) => {
    const bench = new ConditionBench();
    const words = bench.encode(condition);
    expect((words[0] as number) & OPCODE).toBe(opcode);
    expect(words).toHaveLength(lengthOf(words[0] as number));
    expect(bench.differences(condition, [{}, { subject: { a: 'n1' } }, { subject: { a: 'x' } }])).toEqual([]);
  });

  it('of very many parts is a predicate, and leaves nothing of what was written before', () => {
    const bench = new ConditionBench();
    const parts = numbered(1_030).map(eq);
    const fitting = parts.slice(0, 1_023);
    expect(bench.encode(and(...fitting))).toHaveLength(2_047);
    const before = bench.used;
    const words = bench.encode(or(...parts));
    expect([words.length, (words[0] as number) & OPCODE]).toEqual([2, SHARED]);
    bench.encoder.release(words, 0, words.length);
    expect(bench.used).toEqual(before);
    expect(bench.differences(or(...parts), [{ subject: { a: 'n1029' } }, { subject: { a: 'n1030' } }])).toEqual([]);
  });

  it('of an operand whose number is too great is a predicate', () => {
    const bench = new ConditionBench();
    for (let at = 0; at < OPERANDS_AT_MOST; at++) bench.operands.use(attr('context', `c${at}`));
    const before = bench.operands.size;
    const words = bench.encode(eq('x'));
    expect((words[0] as number) & OPCODE).toBe(SHARED);
    bench.encoder.release(words, 0, words.length);
    expect(bench.operands.size).toBe(before);
  });

  it('is as costly as its costliest part', () => {
    const bench = new ConditionBench();
    const pattern = test('matches', a, value('^x'));
    const isCostly = (condition: Condition): boolean => (bench.encode(condition)[0] as number) < 0;
    const cheap = [eq('x'), and(eq('x'), eq('y')), not(eq('x')), test('truthy', a), eq({ x: 1 })];
    expect(cheap.map(isCostly)).toEqual(cheap.map(() => false));
    const costly = [pattern, and(eq('x'), pattern), sure(not(pattern)), or(pattern, eq('x')), some(a, 'x', eq('x'))];
    expect(costly.map(isCostly)).toEqual(costly.map(() => true));
  });
});

describe('what was written in part', () => {
  const WHOLE = and(
    eq('x'),
    test('in', a, value(['y', 'z'])),
    test('in', a, value(numbered(40))),
    test('lt', a, value(1.5)),
    not(test('matches', a, value('^a+$'))),
    test('cidr', a, value('10.0.0.0/8')),
    test('truthy', a),
    eq('last'),
  );

  it('is forgotten whole, wherever memory ran out', () => {
    for (let left = 0; ; left++) {
      const bench = new ConditionBench();
      let uses = 0;
      const { vocabulary } = bench;
      const use = vocabulary.use.bind(vocabulary);
      vi.spyOn(vocabulary, 'use').mockImplementation((one) => {
        uses += 1;
        if (uses > left) throw new Error('no memory');
        return use(one);
      });
      const buffer = new WordBuffer();
      try {
        bench.encoder.encode(WHOLE, buffer);
        // Everything that it mentions was there in time.
        expect(uses).toBe(left);
        return;
      } catch (error) {
        expect(error).toEqual(new Error('no memory'));
        bench.encoder.release(buffer.words, 0, buffer.length);
        expect([left, ...bench.used]).toEqual([left, 0, 0, 0]);
      }
    }
  });
});
