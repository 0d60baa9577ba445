import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { NumberTable } from './number-table.ts';

const SHAPES = [
  ['as it comes', {}],
  ['two slots a segment', { segmentSlots: 2 }],
  ['one hash for all', { fold: () => 3 }],
] as const;

const number = fc.oneof(fc.double(), fc.integer(), fc.nat(9), fc.constantFrom(0, -0, Number.NaN));

test.each(SHAPES)('number-table-is-a-map: a Map tells numbers apart in the same way, %s', (_, options) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), number), { maxLength: 120 }), (commands) => {
      const table = new NumberTable(options);
      const model = new Map<number, number>();
      for (const [adds, value] of commands) {
        const known = model.get(value);
        if (known === undefined) model.set(value, table.intern(value));
        else if (adds) expect([table.intern(value), table.release(known)]).toEqual([known, false]);
        else if (model.delete(value)) expect(table.release(known)).toBe(true);
      }
      for (const [value, id] of model) expect([table.find(value), table.value(id)]).toEqual([id, value]);
      for (const [, value] of commands) expect(table.find(value)).toBe(model.get(value) ?? -1);
      expect(table.size).toBe(model.size);
    }),
    { numRuns: 300 },
  );
});

test('number-table-round-trip: a snapshot holds the same numbers', () => {
  fc.assert(
    fc.property(fc.uniqueArray(number), (numbers) => {
      const table = new NumberTable({ segmentSlots: 4 });
      const ids = numbers.map((value) => table.intern(value));
      const writer = new BinaryWriter();
      table.writeTo(writer);
      const read = NumberTable.readFrom(BinaryReader.open(writer.toBytes()), { segmentSlots: 4 });
      expect(numbers.map((value) => read.find(value))).toEqual(ids);
    }),
    { numRuns: 300 },
  );
});

test('an id that is not in use is refused', () => {
  const table = new NumberTable();
  expect(() => table.value(0)).toThrow('no entry has the id 0');
  expect(() => table.retain(0)).toThrow('no entry has the id 0');
});

test('a thousand numbers that come and go keep the bytes flat', () => {
  const table = new NumberTable();
  const turn = (): number => {
    const ids = Array.from({ length: 1000 }, (_, at) => table.intern(at / 7));
    for (const id of ids) table.release(id);
    return table.bytes;
  };
  const early = turn();
  for (let at = 0; at < 20; at++) expect(turn()).toBe(early);
});
