import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { inquiryArb, jsonArb } from '../../test/arbitrary.ts';
import { attr } from '../ast/build.ts';
import { CATEGORIES, type AttrOperand } from '../ast/condition.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import { attributes, readAttribute } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { Dictionary } from './dictionary.ts';
import { Failure } from './failure.ts';
import { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import { FAILED, MISSING_CODE, Vocabulary } from './vocabulary.ts';

const functions = new Map();

/** Two ways to attributes: as many that their dictionary is gone through, or one that is looked up. */
const names = ['type', 'id', 'name', 'properties', 'a', 'b', 'tags', '__proto__', 'toString', 'constructor'];
const all = CATEGORIES.flatMap((of) =>
  [[], ...names.map((name) => [name]), ['a', 'b'], ['properties', 'a']].map((path) => attr(of, ...path)),
);

const dictionaryArb = fc.dictionary(fc.constantFrom(...names), jsonArb, { maxKeys: 6, noNullPrototype: false });
const propertiesArb = fc.oneof(fc.constant(undefined), dictionaryArb, jsonArb);
const wholeArb: fc.Arbitrary<unknown> = fc.oneof(
  dictionaryArb,
  dictionaryArb.map((dictionary) => attributes(dictionary as JsonObject)),
  fc.record({ type: fc.constantFrom('user', 7), id: fc.constantFrom('1', '2') }, { noNullPrototype: true }),
  propertiesArb.map((properties) => ({ type: 'user', id: 'alice', properties })),
  propertiesArb.map((properties) => ({ name: 'read', properties })),
  dictionaryArb.map((dictionary) => Object.create(dictionary)),
  dictionaryArb.map((dictionary) => Object.assign(Object.create({ a: 'inherited', type: 'user' }), dictionary)),
  dictionaryArb.map((dictionary) => Object.defineProperty({ ...dictionary }, 'b', { value: 'hidden' })),
);
const wildArb = fc
  .dictionary(fc.constantFrom(...CATEGORIES), wholeArb, { noNullPrototype: true })
  .map((inquiry) => inquiry as Inquiry);

function readingOf(operands: Operands, texts: Dictionary = new Dictionary()): Reading {
  return new Reading(operands, new Vocabulary(texts));
}

afterEach(() => {
  delete (Object.prototype as unknown as Record<string, unknown>)['a'];
});

describe('Reading', () => {
  it('reading-equals-model: every attribute is read as the model reads it, in any order, inquiry after inquiry', () => {
    const wantedArb = fc.shuffledSubarray(all, { minLength: 1 });
    fc.assert(
      fc.property(
        wantedArb,
        fc.array(fc.oneof(wildArb, inquiryArb), { minLength: 1, maxLength: 3 }),
        (wanted, inquiries) => {
          const operands = new Operands(functions);
          const numbers = wanted.map((operand) => operands.use(operand) as number);
          const reading = readingOf(operands);
          for (const inquiry of inquiries) {
            reading.begin(inquiry);
            const read = numbers.map((number) => reading.value(number));
            expect(read).toEqual(wanted.map(({ of, path }) => readAttribute(inquiry, of, path)));
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([1, 2, 20])('does not take what every object inherits for an attribute, where %i are read', (count) => {
    const operands = new Operands(functions);
    const numbers = Array.from({ length: count }, (_, at) => operands.use(attr('context', at === 0 ? 'a' : `n${at}`)));
    const reading = readingOf(operands);
    const read = (context: JsonObject) =>
      numbers.map((number) => reading.begin({ context }).value(number as number))[0];
    (Object.prototype as unknown as Record<string, unknown>)['a'] = 'polluted';
    expect([read({}), read({ n1: 1 }), read({ a: 'own' })]).toEqual([undefined, undefined, 'own']);
  });

  it('an accessor that throws fails its own attribute only', () => {
    const operands = new Operands(functions);
    const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => operands.use(attr('subject', name))) as [
      number,
      number,
      number,
    ];
    const subject = {
      a: 1,
      c: 3,
      get b(): number {
        throw new Error('no');
      },
    };
    const reading = readingOf(operands).begin({ subject });
    expect([reading.code(b), reading.value(a), reading.value(c)]).toEqual([FAILED, 1, 3]);
    expect(reading.tryValue(b)).toBeInstanceOf(Failure);
    expect(() => reading.value(b)).toThrow('no');
    expect(reading.begin({ subject: { b: 2 } }).value(b)).toBe(2);
  });

  it('finds a wanted member behind many others', () => {
    const operands = new Operands(functions);
    const numbers = ['x', 'y'].map((name) => operands.use(attr('context', name)) as number);
    const context = Object.fromEntries([
      ...Array.from({ length: 1_000 }, (_, at) => [`m${at}`, at]),
      ['x', 1],
      ['y', 2],
    ]);
    const reading = readingOf(operands).begin({ context });
    expect(numbers.map((number) => reading.value(number))).toEqual([1, 2]);
  });

  it('nothing of an inquiry is left for the next one, nor after its end', () => {
    const operands = new Operands(functions);
    const numbers = all.map((operand) => operands.use(operand) as number);
    const reading = readingOf(operands);
    reading.begin({
      subject: { a: 1, type: 'x' },
      action: { name: 'read', properties: { a: 2 } },
      resource: { type: 'a', id: 'b' },
    });
    for (const number of numbers) reading.code(number);
    reading.begin({});
    expect(numbers.filter((number) => reading.code(number) !== MISSING_CODE)).toEqual([]);
    reading.begin({ subject: { a: 1 } });
    reading.end();
    expect(reading.value(operands.use(attr('subject', 'a')) as number)).toBe(undefined);
  });
});

describe('Vocabulary', () => {
  const scalarArb = fc.oneof(
    fc.constantFrom<Json>(
      0,
      -0,
      1,
      '1',
      '0',
      '-0',
      true,
      'true',
      null,
      'null',
      '',
      1e9,
      999_999_999,
      -1_000_000_000,
      1e21,
      5e-324,
    ),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ maxLength: 30 }),
  );

  it('code-is-equality: two scalars have one code exactly where they are equal', () => {
    fc.assert(
      fc.property(scalarArb, scalarArb, (left, right) => {
        const vocabulary = new Vocabulary(new Dictionary());
        const code = vocabulary.use(left);
        expect(vocabulary.codeOf(left)).toBe(code);
        expect(vocabulary.codeOf(right) === code).toBe(left === right);
        expect(vocabulary.scalar(code)).toBe(left === 0 ? 0 : left);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([[[]], [{}], [Number.NaN], [Number.NEGATIVE_INFINITY], [1n], [Symbol('s')], [() => 1]])(
    'nothing that a document can hold has the code of %s',
    (odd) => {
      const vocabulary = new Vocabulary(new Dictionary());
      for (const value of ['null', 'NaN', '1', '', 1, null]) vocabulary.use(value);
      expect(vocabulary.codeOf(odd as Json)).toBeLessThan(MISSING_CODE);
    },
  );
});

describe('Operands', () => {
  it('a number is kept while somebody uses its operand, and then given to the next one', () => {
    const operands = new Operands(functions);
    const [a, b]: readonly AttrOperand[] = [attr('subject', 'a'), attr('subject', 'b')];
    expect([operands.use(a as AttrOperand), operands.use(a as AttrOperand), operands.use(b as AttrOperand)]).toEqual([
      0, 0, 1,
    ]);
    operands.drop(0);
    expect(operands.find(a as AttrOperand)).toBe(0);
    operands.drop(0);
    expect([operands.find(a as AttrOperand), operands.size]).toEqual([undefined, 1]);
    expect(operands.use(attr('context', 'c'))).toBe(0);
    const reading = readingOf(operands).begin({ subject: { a: 1, b: 2 }, context: { c: 3, d: 4 } });
    expect([reading.value(0), reading.value(1)]).toEqual([3, 2]);
  });

  it('soak: ever-new attributes of policies that come and go leave nothing behind', () => {
    const operands = new Operands(functions);
    for (let at = 0; at < 10_000; at++) {
      const number = operands.use(attr('context', `a${at}`)) as number;
      const call = operands.use({
        kind: 'call',
        fn: 'f',
        args: [attr('context', `a${at}`), attr('subject', `b${at}`)],
      });
      operands.drop(call as number);
      operands.drop(number);
    }
    expect([operands.size, operands.limit, operands.membersOf(3).size]).toEqual([0, 3, 0]);
  });

  it('operands-round-trip: what a snapshot says makes the same operands, with the same uses', () => {
    const operands = new Operands(functions);
    const call = { kind: 'call', fn: 'f', args: [attr('subject', 'a'), { kind: 'value', value: [1] }] } as const;
    operands.drop(operands.use(attr('context', 'gone')) as number);
    for (const operand of [call, call, attr('subject', 'a'), attr('context')]) operands.use(operand);
    operands.drop(operands.use(attr('resource')) as number);
    const read = Operands.fromJson(JSON.parse(JSON.stringify(operands.toJson())) as Json, functions);
    expect([read.toJson(), read.find(call), read.limit]).toEqual([
      operands.toJson(),
      operands.find(call),
      operands.limit,
    ]);
    expect(
      readingOf(read)
        .begin({ subject: { a: 1 } })
        .value(read.find(attr('subject', 'a')) as number),
    ).toBe(1);
    for (const operand of [call, call, attr('subject', 'a'), attr('context')]) read.drop(read.find(operand) as number);
    expect(read.size).toBe(0);
  });

  it('has no number for what depends on an item, and does not keep what stands beside it', () => {
    const operands = new Operands(functions);
    const call = {
      kind: 'call',
      fn: 'f',
      args: [attr('subject', 'a'), { kind: 'item', name: 'x', path: [] }],
    } as const;
    expect([operands.use(call), operands.size]).toEqual([undefined, 0]);
  });

  it.each([
    ['no list', {}],
    ['a constant', [{ operand: { kind: 'value', value: 1 }, uses: 1 }]],
    ['no category', [{ operand: { kind: 'attr', of: 'other', path: [] }, uses: 1 }]],
    ['a path of numbers', [{ operand: { kind: 'attr', of: 'subject', path: [1] }, uses: 1 }]],
    [
      'an argument that there is not',
      [{ operand: { kind: 'call', fn: 'f', args: [{ kind: 'attr', of: 'subject', path: [] }] }, uses: 1 }],
    ],
    ['one operand twice', [1, 2].map(() => ({ operand: { kind: 'attr', of: 'subject', path: [] }, uses: 1 }))],
  ])('refuses %s in a snapshot', (_, json) => {
    expect(() => Operands.fromJson(json as Json, functions)).toThrow('the snapshot is refused');
  });
});
