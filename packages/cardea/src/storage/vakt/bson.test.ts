import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { BsonError, type BsonValue, readBson } from './bson.ts';

const { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } = BSON;

const keyArb = fc.oneof(fc.nat(20).map(String), fc.string({ unit: 'grapheme' }), fc.constant('__proto__'));
const valueArb: fc.Arbitrary<BsonValue> = fc.letrec<{ value: BsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          keyArb.filter((key) => !key.includes('\0')),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((all) => new Map(all)),
  ),
})).value;

/** The same value for the writer of the driver. */
function forDriver(value: BsonValue): unknown {
  if (typeof value === 'bigint')
    return BigInt(Int32Array.of(Number(value))[0] ?? 0) === value ? new Int32(Number(value)) : Long.fromBigInt(value);
  if (typeof value === 'number') return new Double(value);
  if (value instanceof Map)
    return new Map(Array.from(value as ReadonlyMap<string, BsonValue>, ([key, member]) => [key, forDriver(member)]));
  return Array.isArray(value) ? (value as readonly BsonValue[]).map(forDriver) : value;
}

describe('reading BSON', () => {
  it('gives back what the driver wrote, in its order, with integers and doubles apart', () => {
    fc.assert(
      fc.property(valueArb, (value) => {
        const bytes = BSON.serialize(new Map([['value', forDriver(value)]]));
        expect(readBson(bytes)).toEqual({ members: new Map([['value', value]]), foreign: [] });
      }),
    );
  });

  it('refuses bytes that were cut or changed, or reads something else, and never fails otherwise', () => {
    const bytes = BSON.serialize({
      uid: 'u',
      subjects: [{ a: { 'py/object': 'vakt.rules.operator.Eq', val: 1.5 } }],
      n: Long.MAX_VALUE,
    });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cuts) => {
        const broken = cuts ? bytes.slice(0, at) : bytes.with(at, byte);
        try {
          expect(readBson(broken).members).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toBeInstanceOf(BsonError);
        }
      }),
    );
  });

  it.each([
    ['a date', new Date(0)],
    ['an ObjectId', new ObjectId()],
    ['bytes', new Binary(Uint8Array.of(1, 2, 3))],
    ['an expression', /a/i],
    ['a decimal', Decimal128.fromString('1.5')],
    ['a timestamp', new Timestamp(5n)],
    ['code', new BSON.Code('f()', { a: 1 })],
    ['code', new BSON.Code('f()')],
    ['a symbol', new BSON.BSONSymbol('s')],
    ['a minimum', new BSON.MinKey()],
    ['a maximum', new BSON.MaxKey()],
  ])('names %s, which no JSON has, and reads on behind it', (what, value) => {
    const { members, foreign } = readBson(BSON.serialize({ a: { b: value }, after: 'x' }));
    expect(foreign).toEqual([{ what, path: ['a', 'b'] }]);
    expect(members).toEqual(
      new Map<string, unknown>([
        ['a', new Map()],
        ['after', 'x'],
      ]),
    );
  });

  it('refuses what nests too deep', () => {
    let nested: object = {};
    for (let level = 0; level < 300; level++) nested = { nested };
    expect(() => readBson(BSON.serialize(nested))).toThrow('nests deeper than 200 levels');
  });
});
