import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN, patternError } from './pattern.ts';
import { LINEAR_ONLY, REMEMBERING } from './pattern-functions.ts';

const part = fc.constantFrom(
  '/',
  '/a',
  '/b',
  '/:x',
  ':x',
  '/{x}',
  '/{y}',
  '{x}',
  '*',
  '/*',
  '?',
  '|',
  '^',
  '.',
  '(',
  ')',
  '[c-d]',
  'a',
  '//',
  '..',
  '!',
  '\\',
  '+',
  '{2}',
  '(a+)+',
  '$',
  '}',
  '(?=a)',
);
const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
const text = fc
  .array(fc.constantFrom('/', '/a', '/b', '/c', 'a', 'aa', '?q', '..', '//', '}', '😀'), { maxLength: 5 })
  .map((parts) => parts.join(''));

type Match = (text: string, pattern: string, name: string) => unknown;

// casbin never ends on these.
const isEndless = (name: string, source: string): boolean =>
  /^key(Match[2-5]|Get2)$/.test(name) &&
  String(patternError(name === 'keyGet2' ? 'keyMatch2' : name, source)).includes('without a name');

function outcome(call: Match, asked: string, source: string): unknown {
  try {
    return call(asked, source, 'x');
  } catch (error) {
    return String(error);
  }
}

describe.each(Object.keys(REMEMBERING))('%s', (name) => {
  const casbin = BUILTIN.get(name) as Match;
  const ours = REMEMBERING[name] as Match;
  const linear = LINEAR_ONLY[name] as Match;

  it('remembered ≡ casbin, and linear or refused', () => {
    fc.assert(
      fc.property(text, pattern, (asked, source) => {
        fc.pre(!isEndless(name, source));
        const expected = outcome(casbin, asked, source);
        expect(outcome(ours, asked, source)).toBe(expected);
        expect([expected, `Error: pattern \`${source}\` needs an engine that backtracks`]).toContain(
          outcome(linear, asked, source),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

const LETTERS = `/${'a'.repeat(50_000)}!`;
const PARTS = `/${'a/'.repeat(5000)}!`;

describe.each([
  ['regexMatch', '(a+)+$', LETTERS],
  ['keyMatch2', '/(a+)+/:id', LETTERS],
  ['keyGet2', '/*/*/*/*/*/:id/b', PARTS],
  ['keyMatch3', '/*/*/*/*/*/{id}/b', PARTS],
  ['keyMatch4', '/(?:a+)+/{id}', LETTERS],
  ['keyMatch5', '/(a|aa)+/{id}', LETTERS],
])('%s of `%s`', (name, source, asked) => {
  it.each([REMEMBERING, LINEAR_ONLY])('takes no longer than the length of the text allows', (functions) => {
    // Backtracking would not end.
    expect(functions[name]?.(asked, source, 'id')).toBe(name === 'keyGet2' ? '' : false);
  });
});

it.each([
  ['regexMatch', '(a)\\1'],
  ['keyMatch2', '/a(?!b)/:id'],
  ['keyMatch4', '/*/*/{a}/{a}'],
  ['globMatch', '*a*b'],
  ['globMatch', '+(a|aa)'],
  ['globMatch', '**/a/**'],
])('`%s` refuses `%s` where backtracking is refused', (name, source) => {
  expect(() => REMEMBERING[name]?.('/a', source)).not.toThrow();
  expect(() => LINEAR_ONLY[name]?.('/a', source)).toThrow('needs an engine that backtracks');
});

it('refuses a pattern that casbin never ends on', () => {
  expect(() => REMEMBERING['keyMatch2']?.('/a', '/a/:')).toThrow('without a name');
});
