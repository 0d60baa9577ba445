import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patternSource } from '../../../test/patterns.ts';
import { MAX_PATTERN_DEPTH, MAX_PATTERN_LENGTH, parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

const INVALID = 'CARDEA_INVALID_PATTERN';
const UNSUPPORTED = 'CARDEA_UNSUPPORTED_PATTERN';

describe('a pattern', () => {
  test('has a tree without its groups', () => {
    const set = (...items: object[]) => ({ kind: 'set', items, negated: false, fold: false });
    expect(parsePattern('^(a|\\d)+?')).toEqual({
      ok: true,
      node: {
        kind: 'concat',
        of: [
          { kind: 'assertion', at: 'text-start' },
          {
            kind: 'repeat',
            of: {
              kind: 'alternation',
              of: [set({ kind: 'range', from: 0x61, to: 0x61 }), set({ kind: 'escape', name: 'd', negated: false })],
            },
            min: 1,
            max: Number.POSITIVE_INFINITY,
            lazy: true,
          },
        ],
      },
    });
  });

  test.each([
    ['(?i)ſa', '(?i:[\\x{17f}])[Aa]'],
    ['(?i)k[^s]', '[Kk\\x{212a}][\\x{0}-RT-rt-\\x{17e}\\x{180}-\\x{10ffff}]'],
    ['.', '[\\x{0}-\\x{9}\\x{b}-\\x{10ffff}]'],
    ['(?s).', '[\\x{0}-\\x{10ffff}]'],
    ['(?s:.(?-s:.))', '[\\x{0}-\\x{10ffff}][\\x{0}-\\x{9}\\x{b}-\\x{10ffff}]'],
    ['\\s', '[\\x{9}-\\x{a}\\x{c}-\\x{d}\\x{20}]'],
    ['[^\\d\\D]', '[^\\x{0}-\\x{10ffff}]'],
    ['(?m)^a$', '(?m:^)a(?m:$)'],
    ['(?m:^)^', '(?m:^)^'],
    ['(?:)', ''],
    ['(|a)', '|a'],
    ['a(?:b|c)', 'a(?:b|c)'],
    ['(?:ab){2,}', '(?:ab){2,}'],
    ['a{1,}b{0,}c{3}', 'a+b*c{3,3}'],
    ['(?P<a>x)(?<b>y)', 'xy'],
    ['\\x41\\x{1F600}\\u0041\\u{41}\\uD83D\\uDE00\\0', 'A\\x{1f600}AA\\x{1f600}\\x{0}'],
    ['\\t\\n\\v\\f\\r\\-\\_\\ \\/', '\\x{9}\\x{a}\\x{b}\\x{c}\\x{d}\\x{2d}\\x{5f}\\x{20}\\x{2f}'],
    ['[a\\-z][a-][-a][a-c-e][[]', '[\\x{2d}az][\\x{2d}a][\\x{2d}a][\\x{2d}a-ce]\\x{5b}'],
    ['\\pL\\P{Lu}\\p{Script=Greek}\\p{gc=Nd}[^\\p{Han}a]', '[\\p{L}][\\P{Lu}][\\p{Greek}][\\p{Nd}][^\\p{Han}a]'],
  ])('%s is read as %s', (source, printed) => {
    expect(printedOf(source)).toBe(printed);
  });

  test('pattern-round-trip: what is printed is read as what it was printed from', () => {
    fc.assert(
      fc.property(patternSource, (source) => {
        const printed = printedOf(source);
        expect(printedOf(printed)).toBe(printed);
      }),
    );
  });

  test('may nest as deep and be as long as the limits', () => {
    const deep = `${'('.repeat(MAX_PATTERN_DEPTH)}a${')'.repeat(MAX_PATTERN_DEPTH)}`;
    expect(printedOf(deep)).toBe('a');
    expect(parsePattern('a'.repeat(MAX_PATTERN_LENGTH)).ok).toBe(true);
  });
});

describe('a text that is no pattern', () => {
  test.each([
    ['a(?=b)', UNSUPPORTED, 2, 'a look-ahead needs backtracking, which is never run'],
    ['a(?!b)', UNSUPPORTED, 2, 'a look-ahead needs backtracking, which is never run'],
    ['(?<=b)a', UNSUPPORTED, 1, 'a look-behind needs backtracking, which is never run'],
    ['x(?<!b)a', UNSUPPORTED, 2, 'a look-behind needs backtracking, which is never run'],
    ['(a)\\1', UNSUPPORTED, 4, 'a back reference needs backtracking, which is never run'],
    ['(?<n>a)\\k<n>', UNSUPPORTED, 8, 'a back reference needs backtracking, which is never run'],
    ['(?P<n>a)(?P=n)', UNSUPPORTED, 9, 'a back reference needs backtracking, which is never run'],
    ['[\\1]', UNSUPPORTED, 2, 'a back reference needs backtracking, which is never run'],
    ['a++', INVALID, 3, 'possessive repetition is not supported'],
    ['a{2}+', INVALID, 5, 'possessive repetition is not supported'],
    ['(?>a)', INVALID, 1, 'atomic groups are not supported'],
    ['(?#a)', INVALID, 1, 'comments are not supported'],
    ['(a)(?(1)b)', INVALID, 4, 'conditions are not supported'],
    ['(?|a)', INVALID, 1, 'branch resets are not supported'],
    ['(?R)', INVALID, 1, 'unknown flag `R`; the flags are i, s and m'],
    ['(?&n)', INVALID, 1, 'unknown kind of group'],
    ['(?', INVALID, 1, 'unknown kind of group'],
    ['(?-:a)', INVALID, 1, 'unknown kind of group'],
    ['a(?i)b', INVALID, 2, 'flags stand once at the start of the pattern, or before a colon as in `(?i:…)`'],
    ['(?i)(?s)a', INVALID, 5, 'flags stand once at the start of the pattern, or before a colon as in `(?i:…)`'],
    ['(?x)a', INVALID, 1, 'unknown flag `x`; the flags are i, s and m'],
    ['a(?iu:b)', INVALID, 2, 'unknown flag `u`; the flags are i, s and m'],
    ['(?<1a>b)', INVALID, 1, 'the name of a group is not a name'],
    ['(?<a b>c)', INVALID, 1, 'the name of a group is not a name'],
    ['(?<a>b)(?P<a>c)', INVALID, 8, 'two groups are named `a`'],
    ['é(a', INVALID, 2, 'a group is not closed'],
    ['😀a)', INVALID, 3, '`)` closes no group'],
    ['*a', INVALID, 1, '`*` repeats nothing; the character is written `\\*`'],
    ['a|+', INVALID, 3, '`+` repeats nothing; the character is written `\\+`'],
    ['(?:?)', INVALID, 4, '`?` repeats nothing; the character is written `\\?`'],
    ['{2}', INVALID, 1, '`{` repeats nothing; the character is written `\\{`'],
    ['a}', INVALID, 2, '`}` closes nothing; the character is written `\\}`'],
    ['a]', INVALID, 2, '`]` closes nothing; the character is written `\\]`'],
    ['a{b}', INVALID, 2, '`{` starts no repetition such as `{2,5}`; the character is written `\\{`'],
    ['a{,3}', INVALID, 2, '`{` starts no repetition such as `{2,5}`; the character is written `\\{`'],
    ['a{2', INVALID, 2, '`{` starts no repetition such as `{2,5}`; the character is written `\\{`'],
    ['a{3,2}', INVALID, 2, 'the bounds of a repetition are in the wrong order'],
    ['a**', INVALID, 3, 'a repetition is repeated without a group'],
    ['a{2}{3}', INVALID, 5, 'a repetition is repeated without a group'],
    ['a*??', INVALID, 4, 'a repetition is repeated without a group'],
    ['^*', INVALID, 2, 'a place in the text cannot be repeated'],
    ['\\b+', INVALID, 3, 'a place in the text cannot be repeated'],
    ['a{1001}', INVALID, 2, 'a repetition, or the product of nested ones, is over 1000'],
    ['a{99999999999999999999}', INVALID, 2, 'a repetition, or the product of nested ones, is over 1000'],
    ['(a{100}){11}', INVALID, 9, 'a repetition, or the product of nested ones, is over 1000'],
    ['[ab]{900}'.repeat(12), INVALID, 1, 'repetitions written out make more than 10000 places'],
    ['a\\', INVALID, 2, 'nothing follows the backslash'],
    ['\\q', INVALID, 1, 'unknown escape `\\q`'],
    ['\\Z', INVALID, 1, 'unknown escape `\\Z`'],
    ['\\01', INVALID, 1, 'unknown escape `\\0`'],
    ['\\é', INVALID, 1, 'unknown escape `\\é`'],
    ['[\\b]', INVALID, 2, 'unknown escape `\\b`'],
    ['\\x4', INVALID, 1, '`\\x` is not followed by the number of a code point'],
    ['\\u{}', INVALID, 1, '`\\u` is not followed by the number of a code point'],
    ['\\x{110000}', INVALID, 1, '`\\x` is not followed by the number of a code point'],
    ['\\u{41', INVALID, 1, '`\\u` is not followed by the number of a code point'],
    ['\\uD83D', INVALID, 1, 'a lone surrogate is no character'],
    ['\\uDE00', INVALID, 1, 'a lone surrogate is no character'],
    ['\\uD83D\\u0041', INVALID, 1, 'a lone surrogate is no character'],
    ['\\u{D83D}', INVALID, 1, 'a lone surrogate is no character'],
    ['a\ud83d', INVALID, 2, 'a lone surrogate is no character'],
    ['\\p{Klingon}', INVALID, 1, 'unknown property of characters `Klingon`'],
    ['\\p{^L}', INVALID, 1, 'the name of a property is not closed'],
    ['\\p{L', INVALID, 1, 'the name of a property is not closed'],
    ['\\p', INVALID, 1, 'unknown property of characters'],
    ['\\p{}', INVALID, 1, 'unknown property of characters'],
    ['[a', INVALID, 1, 'a class is not closed'],
    ['[a-', INVALID, 1, 'a class is not closed'],
    ['[]', INVALID, 1, 'a class is empty; `]` in a class is written `\\]`'],
    ['[^]', INVALID, 1, 'a class is empty; `]` in a class is written `\\]`'],
    ['x[b-a]', INVALID, 3, 'the bounds of a range are in the wrong order'],
    ['[\\d-z]', INVALID, 2, 'a class is no bound of a range'],
    ['[a-\\d]', INVALID, 2, 'a class is no bound of a range'],
    ['[[:alpha:]]', INVALID, 2, 'classes such as `[:alpha:]` are not supported'],
    ['('.repeat(100_000), INVALID, 1, `a pattern is longer than ${MAX_PATTERN_LENGTH} characters`],
    ['(?:'.repeat(3_000), INVALID, 754, `groups nest deeper than ${MAX_PATTERN_DEPTH}`],
  ])('%j is refused with its reason and position', (source, code, position, reason) => {
    const parsed = parsePattern(source);
    expect(parsed).toMatchObject({ ok: false, problem: { code, position } });
    if (parsed.ok) return;
    expect(parsed.problem.message.startsWith(`${reason}, at position ${position} of \``)).toBe(true);
  });

  test('never-throws: any text is a pattern or has a problem in it', () => {
    const piece = fc.constantFrom(...'()[]{}?*+|^$\\.-,:<>=!iPpxuk01a'.split(''), '😀', '\ud800');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const source = pieces.join('');
        const parsed = parsePattern(source);
        if (parsed.ok) return;
        expect(parsed.problem.position).toBeLessThanOrEqual(Array.from(source).length + 1);
        expect(parsed.problem.position).toBeGreaterThan(0);
      }),
    );
  });
});

function printedOf(source: string): string {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return printPattern(parsed.node, 're2');
}
