import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../ast/json.ts';
import { DOCUMENT_LIMITS } from './document-limits.ts';
import { offsetOf } from './located.ts';
import { readJson } from './read-json.ts';
import { sourceText } from './source-text.ts';

function read(text: string): { readonly value: Json | undefined; readonly issues: readonly string[] } {
  const source = sourceText(text, undefined);
  const located = readJson(source, DOCUMENT_LIMITS);
  return {
    value: located?.value,
    issues: source.issues.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!/\\ud[89a-f]/.test(text));
        let exact = true;
        const wanted: unknown = JSON.parse(text, (_, member: unknown) => {
          exact &&= typeof member !== 'number' || Math.abs(member) <= Number.MAX_SAFE_INTEGER;
          return member === 0 ? 0 : member;
        });
        fc.pre(exact);
        expect(read(text)).toEqual({ value: wanted, issues: [] });
      }),
    );
  });

  test('refuses what JSON.parse refuses, and accepts nothing more', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '0',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\n',
      '/*',
      "'",
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 8 }), (fragments) => {
        const text = fragments.join('');
        const { issues } = read(text);
        const accepted =
          issues.filter((issue) => !/named twice|is no finite|too small|beyond/.test(issue)).length === 0;
        expect(accepted).toBe(parses(text));
      }),
    );
  });

  test.each([
    ['', '1:1 expected a value, the text ends'],
    ['[1,]', '1:4 expected a further member after the comma, found `]`'],
    ['{"a": 1,\n "a": 2}', '2:2 `a` is named twice'],
    ["{'a': 1}", "1:2 expected a name in double quotes, found `'a':`"],
    ['{"a" 1}', '1:6 expected `:`, found `1}`'],
    ['[1 2]', '1:4 expected `,` or `]`, found `2]`'],
    ['[01]', '1:3 expected `,` or `]`, found `1]`'],
    ['[NaN]', '1:2 expected a value, found `NaN]`'],
    ['1 2', '1:3 expected the end of the text, found `2`'],
    ['// no\n1', '1:1 expected a value, found `//`'],
    ['"abc', '1:1 a string is not closed'],
    ['"\\x"', '1:1 `"\\x"` is no JSON string: line breaks, tabs and unknown escapes must be escaped'],
    ['["\\ud800"]', '1:2 a string contains half of a surrogate pair'],
    ['[1e999]', '1:2 `1e999` is no finite number'],
    ['[1e-400]', '1:2 `1e-400` is too small and would be read as 0'],
    [
      '[\n9007199254740993]',
      '2:1 `9007199254740993` is beyond 2^53 - 1 and cannot be represented exactly; write it as a string',
    ],
    ['['.repeat(100_000), '1:65 nests deeper than 64 levels'],
    ['{"a":'.repeat(100_000), '1:321 nests deeper than 64 levels'],
  ])('%# says where and why a text is refused', (text, message) => {
    expect(read(text).issues).toEqual([message]);
  });

  test('goes on after a name that occurs twice and a number that cannot be held', () => {
    expect(read('{"a": 1e999, "a": 1, "b": 2e999}').issues).toHaveLength(3);
  });

  test('stops at the number of values that is allowed', () => {
    const source = sourceText('[1, 2, 3]', undefined);
    expect(readJson(source, { ...DOCUMENT_LIMITS, maxNodes: 3 })).toBeUndefined();
    expect(source.issues).toMatchObject([{ code: 'CARDEA_DOCUMENT_LIMIT', message: 'more than 3 values', path: [2] }]);
  });

  test('`__proto__` is a member like any other', () => {
    const { value } = read('{"__proto__": {"admin": true}, "constructor": 1}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('admin' in (value as object)).toBe(false);
  });

  test('knows where every part begins', () => {
    const source = sourceText('{"a": [1,\n  {"b": 2}]}', undefined);
    const root = readJson(source, DOCUMENT_LIMITS);
    if (root === undefined) throw new Error('unread');
    expect(source.positionOf(offsetOf(root, ['a', 1, 'b']))).toEqual({ line: 2, column: 4 });
    expect(source.positionOf(offsetOf(root, ['a', 1, 'missing', 'deeper']))).toEqual({ line: 2, column: 3 });
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
