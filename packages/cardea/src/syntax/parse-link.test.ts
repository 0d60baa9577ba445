import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { slotValueArb } from '../../test/arbitrary.ts';
import { formatIssue } from '../errors.ts';
import { parseLink } from './parse-link.ts';

function issuesOf(input: unknown): readonly string[] {
  const parsed = parseLink(input);
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

describe('parseLink', () => {
  it('copies and freezes a link, whatever its slots are called', () => {
    const given = JSON.parse('{"template":"t","values":{"__proto__":"x","a":-0,"b":null}}') as object;
    const parsed = parseLink(given);
    if (!parsed.ok) throw new Error('refused');
    expect(Object.entries(parsed.value.values)).toEqual([
      ['__proto__', 'x'],
      ['a', 0],
      ['b', null],
    ]);
    expect([parsed.value, parsed.value.values].every(Object.isFrozen)).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no dictionary', null, ['a link is a dictionary of template and values, not a null [CARDEA_INVALID_LINK]']],
    [
      'a class instance',
      new Date(0),
      ['a link is a dictionary of template and values, not a class instance [CARDEA_INVALID_LINK]'],
    ],
    [
      'everything wrong',
      { template: '', values: { a: undefined, b: Number.NaN, c: {} }, uid: 'x' },
      [
        'uid: unknown member `uid`; a link has template and values [CARDEA_INVALID_LINK]',
        'template: must be the uid of a template, not `` [CARDEA_INVALID_LINK]',
        'values.a: a slot is filled by a string, a number, a boolean or null, not by `undefined` [CARDEA_INVALID_LINK]',
        'values.b: a slot is filled by a string, a number, a boolean or null, not by `NaN` [CARDEA_INVALID_LINK]',
        'values.c: a slot is filled by a string, a number, a boolean or null, not by `{}` [CARDEA_INVALID_LINK]',
      ],
    ],
    [
      'a getter that throws',
      Object.defineProperty({ values: {} }, 'template', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      ['the link cannot be read: no [CARDEA_INVALID_LINK]'],
    ],
  ])('refuses %s', (_, input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });
});

test('no value makes parseLink throw, and what it accepts it accepts again', () => {
  const linkArb = fc.record({ template: fc.string(), values: fc.dictionary(fc.string(), slotValueArb) });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), linkArb), (input) => {
      const parsed = parseLink(input);
      if (parsed.ok) expect(parseLink(parsed.value)).toEqual(parsed);
    }),
  );
});
