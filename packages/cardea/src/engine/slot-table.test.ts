import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, touchy } from '../../test/arbitrary.ts';
import { attr, call } from '../ast/build.ts';
import type { Operand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Dictionary } from './dictionary.ts';
import { Failure } from './failure.ts';
import { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import { SINGLE } from './shape.ts';
import { EMPTY, MISSING, type Slot, slotName, STRUCTURE, tokensOf } from './slot.ts';
import { MISSING_ID, SlotTable } from './slot-table.ts';
import { TokenBuffer } from './token-buffer.ts';
import { Vocabulary } from './vocabulary.ts';

const functions = functionTable([touchy]);

const operandArb: fc.Arbitrary<Operand> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('subject' as const, 'action' as const, 'resource' as const, 'context' as const),
      fc.constantFrom([], ['a'], ['b'], ['tags'], ['ip'], ['a', 'b'], ['type'], ['properties']),
    )
    .map(([of, path]) => attr(of, ...path)),
  fc.constantFrom(call('lower', attr('subject', 'a')), call('test.touchy', attr('subject', 'b'))),
);
const slotArb: fc.Arbitrary<Slot> = operandArb.chain((of) =>
  fc.oneof(
    fc.constant<Slot>({ kind: 'value', of }),
    fc.constantFrom([], ['a']).map((path): Slot => ({ kind: 'member', of, path })),
    fc
      .tuple(fc.constantFrom('prefix' as const, 'suffix' as const), fc.constantFrom(1, 2, 3, 5, 32))
      .map(([kind, length]): Slot => ({ kind, of, length })),
    fc.constantFrom(8, 16, 24, 32).map((bits): Slot => ({ kind: 'network', of, family: 4, bits })),
    fc.constantFrom(16, 32, 48, 128).map((bits): Slot => ({ kind: 'network', of, family: 6, bits })),
    fc.constantFrom(-4, 0, 2, 6).map((level): Slot => ({ kind: 'range', of, level })),
  ),
);

const oddArb: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom<Json | undefined>(
    0,
    -0,
    1,
    -1,
    10,
    -123_456_789,
    999_999_999,
    1_000_000_000,
    -1_000_000_000,
    0.5,
    1e21,
  ),
  fc.constantFrom<Json | undefined>(Number.NaN, Number.POSITIVE_INFINITY, true, false, null, undefined, [], {}, ''),
  fc.constantFrom('10.1.2.3', '255.255.255.255', '::1', 'fe80::1%eth0', '::ffff:10.0.0.1', '2001:db8::a:b', '10.1.2'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.oneof(fc.constantFrom('a', 'b', 1, null), fc.record({ a: fc.nat(3) }, { noNullPrototype: true }))),
  fc.array(fc.nat(20), { minLength: 10, maxLength: 40 }),
  fc.double(),
  fc.integer(),
);
const oddInquiryArb: fc.Arbitrary<Inquiry> = fc
  .tuple(oddArb, oddArb, oddArb, oddArb)
  .map(([a, b, tags, action]) => ({ subject: { a, b, tags }, context: { ip: a, a: b, b: tags }, action }) as Inquiry);
const anyInquiryArb = fc.oneof(inquiryArb, oddInquiryArb, oddInquiryArb);

interface World {
  readonly table: SlotTable;
  readonly reading: Reading;
  readonly tokens: Dictionary;
  readonly operands: Operands;
}

function world(): World {
  const operands = new Operands(functions);
  const tokens = new Dictionary();
  const reading = new Reading(operands, new Vocabulary(tokens));
  return { operands, tokens, reading, table: new SlotTable(operands, tokens) };
}

function add({ table }: World, slot: Slot): number {
  const number = table.numberOf(slotName(slot), slot);
  table.retain(number);
  return number;
}

/** The tokens of a slot by the plain definition. */
function expectedTokens({ operands, reading }: World, slot: Slot): readonly string[] {
  const value = reading.tryValue(operands.find(slot.of) as number);
  return value instanceof Failure ? [MISSING] : tokensOf(slot, value);
}

function readTokens({ table, reading, tokens }: World, slots: readonly number[]): readonly (readonly string[])[] {
  const into = new TokenBuffer();
  table.read(reading, into);
  return slots.map((slot) =>
    Array.from(into.ids.subarray(into.startOf(slot), into.ends[slot]), (id) =>
      id === MISSING_ID ? MISSING : tokens.text(id),
    ),
  );
}

describe('SlotTable', () => {
  it('read-equals-tokens-of: the tokens of each slot are those of its definition', () => {
    fc.assert(
      fc.property(
        fc.array(slotArb, { minLength: 1, maxLength: 6 }),
        anyInquiryArb,
        anyInquiryArb,
        (slots, one, two) => {
          const made = world();
          const numbers = slots.map((slot) => add(made, slot));
          for (const inquiry of [one, two, one]) {
            made.reading.begin(inquiry);
            const expected = slots.map((slot) => expectedTokens(made, slot));
            // Tokens count where a key has them.
            expected.forEach((list, at) => {
              for (const token of list) made.table.use(numbers[at] as number, token, SINGLE);
            });
            expect(readTokens(made, numbers).map((list) => list.toSorted())).toEqual(
              expected.map((list) => list.toSorted()),
            );
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('reads no token that no key of the slot has', () => {
    const made = world();
    const [a, b] = [
      add(made, { kind: 'value', of: attr('subject', 'a') }),
      add(made, { kind: 'value', of: attr('subject', 'b') }),
    ];
    made.table.use(a, 'x', 1);
    made.table.use(b, 'y', 2);
    made.table.use(b, 'z', SINGLE);
    const read = (subject: Json) => {
      made.reading.begin({ subject });
      return readTokens(made, [a, b]);
    };
    expect(read({ a: 'y', b: 'x' })).toEqual([[], []]);
    expect(read({ a: 'x', b: 'z' })).toEqual([['x'], ['z']]);
    expect(read({ a: null, b: [] })).toEqual([[], []]);
  });

  it('skips a slot all of whose shapes lack a token of another slot, unless it has keys of its own', () => {
    const made = world();
    const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => add(made, { kind: 'value', of: attr('subject', name) }));
    for (const slot of [a, b] as number[]) made.table.use(slot, 'x', 1);
    made.table.use(c as number, 'x', 1 | SINGLE);
    made.reading.begin({ subject: { a: 'other', b: 'x', c: 'x' } });
    expect(readTokens(made, [a, b, c] as number[])).toEqual([[], [], ['x']]);
    made.reading.begin({ subject: { a: 'x', b: 'x', c: 'x' } });
    expect(readTokens(made, [a, b, c] as number[])).toEqual([['x'], ['x'], ['x']]);
  });

  it('forgets a slot that nobody uses: its number and that of its operand become another’s', () => {
    const made = world();
    const lower: Slot = { kind: 'value', of: call('lower', attr('subject', 'a')) };
    const first = add(made, lower);
    expect([add(made, lower), made.table.size, made.operands.size]).toEqual([first, 1, 2]);
    made.table.release(first);
    expect(made.table.size).toBe(1);
    made.table.release(first);
    expect([made.table.size, made.operands.size]).toEqual([0, 0]);
    const next = add(made, { kind: 'prefix', of: attr('context', 'b'), length: 2 });
    expect([next, made.table.nameOf(next)]).toEqual([first, 'context.1:b prefix 2']);
    made.table.use(next, 'xy', SINGLE);
    made.reading.begin({ subject: { a: 'xy' }, context: { b: 'xyz' } });
    expect(readTokens(made, [next])).toEqual([['xy']]);
  });

  it('slots-round-trip: what a snapshot says makes the same table, which goes on as one', () => {
    fc.assert(
      fc.property(fc.array(slotArb, { minLength: 2, maxLength: 6 }), anyInquiryArb, (slots, inquiry) => {
        const made = world();
        made.reading.begin(inquiry);
        const numbers = slots.map((slot) => add(made, slot));
        made.reading.begin(inquiry);
        for (const [at, slot] of slots.entries())
          for (const token of [...expectedTokens(made, slot), EMPTY, STRUCTURE])
            made.table.use(numbers[at] as number, token, SINGLE >> (at & 1));
        const gone = add(made, { kind: 'value', of: attr('context', 'gone') });
        made.table.release(gone);
        const json = JSON.parse(JSON.stringify([made.operands.toJson(), made.table.toJson()])) as [Json, Json];
        const operands = Operands.fromJson(json[0], functions);
        const table = SlotTable.fromJson(json[1], made.table.toArrays(), { operands, tokens: made.tokens });
        const reading = new Reading(operands, new Vocabulary(made.tokens)).begin(inquiry);
        const read = { ...made, operands, table, reading };
        expect(readTokens(read, numbers)).toEqual(readTokens(made, numbers));
        expect([table.size, operands.size, operands.limit]).toEqual([
          made.table.size,
          made.operands.size,
          made.operands.limit,
        ]);
        for (const number of numbers) table.release(number);
        expect([table.size, operands.size]).toEqual([0, 0]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no list', {}],
    ['no slot', [1]],
    ['a slot of no kind', [{ slot: { kind: 'other', of: { kind: 'attr', of: 'subject', path: [] } }, uses: 1 }]],
    [
      'an operand that there is not',
      [{ slot: { kind: 'value', of: { kind: 'attr', of: 'subject', path: [] } }, uses: 1 }],
    ],
    ['no count', [{ slot: { kind: 'value', of: { kind: 'attr', of: 'context', path: ['a'] } }, uses: -1 }]],
  ])('refuses %s in a snapshot', (_, json) => {
    const made = world();
    made.operands.use(attr('context', 'a'));
    expect(() => SlotTable.fromJson(json as Json, made.table.toArrays(), made)).toThrow('the snapshot is refused');
  });
});
