import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, patternSource } from '../../../test/patterns.ts';
import { evaluateCondition } from '../../decide/reference.ts';
import { textFunctions } from '../../syntax/functions/text.ts';
import { and, attr, test as tested, value } from '../build.ts';
import type { Condition } from '../condition.ts';
import type { Json } from '../json.ts';
import { printCondition } from '../print.ts';
import { notTruth, type Truth } from '../truth.ts';
import { patternCondition } from './shape.ts';

const WHAT = attr('subject', 'it');

describe('a pattern becomes operators where they say the same', () => {
  test.each([
    ['^max$', 'it == "max"'],
    ['^$', 'it == ""'],
    ['^m\\.x$', 'it == "m.x"'],
    ['^(read|write)$', 'it in ["read", "write"]'],
    ['^ab(c|d)$', 'it in ["abc", "abd"]'],
    ['^colou?r[12]$', 'it in ["color1", "color2", "colour1", "colour2"]'],
    ['^a{2,3}$', 'it in ["aa", "aaa"]'],
    ['^a$|^b$', 'it == "a" or it == "b"'],
    ['^books:', 'it is string and it startsWith "books:"'],
    ['^(a|b)/', 'it is string and (it startsWith "a/" or it startsWith "b/")'],
    ['(?s)^books:.*$', 'it is string and it startsWith "books:"'],
    ['^books:.*', 'it is string and it startsWith "books:"'],
    ['\\.pdf$', 'it is string and it endsWith ".pdf"'],
    ['(?s)^.*\\.pdf$', 'it is string and it endsWith ".pdf"'],
    ['.*\\.(jpg|png)$', 'it is string and (it endsWith ".jpg" or it endsWith ".png")'],
    ['admin', 'it is string and it contains "admin"'],
    ['.*admin.*', 'it is string and it contains "admin"'],
    ['^a$|b', 'it is string and (it == "a" or it contains "b")'],
    ['', 'it is string'],
    ['.*', 'it is string'],
    ['(?s)^.*$', 'it is string'],
    ['a|', 'it is string'],
    ['(?i)^Group$', 'it is string and lower(it) == "group"'],
    ['(?i)^(get|put)$', 'it is string and lower(it) in ["get", "put"]'],
    ['(?i)^hi$', 'it is string and lower(it) == "hi"'],
    ['(?i)hip', 'it is string and lower(it) contains "hip"'],
    ['(?i)^1:$', 'it == "1:"'],
  ])('%s is %s', (source, printed) => {
    expect(shown(patternCondition(WHAT, source))).toBe(printed);
  });

  test.each([
    ['^books:.*$', 'it is string and it startsWith "books:" and it matches "^books:.*$"'],
    ['^(a|b)+$', 'it is string and it matches "^(a|b)+$"'],
    ['^(a|b)/\\d+$', 'it is string and (it startsWith "a/" or it startsWith "b/") and it matches "^(a|b)/\\\\d+$"'],
    ['(?i)^hello', 'it is string and lower(it) startsWith "hello"'],
    ['(?i)^hi', 'it is string and lower(it) startsWith "hi" and it matches "(?i)^hi"'],
    ['(?i)^user', 'it is string and lower(it) startsWith "u" and it matches "(?i)^user"'],
    ['(?i)kelvin', 'it is string and it matches "(?i)kelvin"'],
    ['^.*\\.pdf$', 'it is string and it matches "^.*\\\\.pdf$"'],
    ['^[^a]$', 'it is string and it matches "^[^a]$"'],
    ['^[^\\d\\D]$', 'it is string and it matches "^[^\\\\d\\\\D]$"'],
    ['(?m)^a$', 'it is string and it matches "(?m)^a$"'],
    ['\\ba', 'it is string and it matches "\\\\ba"'],
  ])('%s keeps what they do not say: %s', (source, printed) => {
    expect(shown(patternCondition(WHAT, source))).toBe(printed);
  });

  test('but not where that is many', () => {
    expect(shown(patternCondition(WHAT, '^(0|1){7}$'))).toBe('it is string and it matches "^(0|1){7}$"');
    const many = Array.from({ length: 65 }, (_, at) => `x${at}y`).join('|');
    expect(shown(patternCondition(WHAT, many))).toBe(`it is string and it matches "${many}"`);
  });

  test('and what is no pattern is an error', () => {
    expect(() => patternCondition(WHAT, '(')).toThrow(expect.objectContaining({ code: 'CARDEA_INVALID_PATTERN' }));
  });
});

const literals = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'K',
      's',
      'i',
      'S',
      ':',
      '😀',
      '(a|b)',
      '(?:ab|)',
      'c?',
      '[ai]',
      '.*',
      '.',
      '(?s:.*)',
      'i',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const shaped = fc
  .tuple(
    fc.constantFrom('', '(?i)', '(?s)', '(?is)'),
    fc.array(fc.tuple(fc.constantFrom('', '^', '^.*'), literals, fc.constantFrom('', '$', '.*$')), {
      minLength: 1,
      maxLength: 2,
    }),
  )
  .map(([flags, branches]) => flags + branches.map((branch) => branch.join('')).join('|'));
const shapedText = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'i',
      'I',
      'k',
      'K',
      's',
      'c',
      ':',
      '😀',
      '\n',
      '\u0130',
      '\u017f',
      '\u212a',
      '\ud83d',
    ),
    { maxLength: 6 },
  )
  .map((chars) => chars.join(''));

describe('shape-keeps-meaning', () => {
  test.each([
    ['of shapes', shaped, shapedText],
    ['of all patterns', patternSource, anyText],
  ])('the condition %s is `is string and matches`, over strings, other values and nothing', (_, source, text) => {
    const given = fc.oneof(
      { arbitrary: text, weight: 6 },
      fc.constantFrom<Json>(null, true, 0, 1, [], ['a'], {}),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(source, given, (source, given) => {
        const plain = and(tested('isType', WHAT, value('string')), tested('matches', WHAT, value(source)));
        expect(truthOf(patternCondition(WHAT, source), given)).toBe(truthOf(plain, given));
      }),
    );
  });

  test.each([
    [1, 'false'],
    [null, 'false'],
    [['max'], 'false'],
    [undefined, 'unknown'],
  ] as const)('of %j, every pattern and its negation are definite: %s', (given, truth) => {
    for (const source of ['^max$', '^max', 'max$', 'max', '', '(?i)^hot$', '(?i)max', '^max.+$', '^(a|b)$', '^a$|b']) {
      const condition = patternCondition(WHAT, source);
      expect(truthOf(condition, given)).toBe(truth);
      expect(truthOf({ kind: 'not', of: condition }, given)).toBe(notTruth(truth));
    }
  });

  test('only two characters outside ASCII have a lower case with ASCII in it', () => {
    const found: string[] = [];
    for (let point = 0x80; point <= 0x10ffff; point++) {
      const lower = String.fromCodePoint(point).toLowerCase();
      // oxlint-disable-next-line no-control-regex
      if (/[\0-\x7f]/.test(lower)) found.push(`${point.toString(16)} ${lower}`);
    }
    expect(found).toEqual(['130 i\u0307', '212a k']);
  });
});

function truthOf(condition: Condition, given: Json | undefined): Truth {
  const functions = new Map(textFunctions.map((definition) => [definition.name, definition]));
  const subject: { readonly [name: string]: Json } = given === undefined ? {} : { it: given };
  return evaluateCondition(condition, { inquiry: { subject, action: '', resource: '', context: {} }, functions });
}

function shown(condition: Condition): string {
  return printCondition(condition)
    .replaceAll('subject.it', 'it')
    .replaceAll('is "string"', 'is string')
    .replaceAll('","', '", "');
}
