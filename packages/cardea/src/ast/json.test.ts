import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonArb } from '../../test/arbitrary.ts';
import { canonicalJson, compareCodePoints, type Json, jsonEqual, jsonTypeOf } from './json.ts';

describe('equality of JSON values', () => {
  it.each<[Json, Json, boolean]>([
    [1, 1, true],
    [0, -0, true],
    [1, true, false],
    [1, '1', false],
    [null, false, false],
    ['é', 'e\u0301', false],
    [[1, [2]], [1, [2]], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [{ a: 1, b: { c: null } }, { b: { c: null }, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: null }, {}, false],
    [{ a: undefined as never }, {}, true],
    [{ constructor: 1 }, { toString: 1 }, false],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(jsonEqual(left, right)).toBe(expected);
    expect(jsonEqual(right, left)).toBe(expected);
    expect(canonicalJson(left) === canonicalJson(right)).toBe(expected);
  });

  it('is what a JSON text keeps', () => {
    fc.assert(
      fc.property(jsonArb, (value) => {
        expect(jsonEqual(JSON.parse(canonicalJson(value)) as Json, value)).toBe(true);
        expect(jsonTypeOf(JSON.parse(JSON.stringify(value)) as Json)).toBe(jsonTypeOf(value));
      }),
    );
  });
});

describe('the order of strings', () => {
  it('is that of their code points', () => {
    const character = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\uFFFD', '😀', 'a', '\uE000'),
    );
    const byCodePoint = (left: string, right: string): number => {
      const [a, b] = [Array.from(left), Array.from(right)];
      const at = a.findIndex((char, index) => char !== b[index]);
      if (at === -1 || at >= b.length) return Math.sign(a.length - b.length);
      return Math.sign((a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0));
    };
    fc.assert(
      fc.property(fc.array(character), fc.array(character), (left, right) => {
        const [a, b] = [left.join(''), right.join('')];
        expect(Math.sign(compareCodePoints(a, b))).toBe(byCodePoint(a, b));
      }),
    );
  });
});
