import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searched, toPattern } from './linear-pattern.ts';

const PARTS = [
  'a',
  'b',
  '/',
  '.',
  '\\s',
  '\\S',
  '\\d',
  '\\w',
  '\\W',
  '\\b',
  '^',
  '$',
  '(',
  ')',
  '(?:',
  '|',
  '*',
  '+',
  '?',
  '{2}',
  '{1,}',
  '{',
  '}',
  '[',
  ']',
  '[^',
  '-',
  'é',
  '\\.',
  '\\/',
  '\\x61',
  '\\u0062',
  '\\n',
  '*?',
  '(?<n>',
  '\\p',
  '\\1',
  '(?=',
  '\\-',
  ':',
  ',',
  '\\cA',
  '\\0',
  '\u2028',
  '😀',
] as const;
const source = fc.array(fc.constantFrom(...PARTS), { maxLength: 9 }).map((parts) => parts.join(''));
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'aa',
      '/',
      'é',
      ' ',
      '\n',
      '\r',
      '\u2028',
      '\v',
      '\ufeff',
      '1',
      '_',
      '{',
      '}',
      ']',
      '-',
      '.',
      '😀',
      '\ud83d',
      '\ue000',
      '\b',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

function expressionOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

describe('an expression of JavaScript', () => {
  it('searched ≡ native, whichever engine runs it', () => {
    let linear = 0;
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 5, maxLength: 10 }), (pattern, texts) => {
        const expression = expressionOf(pattern);
        fc.pre(expression !== undefined);
        const { test, engine } = searched(expression);
        if (engine === 'linear') linear += 1;
        for (const one of texts) expect([one, test(one)]).toEqual([one, expression.test(one)]);
      }),
      { numRuns: 3000 },
    );
    expect(linear).toBeGreaterThan(150);
  });

  it.each(['(a+)+$', '^(a|aa)+$', '(.*)*x', '^(\\w+\\s?)*$', '(x+x+)+y', '^([a-z]|.)*b{2}$', '/.*/.*/.*/.*/z'])(
    '`%s` takes no longer for a text of a hundred thousand letters than its length allows',
    (pattern) => {
      const { test, engine } = searched(new RegExp(pattern));
      expect(engine).toBe('linear');
      // Backtracking would take longer than the universe is old.
      expect(test(`${'a'.repeat(100_000)}!`)).toBe(new RegExp(pattern).test(`${'a'.repeat(10)}!`));
    },
  );

  it.each(['(a)\\1', '(?=a)b', '(?<!a)b', '(?<n>a)\\k<n>', '\\cA', 'a{1001}', '[^]', '\\p', '[\\S]', '\\ud83d', '😀'])(
    '`%s` is left to JavaScript',
    (pattern) => {
      expect(searched(new RegExp(pattern)).engine).toBe('backtracking');
    },
  );

  it('keeps what stands alone as it is', () => {
    expect(toPattern('^a.{2}}')).toBe('^a[^\n\r\u2028\u2029]{2}\\}');
    expect(toPattern('(a)\\1')).toBeUndefined();
  });
});
