import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from './compile.ts';
import { splitLookAheads } from './look-aheads.ts';

describe('look-aheads at the start of a pattern', () => {
  test.each<[string, readonly (readonly string[])[]]>([
    ['a', [['a']]],
    ['a|b', [['a|b']]],
    ['(?=.*a)', [['a']]],
    ['(?=.*countryid:070)(?=.*globalaccountid:901)', [['countryid:070', 'globalaccountid:901']]],
    ['(?=.*a)(?=.*b)|c', [['a', 'b'], ['c']]],
    ['^(?=.*a)b', [['a', '^b']]],
    ['^(?=a)', [['^a']]],
    ['(?=.*a).*b', [['a', 'b']]],
    ['(?=.*a)^b', [['a', '^b']]],
    ['(?=.*(?:a|b))(?=.*\\([|)])', [['(?:a|b)', '\\([|)]']]],
  ])('%s are patterns that must all be found', (pattern, conjunctions) => {
    expect(splitLookAheads(pattern)).toEqual({ ok: true, value: conjunctions });
  });

  test.each([
    ['(?=a)', 'a look-ahead starts with `.*`'],
    ['(?=.*a)b', 'what follows a look-ahead starts with `.*`'],
    ['(?=.*a|.*b)', 'a choice in a look-ahead stands in a group'],
  ])('%s is refused', (pattern, reason) => {
    const split = splitLookAheads(pattern);
    expect(split.ok ? undefined : split.problem.message).toContain(reason);
  });

  // Native look-aheads are the oracle: texts are short, and nothing here backtracks much.
  test('split-keeps-meaning', () => {
    const wordArb = fc.constantFrom('a', 'b:1', '[ab]1', '(?:a|c)', '1$', '');
    const aheadArb = wordArb.map((word) => `(?=.*${word})`);
    const branchArb = fc
      .tuple(
        fc.constantFrom('', '^'),
        fc.array(aheadArb, { maxLength: 3 }),
        fc.constantFrom('', '.*', '.*b', 'a', '^c'),
      )
      .map(([start, aheads, rest]) => start + aheads.join('') + rest);
    const patternArb = fc.array(branchArb, { minLength: 1, maxLength: 2 }).map((branches) => branches.join('|'));
    const textArb = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ':', '1'), maxLength: 8 });
    fc.assert(
      fc.property(patternArb, textArb, (pattern, text) => {
        const split = splitLookAheads(pattern);
        if (!split.ok) return;
        const found = split.value.some((patterns) => patterns.every((one) => compilePattern(one).test(text)));
        expect(found).toBe(new RegExp(pattern).test(text));
      }),
    );
  });
});
