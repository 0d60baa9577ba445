import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IntColumn } from './int-column.ts';

test('int-column-is-a-list: what was set last is there, and 0 where nothing was', () => {
  const index = fc.oneof(fc.nat(200), fc.nat(40_000));
  fc.assert(
    fc.property(fc.array(fc.tuple(index, fc.integer()), { maxLength: 30 }), (sets) => {
      const column = new IntColumn();
      const model: number[] = [];
      for (const [at, value] of sets) {
        column.set(at, value);
        model[at] = value;
      }
      const read = IntColumn.fromArrays(column.toArrays());
      expect([column.length, read.length]).toEqual([model.length, model.length]);
      const wrong = Array.from(
        model,
        (value: number | undefined, at) => column.get(at) !== (value ?? 0) || read.get(at) !== (value ?? 0),
      );
      expect(wrong.indexOf(true)).toBe(-1);
    }),
    { numRuns: 200 },
  );
});
