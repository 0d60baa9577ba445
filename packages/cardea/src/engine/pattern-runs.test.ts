import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { runsAtMost } from '../../../../test/runs.ts';
import { anyText, patternSource } from '../../test/patterns.ts';
import { compilePattern } from '../ast/pattern/compile.ts';
import { parsePattern } from '../ast/pattern/parse.ts';
import { Dictionary } from './dictionary.ts';
import { encodeRuns, matchesRuns, sourceOfRuns } from './pattern-runs.ts';

const SETS = ['a', 'b', ':', '\\d', '[ab]', '[^a]', '[a-z]', '.', '(?s:.)', '\\W', '[^\\d\\D]', '[ -~]', '(?i:a)'];
const COUNTS = ['', '', '*', '+', '?', '{0}', '{2}', '{0,2}', '{3,}', '{1,3}', '*?'];

const runsSource = fc
  .tuple(
    fc.array(
      fc.tuple(fc.constantFrom(...SETS), fc.constantFrom(...COUNTS)).map((pair) => pair.join('')),
      { maxLength: 5 },
    ),
    fc.constantFrom('', '$'),
  )
  .map(([runs, end]) => `^(?:${runs.join('')})${end}`)
  .filter((source) => parsePattern(source).ok);

const nearText = fc.string({ unit: fc.constantFrom('a', 'b', 'z', ':', '1', '\n', 'é', '😀', '\ud83d'), maxLength: 8 });

function matcherOf(encoded: string): (text: string) => boolean {
  const texts = new Dictionary();
  const id = texts.intern(encoded);
  return (text) => matchesRuns(texts.wordsOf(id), texts.start, text);
}

describe('runs', () => {
  it('runs-equal-pattern: what is encoded matches the texts of its pattern', () => {
    const runs = runsAtMost(2_000);
    let encodedSome = 0;
    fc.assert(
      fc.property(
        fc.oneof({ weight: 9, arbitrary: runsSource }, patternSource),
        fc.array(fc.oneof(nearText, anyText), { minLength: 1, maxLength: 12 }),
        (source, texts) => {
          const encoded = encodeRuns(source);
          if (encoded === undefined) return;
          encodedSome += 1;
          const matches = matcherOf(encoded);
          expect(texts.map(matches)).toEqual(texts.map(compilePattern(source).test));
          expect(sourceOfRuns(encoded)).toBe(source);
        },
      ),
      runs,
    );
    expect(encodedSome).toBeGreaterThan(runs.numRuns / 5);
  });

  test.each([
    ['^[\\d]{3}[abc]*$', ['123', '123cab'], ['12', '123d', 'a123', '1234']],
    ['^(?:library:books:(?:.+))$', ['library:books:1', 'library:books:é😀'], ['library:books:', 'library:books:\n']],
    ['^books:', ['books:', 'books:1'], ['book', ' books:']],
    ['^.{2}$', ['ab', '😀a', '\ud83da'], ['😀', 'abc']],
    ['^[^/]*/[a-z]{2,3}$', ['/ab', 'é/abc'], ['ab', '/a', '/abcd']],
    ['^.+:read$', ['a:read', ':read:read', '😀:read'], [':read', 'a:reads', 'a:rea', '\n:read']],
    ['^a[^/]{2,3}\\d{2}$', ['axx12', 'a1234', 'a12345', 'a😀b12'], ['a123', 'a123456', 'a/x12', 'axx1']],
    ['^a{0}b?$', ['', 'b'], ['a', 'bb']],
    ['^', ['', 'a'], []],
    ['^~{200}', ['~'.repeat(201)], ['~'.repeat(199)]],
  ])('%s matches %j and not %j', (source, found, missed) => {
    const matches = matcherOf(encodeRuns(source) as string);
    expect([found.every(matches), missed.some(matches)]).toEqual([true, false]);
  });

  test.each([
    ['it may start anywhere', 'abc'],
    ['a run may end in several places', '^.+:read'],
    ['what follows may have several lengths', '^.+:[ab]*$'],
    ['what follows may be longer than it looks', '^.+:[^a]$'],
    ['a run after an optional one may begin in several', '^a*b?a'],
    ['branches are no runs', '^(?:a|b+)$'],
    ['groups are no runs', '^(?:ab)*$'],
    ['a set has some code points beyond ASCII', '^[aé]$'],
    ['letters without case reach beyond ASCII', '^(?i:k)$'],
    ['tables of Unicode are needed', '^\\p{Greek}$'],
    ['a place is in between', '^a\\b'],
    ['it counts far', '^a{201}$'],
    ['it has many sets', `^${'[a ][b~]'.repeat(20)}$`],
    ['its source is not of Latin-1', '^(?P<名>a)$'],
    ['it is no pattern', '^('],
  ])('are not made where %s: %s', (_, source) => {
    expect(encodeRuns(source)).toBeUndefined();
  });
});
