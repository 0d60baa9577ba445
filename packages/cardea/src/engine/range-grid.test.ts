import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf, cellsOf } from './range-grid.ts';

const numberArb = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.constantFrom(0, -0, Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, 0.1, 1e300),
);

describe('cellsOf', () => {
  it('range-is-in-its-cells: every number of a range has one of its cells', () => {
    fc.assert(
      fc.property(fc.tuple(numberArb, numberArb, numberArb), (numbers) => {
        const [low, middle, high] = numbers.toSorted((a, b) => a - b) as [number, number, number];
        const { level, cells } = cellsOf(low, high);
        expect(cells).toContain(cellOf(middle, level));
        expect(cells.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it.each([
    [0, 1, { level: 0, cells: ['0', '1'] }],
    [100, 160, { level: 6, cells: ['1', '2'] }],
    [-3, -1, { level: 2, cells: ['-1'] }],
    [0.25, 0.5, { level: -2, cells: ['1', '2'] }],
    [7, 7, { level: -16, cells: ['458752'] }],
    [-1e-300, 4, { level: 4, cells: ['-1', '0'] }],
  ])('covers %d to %d by few cells of a width that fits', (low, high, expected) => {
    expect(cellsOf(low, high)).toEqual(expected);
  });

  it('has no cell for a range that is empty', () => {
    expect(cellsOf(2, 1).cells).toEqual([]);
  });
});
