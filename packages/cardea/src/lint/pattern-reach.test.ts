import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchPattern } from '../ast/pattern/compile.ts';
import { linePrefix, type PatternReach, patternReach } from './pattern-reach.ts';

it.each<readonly [string, PatternReach]>([
  ['a^b', 'none'],
  ['$x', 'none'],
  ['x(^a|^b)', 'none'],
  ['(a$)+b', 'none'],
  ['[^\\s\\S]', 'none'],
  ['^$', 'some'],
  ['(a|^)b', 'some'],
  ['a*^b', 'some'],
  ['(?m)a^b', 'some'],
  ['', 'every-text'],
  ['^', 'every-text'],
  ['$', 'every-text'],
  ['x*', 'every-text'],
  ['a|b?', 'every-text'],
  ['^.*$', 'every-line'],
  ['(?s)^.*$', 'every-line'],
  ['^.+$', 'some'],
])('`%s` matches %s', (source, reach) => {
  expect(patternReach(source)).toBe(reach);
});

it.each<readonly [string, string | undefined]>([
  ['^(?:books:.*)$', 'books:'],
  ['^b.*$', 'b'],
  ['^b.*', undefined],
  ['(?i)^b.*$', undefined],
  ['(?s)^b.*$', undefined],
  ['^[ab].*$', undefined],
])('the line prefix of `%s` is %s', (source, prefix) => {
  expect(linePrefix(source)).toBe(prefix);
});

const atomArb = fc.constantFrom('a', 'b', '^', '$', '.', '\\b', '[^\\s\\S]', '.*', 'a?');
const patternArb: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc.array(atomArb, { maxLength: 3 }).map((atoms) => atoms.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}${other}`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}')).map(([one, times]) => `(?:${one})${times}`),
  ),
})).pattern;

it('claims nothing about a pattern that a text contradicts', () => {
  fc.assert(
    fc.property(patternArb, fc.array(fc.constantFrom('a', 'b', '\n', ' '), { maxLength: 4 }), (source, chars) => {
      const text = chars.join('');
      const reach = patternReach(source);
      if (reach === 'none') expect(matchPattern(source, text)).toBe(false);
      if (reach === 'every-text' || (reach === 'every-line' && !text.includes('\n')))
        expect(matchPattern(source, text)).toBe(true);
    }),
  );
});
