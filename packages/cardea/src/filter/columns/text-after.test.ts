import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCodePoints } from '../../ast/json.ts';
import { textAfter } from './text-after.ts';

const textArb = fc.string({
  unit: fc.constantFrom('a', 'b', '\uD7FF', '\uE000', '\uFFFF', '😀', '\u{10FFFF}'),
  maxLength: 4,
});

it('prefixes-are-ranges: a text starts with another one exactly where it is between that and the text after', () => {
  fc.assert(
    fc.property(textArb, textArb, fc.boolean(), (start, other, extends_) => {
      const text = extends_ ? start + other : other;
      const after = textAfter(start);
      const isBetween =
        compareCodePoints(text, start) >= 0 && (after === undefined || compareCodePoints(text, after) < 0);
      expect(isBetween).toBe(text.startsWith(start));
    }),
  );
});

it.each([
  ['ab', 'ac'],
  ['a\u{10FFFF}', 'b'],
  ['\uD7FF', '\uE000'],
  ['\u{10FFFF}', undefined],
  ['', undefined],
])('after %j comes %j', (start, after) => {
  expect(textAfter(start)).toBe(after);
});
