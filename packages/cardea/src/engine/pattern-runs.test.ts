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

  // Named in words: a name of signs is lost where tests are chosen by their names.
  test.each([
    ['a counted set, then another', '^[\\d]{3}[abc]*$', ['123', '123cab'], ['12', '123d', 'a123', '1234']],
    [
      'a literal, then anything',
      '^(?:library:books:(?:.+))$',
      ['library:books:1', 'library:books:é😀'],
      ['library:books:', 'library:books:\n'],
    ],
    ['a literal without an end', '^books:', ['books:', 'books:1'], ['book', ' books:', 'bookz:', 'xooks:']],
    ['two code points', '^.{2}$', ['ab', '😀a', '\ud83da', '\ud83d\ud83d'], ['😀', 'abc', '\ud83d']],
    ['a set up to what it has not', '^[^/]*/[a-z]{2,3}$', ['/ab', 'é/abc'], ['ab', '/a', '/abcd', '/a`', '/a{']],
    [
      'anything before a literal',
      '^.+:read$',
      ['a:read', ':read:read', '😀:read'],
      [':read', 'a:reads', 'a:rea', '\n:read'],
    ],
    [
      'a limited set before digits',
      '^a[^/]{2,3}\\d{2}$',
      ['axx12', 'a1234', 'a12345', 'a😀b12'],
      ['a123', 'a123456', 'a/x12', 'axx1'],
    ],
    ['nothing of one, one or none of another', '^a{0}b?$', ['', 'b'], ['a', 'bb']],
    ['nothing', '^', ['', 'a'], []],
    ['one to three of a letter', '^a{1,3}$', ['a', 'aa', 'aaa'], ['', 'aaaa']],
    ['as many as there are', '^a*b$', [`${'a'.repeat(1_000)}b`, 'b'], ['a', `${'a'.repeat(1_000)}c`]],
    ['literals around a set', '^ab\\dcd$', ['ab1cd'], ['abc1d', 'ab1c', 'ab1dc']],
    ['a literal of four, then a set', '^abcd\\d$', ['abcd1'], ['abcd', 'abcda']],
    ['a blank, and what is beyond ASCII', '^[ \\x{80}-\\x{10ffff}]$', [' ', 'é', '😀'], ['!', 'a', '']],
    ['halves of pairs', '^.{2}b$', ['a\ude00b', '\ud83dab', '😀ab'], ['😀b', 'ab']],
    ['as many as can be counted', '^~{200}', ['~'.repeat(201)], ['~'.repeat(199)]],
    ['as many as can be counted, or fewer', '^~{0,200}$', ['~'.repeat(200)], ['~'.repeat(201)]],
    [
      'a literal as long as can be counted',
      `^${'a'.repeat(200)}$`,
      ['a'.repeat(200)],
      ['a'.repeat(199), 'a'.repeat(201)],
    ],
    ['what is beyond ASCII, and not', '^[^\\x00-\\x7f]+a$', ['éa', '\x80a', '\uffffa'], ['a', '\x7fa', 'aa']],
    ['the last of ASCII', '^[\\x7e\\x7f]$', ['\x7e', '\x7f'], ['\x80', '}', '\x7e\x7e']],
    ['all but a letter', '^[^m]$', ['l', 'n', '\x7f', '\x80', '\0'], ['m', '']],
    ['a run that the next one bounds', '^a{2,}b+a?$', ['aab', 'aaabba'], ['ab', 'aa', 'aabaa']],
  ])('of %s match what the pattern matches', (_, source, found, missed) => {
    const matches = matcherOf(encodeRuns(source) as string);
    expect([found.every(matches), missed.some(matches)]).toEqual([true, false]);
    expect([...found, ...missed].map(matches)).toEqual([...found, ...missed].map(compilePattern(source).test));
    expect(sourceOfRuns(encodeRuns(source) as string)).toBe(source);
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
    ['a set ends with the first beyond ASCII', '^[a\\x{80}]$'],
    ['runs overlap beyond ASCII alone', '^[^\\x00-\\x7f]*[^\\x00-\\x7f]$'],
    ['letters without case reach beyond ASCII', '^(?i:k)$'],
    ['tables of Unicode are needed', '^\\p{Greek}$'],
    ['a place is in between', '^a\\b'],
    ['it counts far', '^a{201}$'],
    ['it counts far before there is no limit', '^a{201,}$'],
    ['it counts far at most', '^a{0,201}$'],
    ['its parts count far together', '^a{150}b{51}$'],
    ['its parts count far together without a limit', '^a{100,}b{101}$'],
    ['a set ends before the last code point', '^[a\\x{80}-\\x{ffff}]$'],
    ['a set begins after the first beyond ASCII', '^[a\\x{81}-\\x{10ffff}]$'],
    ['it has many sets', `^${'[a ][b~]'.repeat(20)}$`],
    ['its source is not of Latin-1', '^[a-\u{10ffff}]$'],
    ['nothing of its source is of Latin-1 but the ends', '^[\u{3a9}-\u{10ffff}a-\u{3a9}]$'],
  ])('are not made where %s', (_, source) => {
    expect([parsePattern(source).ok, encodeRuns(source)]).toEqual([true, undefined]);
  });

  it('are not made where it is no pattern', () => {
    expect(encodeRuns('^(')).toBeUndefined();
  });
});
