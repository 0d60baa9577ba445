import fc from 'fast-check';
import { checkSync } from 'recheck';
import { describe, expect, test } from 'vitest';
import { searchByBacktracking } from '../../../test/backtracking.ts';
import { anyText, patternSource } from '../../../test/patterns.ts';
import { compilePattern } from './compile.ts';
import { isLinear } from './linear.ts';
import type { PatternNode } from './node.ts';
import { parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

/** Patterns that may run natively, each with a piece that makes a text to backtrack on, and the text's end. */
const PROVEN: readonly (readonly [source: string, piece: string, end: string])[] = [
  ['^library:books:(.+)$', 'library:books:', '\n'],
  ['^([a-zA-Z]+ M[a-z]+)$', 'a', '!'],
  ['^[a-z]+@[a-z]+\\.com$', 'a', '!'],
  ['^(?:ab)*$', 'ab', 'a'],
  ['^(?:ab?c?)*$', 'abc', '!'],
  ['^(?:a|b|cd)*e', 'abcd', 'c'],
  ['^(?:[a-z]+:)*$', 'abc:', 'a'],
  ['^(?:(?:a+b)+c)*$', 'aabab', '!'],
  ['^[\\w.-]+(?::\\d{1,5})?/$', 'a.b', '!'],
  ['^(?:\\d{1,3}\\.){3}\\d{1,3}$', '1.', '1'],
  ['^(?:a{2,4}b)*c', 'aaab', 'aaaaa'],
  ['^(?:a(?:b(?:c)?)?)*$', 'aba', '!'],
  ['^a*?b*?c$', 'a', 'b'],
  ['^(?:a\\b )*$', 'a ', 'a'],
  ['^foo|^bar[0-9]*$', 'bar0', '!'],
  ['[0-9]{3}-[0-9]{4}', '123-', '1'],
  ['a{0,5}b', 'a', '!'],
  ['(?:jpe?g|png|gif)$', 'jpe', 'g!'],
];

/** Patterns that backtrack without bound, or for which our argument does not hold. */
const UNPROVEN = [
  '(a+)+$',
  '^(a|a)*$',
  '^.*.*.*=.*$',
  '^(a*)*b',
  '^(?:a?)*b',
  '^(?:a?b?)*$',
  '^(?:|a|)b',
  '^(?:a??)?b',
  '^a*a',
  '^(?:ab|ac)*$',
  '^[a-z]*[0-9a]',
  '^(?:a{0,3}){2}b',
  '^(?:(?:a+)b?)*$',
  '^(?:a|b*)*c',
  '\\s+$',
  'a*b',
  '(?:^a|b)*c',
  '^(?i:é)+',
  '^\\p{L}+$',
  '^a{201}',
  '\\Ba',
];

describe('a pattern', () => {
  test.each(PROVEN)('%s is proven linear', (source) => {
    expect(isLinear(nodeOf(source))).toBe(true);
  });

  test.each(UNPROVEN)('%s is not proven linear', (source) => {
    expect(isLinear(nodeOf(source))).toBe(false);
  });
});

describe('a proven pattern', () => {
  test.each(PROVEN)(
    '%s takes a constant number of steps for each character, up to 100 kB of %j',
    (source, piece, end) => {
      const node = nodeOf(source);
      const perChar = [1_000, 10_000, 100_000].map((length) => {
        const text = piece.repeat(length / piece.length) + end;
        const bound = boundOf(node, text);
        const { steps, found } = searchByBacktracking(node, text, bound + 1);
        expect(steps).toBeLessThanOrEqual(bound);
        expect(found).toBe(compilePattern(source).test(text));
        return steps / text.length;
      });
      // A slope that does not rise is what linear means; the slack is for the ends of the texts.
      expect(Math.max(...perChar)).toBeLessThanOrEqual(Math.min(...perChar) * 1.5 + 1);
    },
  );

  test('linear-means-no-state-twice: an attempt visits an instruction at a place at most once', () => {
    const text = fc.tuple(anyText, fc.integer({ min: 1, max: 6 }), anyText).map(([a, times, b]) => a.repeat(times) + b);
    fc.assert(
      fc.property(patternSource, text, (source, text) => {
        const node = nodeOf(`^(?:${source.replace(/^\(\?[ims]+\)/, '')})`);
        fc.pre(isLinear(node));
        const bound = boundOf(node, text);
        const run = searchByBacktracking(node, text, bound + 1);
        expect(run.steps).toBeLessThanOrEqual(bound);
        expect(run.found).toBe(compilePattern(printPattern(node, 're2')).test(text));
      }),
    );
  });

  test('the bound is one that patterns without proof break', () => {
    const node = nodeOf('^(a*)*b');
    const text = 'a'.repeat(30);
    expect(searchByBacktracking(node, text, boundOf(node, text) + 1).steps).toBeGreaterThan(boundOf(node, text));
  });

  test.each(PROVEN)('%s is safe in the opinion of recheck', (source) => {
    const opinion = checkSync(printPattern(nodeOf(source), 'native'), 'u');
    expect([opinion.status, opinion.status === 'safe' && opinion.complexity.type]).toEqual([
      'safe',
      expect.stringMatching(/^(?:safe|linear)$/),
    ]);
  });
});

function nodeOf(source: string): PatternNode {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.node;
}

// An attempt executes each instruction at each place at most once; one that does not start the text reads
// as many characters as there are instructions, at most, and often none.
function boundOf(node: PatternNode, text: string): number {
  const { size } = searchByBacktracking(node, '', 1);
  const places = Array.from(text).length + 1;
  const anchored = printPattern(node, 'native').startsWith('^');
  // Attempts after the first: one step for each `^`.
  return anchored ? size * places * 2 : size * size * places;
}
