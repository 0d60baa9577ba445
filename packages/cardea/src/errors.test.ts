import { describe, expect, test } from 'vitest';
import { formatIssue, formatPath, quote } from './errors.ts';

describe('formatPath', () => {
  test.each<[(string | number)[], string]>([
    [[], ''],
    [['subjects', 0, 'name'], 'subjects[0].name'],
    [[0, '$eq'], '[0].$eq'],
    [['a b', 'c.d'], '[`a b`][`c.d`]'],
    [['a\nb'], '[`a\\u{a}b`]'],
    [['x'.repeat(100_000)], `[\`${'x'.repeat(79)}…\`]`],
  ])('%#', (path, text) => {
    expect(formatPath(path)).toBe(text);
  });
});

test('an issue is one line that names file, position, path, message and code', () => {
  const issue = { code: 'CARDEA_INVALID_RULE', message: 'unknown rule `$eqq`', path: ['subjects', 0] } as const;
  expect(formatIssue(issue)).toBe('subjects[0]: unknown rule `$eqq` [CARDEA_INVALID_RULE]');
  expect(formatIssue({ ...issue, file: 'a\nb.yaml', line: 3, column: 5 })).toBe(
    'a\\u{a}b.yaml:3:5: subjects[0]: unknown rule `$eqq` [CARDEA_INVALID_RULE]',
  );
  expect(formatIssue({ ...issue, path: [], line: 3 })).toBe('3:1: unknown rule `$eqq` [CARDEA_INVALID_RULE]');
});

test.each<[unknown, string]>([
  ['a`b', "`a'b`"],
  [{ a: 1 }, '`{"a":1}`'],
  [1n, '`1`'],
  [undefined, '`undefined`'],
  [Object.assign(Object.create(null), { big: 1n }), '`no JSON text`'],
  ['\ud800', '`\\u{d800}`'],
  ['a'.repeat(78) + '😀😀', `\`${'a'.repeat(78)}…\``],
  ['\u202Eevil\u001b[2K', '`\\u{202e}evil\\u{1b}[2K`'],
])('%# is quoted so that it cannot be taken for something else', (input, text) => {
  expect(quote(input)).toBe(text);
});
