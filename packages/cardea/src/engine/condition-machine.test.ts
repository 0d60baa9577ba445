import { describe, expect, it, vi } from 'vitest';
import { ConditionBench } from '../../test/condition-bench.ts';
import { and, attr, call, FALSE, not, or, sure, test, TRUE, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import { evaluateCondition } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { LONGEST_LISTED } from './code-lists.ts';
import { TRUTHS } from './truth-code.ts';

const LEFT: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'a',
  'ab',
  'ba',
  'aba',
  'b',
  '1',
  '\uffff',
  '😀',
  '10.1.2.3',
  '11.1.2.3',
  '::1',
  [],
  ['a'],
  [1],
  {},
  { a: 1 },
];
const many = (length: number): readonly Json[] => Array.from({ length }, (_, at) => (at === 7 ? 'ab' : `m${at}`));
const RIGHT: readonly Json[] = [
  ...LEFT.filter((one) => one !== undefined),
  '^a+$',
  '^(?:a|b)',
  'b$',
  '(',
  '(?i:AB)',
  '10.0.0.0/8',
  '::/0',
  '10.0.0.0/99',
  'null',
  'boolean',
  'number',
  'string',
  'list',
  'object',
  ['a', 1],
  ['a', 'a'],
  [null, true],
  [['a'], 'b'],
  many(32),
  many(33),
  many(LONGEST_LISTED),
  many(LONGEST_LISTED + 1),
];
const BINARY: readonly Operator[] = [
  ...(['eq', 'lt', 'le', 'gt', 'ge', 'in', 'isType'] as const),
  ...(['startsWith', 'endsWith', 'contains', 'matches', 'cidr'] as const),
];
const UNARY: readonly Operator[] = ['truthy', 'isTrue', 'known', 'present'];

const left = attr('subject', 'left');
const right = attr('context', 'right');
const failing = {
  get left(): Json {
    throw new Error('no');
  },
};
const asked = (subjects: readonly Json[], context?: Json): readonly Inquiry[] =>
  subjects.map((subject) => ({ subject, ...(context === undefined ? {} : { context: context as object }) }) as Inquiry);
const SUBJECTS: readonly Json[] = [...LEFT.map((one) => (one === undefined ? {} : { left: one })), failing];

describe('a test', () => {
  it.each(BINARY)('of %s with a constant is what the reference says', (op) => {
    const bench = new ConditionBench();
    const inquiries = asked(SUBJECTS);
    const called = call('test.touchy', left);
    expect(
      RIGHT.flatMap((one) => [
        ...bench.differences(test(op, left, value(one)), inquiries),
        ...bench.differences(test(op, called, value(one)), inquiries),
      ]),
    ).toEqual([]);
  });

  it.each(BINARY)('of %s with an attribute is what the reference says', (op) => {
    const bench = new ConditionBench();
    const condition = test(op, left, right);
    expect(
      [undefined, ...RIGHT].flatMap((one) =>
        bench.differences(condition, asked(SUBJECTS, one === undefined ? {} : { right: one })),
      ),
    ).toEqual([]);
  });

  it.each(UNARY)('of %s is what the reference says', (op) => {
    const bench = new ConditionBench();
    const conditions = [test(op, left), test(op, call('test.touchy', left)), test(op, value('a'))];
    expect(conditions.flatMap((condition) => bench.differences(condition, asked(SUBJECTS)))).toEqual([]);
  });
});

describe('a junction', () => {
  const [a, none, bad] = [attr('subject', 'a'), attr('subject', 'none'), attr('resource', 'left')];
  const inquiry = { subject: { a: 'a' }, resource: failing } as unknown as Inquiry;
  const testsOf = (op: Operator, holds: Json, fails: Json): readonly Condition[] => [
    test(op, a, value(holds)),
    test(op, a, value(fails)),
    test(op, none, value(holds)),
    test(op, bad, value(holds)),
  ];
  // Cheap ones that are run in place, cheap ones that are not, and costly ones; each of every truth.
  const PARTS: readonly Condition[] = [
    ...testsOf('eq', 'a', 'b'),
    ...testsOf('isType', 'string', 'number'),
    ...testsOf('matches', '^a', '^b'),
  ];
  const OTHERS: readonly Condition[] = [
    TRUE,
    FALSE,
    and(),
    or(),
    ...testsOf('in', ['b', 'a'], ['b', 'c']),
    test('known', a),
    test('known', none),
    test('known', bad),
    ...testsOf('in', [...many(40), 'a'], many(40)),
    ...testsOf('cidr', '10.0.0.0/8', '::/0'),
    not(PARTS[0] as Condition),
    sure(PARTS[2] as Condition),
    or(PARTS[8] as Condition, PARTS[1] as Condition),
  ];

  it('of two is what the reference says, also negated and made sure', () => {
    const bench = new ConditionBench();
    const all = [...PARTS, ...OTHERS];
    const conditions = all.flatMap((one) => all.flatMap((other) => [and(one, other), or(one, other)]));
    expect(conditions.flatMap((condition) => bench.differences(condition, [inquiry]))).toEqual([]);
    const changed = PARTS.flatMap((one) => PARTS.flatMap((other) => [not(and(one, other)), sure(or(one, other))]));
    expect(changed.flatMap((condition) => bench.differences(condition, [inquiry]))).toEqual([]);
  });

  it('of three is what the reference says, also where they only stand one after the other', () => {
    const bench = new ConditionBench();
    const threes = PARTS.flatMap((one) => PARTS.flatMap((two) => PARTS.map((three) => [one, two, three] as const)));
    for (const parts of threes) {
      expect([...bench.differences(and(...parts), [inquiry]), ...bench.differences(or(...parts), [inquiry])]).toEqual(
        [],
      );
      const words = bench.encode(...parts);
      const truth = bench.machine.all(words, 0, words.length, bench.reading.begin(inquiry));
      expect(TRUTHS[truth]).toBe(evaluateCondition(and(...parts), { inquiry, functions: bench.functions }));
      bench.encoder.release(words, 0, words.length);
    }
    expect(bench.used).toEqual([0, 0, 0]);
  });

  it('asks for what is costly only where what is cheap leaves it open', () => {
    const bench = new ConditionBench();
    const asks = vi.spyOn(bench.tables.tests, 'holds');
    const costly = test('cidr', a, value('10.0.0.0/8'));
    const [holds, fails] = PARTS as readonly [Condition, Condition];
    const asksOf = (condition: Condition): number => {
      const words = bench.encode(condition);
      asks.mockClear();
      bench.machine.run(words, 0, bench.reading.begin(inquiry));
      return asks.mock.calls.length;
    };
    expect([and(costly, fails), or(costly, holds), not(and(not(costly), fails))].map(asksOf)).toEqual([0, 0, 0]);
    expect([and(costly, holds), or(costly, fails), and(costly, costly, fails, holds)].map(asksOf)).toEqual([1, 1, 0]);
  });
});
