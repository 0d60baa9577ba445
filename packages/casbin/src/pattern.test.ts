import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainPath } from './glob-prefix.ts';
import { BUILTIN, onlyText, patternError, patternFunction } from './pattern.ts';

const part = fc.constantFrom(
  '/',
  '/a',
  '/b',
  ':x',
  '{y}',
  '*',
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
);
const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
const text = fc
  .array(fc.constantFrom('/', '/a', '/b', '/c', 'a', 'aa', '?q', '..', '//'), { maxLength: 5 })
  .map((parts) => parts.join(''));
const NAMES = ['keyMatch', 'keyMatch2', 'keyMatch3', 'keyMatch4', 'keyMatch5', 'regexMatch', 'globMatch'];

describe.each(NAMES)('%s', (name) => {
  const casbin = BUILTIN.get(name) as (text: string, pattern: string) => boolean;

  it('fits only texts with the beginning of the pattern', () => {
    const { prefixOf, textOf = (asked: string) => asked, isByFolder = false } = patternFunction(name) ?? {};
    fc.assert(
      fc.property(text, pattern, (asked, source) => {
        fc.pre(patternError(name, source) === undefined && (name !== 'globMatch' || isPlainPath(asked)));
        if (!casbin(asked, source)) return;
        const prefix = prefixOf?.(source) ?? source;
        expect(textOf(asked)?.startsWith(prefix)).toBe(true);
        if (isByFolder) expect(['', '/', undefined]).toContain(prefix === '' ? '' : asked[prefix.length]);
      }),
      { numRuns: 3000 },
    );
  });

  it('throws for no pattern that has no error', () => {
    fc.assert(
      fc.property(text, pattern, (asked, source) => {
        fc.pre(patternError(name, source) === undefined);
        expect(() => casbin(asked, source)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

describe.each(['keyMatch', 'keyMatch2', 'keyMatch3', 'keyMatch4', 'regexMatch'])('%s', (name) => {
  const casbin = BUILTIN.get(name) as (text: string, pattern: string) => boolean;

  it('fits the only text of a pattern, and no other', () => {
    fc.assert(
      fc.property(
        text,
        fc.oneof(
          pattern,
          text,
          text.map((inner) => `^${inner}$`),
        ),
        (asked, source) => {
          const only = onlyText(name, source);
          fc.pre(only !== undefined);
          expect(casbin(only, source)).toBe(true);
          expect(casbin(asked, source)).toBe(asked === only);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('takes a slash that a regular expression may leave out for no beginning', () => {
  expect(patternFunction('regexMatch')?.prefixOf?.('^/*a')).toBe('');
  expect(patternFunction('keyMatch2')?.prefixOf?.('/*a')).toBe('/');
});
