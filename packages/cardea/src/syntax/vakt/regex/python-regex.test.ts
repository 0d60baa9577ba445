import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPattern } from '../../../ast/pattern/compile.ts';
import { compilePythonRegex } from './index.ts';
import { nativePattern } from './native.ts';
import { compileProgram } from './program.ts';
import { RegexSyntaxError, RegexUnsupportedError } from './tree.ts';

// Every row was checked against `re.compile(pattern, flags).match(text)` of Python 3.11.
const MATCHES: readonly (readonly [
  pattern: string,
  flags: number,
  matched: readonly string[],
  others: readonly string[],
])[] = [
  ['a$', 0, ['a', 'a\n'], ['a\n\n', 'ab']],
  ['a\\Z', 0, ['a'], ['a\n']],
  ['(?m)a$', 0, ['a\nb', 'a'], ['ab']],
  ['.', 0, ['\r', '\u2028', '😀'], ['\n', '']],
  ['(?s).', 0, ['\n'], ['']],
  ['^..$', 0, ['😀é'], ['😀']],
  ['\\d', 0, ['1', '٣'], ['²']],
  ['\\d', 256, ['1'], ['٣']],
  ['\\w+$', 0, ['é_1', 'ª²'], ['\u0301']],
  ['\\s', 0, ['\x1c', '\x85', '\u3000'], ['\u200b']],
  ['(?i)k', 0, ['K', '\u212a'], ['x']],
  ['(?i)[a-z]$', 0, ['ſ', 'İ', 'ı'], ['é']],
  ['(?i)straße', 0, ['STRAßE', 'straẞe'], ['STRASSE']],
  ['(?i)σ', 0, ['ς', 'Σ'], ['s']],
  ['(?a:\\w)(?i:B)', 0, ['ab', 'aB'], ['éb']],
  ['\\bab\\b', 0, ['ab', 'ab c'], ['abé', 'ab1']],
  ['a{,2}b', 0, ['b', 'aab'], ['aaab']],
  ['a{', 0, ['a{'], ['a']],
  ['[]a]', 0, [']', 'a'], ['b']],
  ['[^\\W\\d_]+$', 0, ['aé'], ['a1', '_']],
  ['(?x) a # c', 0, ['a'], [' a']],
  ['(?P<n>a|b)(?P=n)', 0, ['aa', 'bb'], ['ab']],
  ['(?:(a|b)\\1)+$', 0, ['aabb'], ['abab', 'aab']],
  ['(?!admin).+', 0, ['user', 'adm'], ['admin', 'administrator']],
  ['(?=.*b)a', 0, ['ab', 'aab'], ['aa']],
  ['.*(?<=a)b', 0, ['ab', 'xxab'], ['b', 'xb']],
  ['.*(?<!a)b$', 0, ['xb', 'b'], ['ab']],
  ['a++ab', 0, [], ['aab', 'aaab']],
  ['(?>a|ab)c', 0, ['ac'], ['abc']],
  ['(?:a|b)*c?$', 0, ['', 'abc'], ['ca']],
];

describe('a regular expression of Python', () => {
  it.each(MATCHES)('%s with flags %i matches what Python matches', (pattern, flags, matched, others) => {
    const regex = compilePythonRegex(pattern, flags);
    expect(matched.filter((text) => !regex.test(text))).toEqual([]);
    expect(others.filter(regex.test)).toEqual([]);
  });

  it.each([
    '(',
    ')',
    '[',
    '*a',
    'a**',
    'a{2,1}',
    '\\',
    '\\q',
    '[z-a]',
    '(?y)',
    'a(?i)b',
    '(?P<n>a)(?P<n>b)',
    '(a\\1)',
    '\\2',
    '(?<=a*)b',
    '(?P=x)',
    '^*',
  ])('%s is refused as Python refuses it', (pattern) => {
    expect(() => compilePythonRegex(pattern)).toThrow(RegexSyntaxError);
  });

  it.each(['(\\w+)\\1', '(a)?(?(1)b|c)', '\\N{DIGIT ONE}', '(?>a*b*)a', '(?:a{1000}){1000}'])(
    '%s is refused because no linear-time engine runs it',
    (pattern) => {
      expect(() => compilePythonRegex(pattern)).toThrow(RegexUnsupportedError);
    },
  );

  it.each(['(a+)+$', '^(a|a)*$', '(?:a?){20}a{20}', '(?:.*=.*)+;', '(?=(a+)+b)a'])(
    '%s needs steps in proportion to its length',
    (pattern) => {
      const { steps, looks } = compileProgram(compilePythonRegex(pattern).node);
      const size = looks.reduce((sum, { program }) => sum + program.length, steps.length);
      expect(size).toBeLessThan(8 * 20 * pattern.length);
    },
  );

  it('law: native-pattern-agrees', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\d',
      '\\w',
      '\\s',
      '[a-c]',
      '[^b]',
      '[\\w-]',
      '(?i:K)',
      'é',
      '\\.',
      '-',
      '$',
    );
    const quantified = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,2}', '{,2}'))
      .map(([part, quantifier]) => (part === '$' ? part : part + quantifier));
    const sequence = fc.array(quantified, { maxLength: 4 }).map((parts) => parts.join(''));
    const pattern = fc.oneof(
      sequence,
      fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|${b})${b}`),
      fc.tuple(sequence, sequence).map(([a, b]) => `${a}|${b}`),
    );
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'k', 'K', '\u212a', '1', '٣', 'é', '\n', ' ', '-', '.', '😀'), {
        maxLength: 5,
      })
      .map((chars) => chars.join(''));
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        const regex = compilePythonRegex(source);
        const native = nativePattern(regex.node);
        expect(native === undefined ? regex.test(given) : matchPattern(native, given), `${source} is ${native}`).toBe(
          regex.test(given),
        );
      }),
    );
  });

  it('law: what may begin a match is never denied', () => {
    const regexes = MATCHES.map(([pattern, flags, matched]) => ({
      regex: compilePythonRegex(pattern, flags),
      matched,
    }));
    for (const { regex, matched } of regexes)
      for (const text of matched) expect(text === '' || regex.mayBeginWith(text)).toBe(true);
  });
});
