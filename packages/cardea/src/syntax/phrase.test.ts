import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attr } from '../ast/build.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { functionTable } from './functions/table.ts';
import { rootPlace } from './issue-collector.ts';
import { lowerPhrase, splitPhrase, type Tags } from './phrase.ts';

function fits(phrase: string, subject: string, tags: Tags = ['<', '>']): boolean | string {
  const place = rootPlace();
  const condition = lowerPhrase(phrase, attr('subject'), tags, place);
  const [issue] = place.issues;
  if (issue !== undefined) return issue.code;
  return evaluateCondition(condition, { inquiry: { subject }, functions: functionTable() }) === 'true';
}

describe('a string element', () => {
  it.each<[string, string, boolean | string]>([
    ['books', 'books', true],
    ['books', 'Books', false],
    ['books', 'books\n', false],
    ['', '', true],
    ['.*', 'x', false],
    ['books:<\\d+>', 'books:42', true],
    ['books:<\\d+>', 'books:42\n', false],
    ['books:<\\d+>', 'my books:42', false],
    ['a.b<c>', 'axbc', false],
    ['<get|list>', 'list', true],
    ['<get|list>', 'lists', false],
    ['<>', '', true],
    ['<a<b>c>', 'a<b>c', true],
    ['a<b>c<d|e>f', 'abcef', true],
    ['<(?P<id>[a-z]+)>', 'abc', true],
    ['<(?i)abc>:x', 'ABC:x', true],
    ['<(?i)abc>:x', 'ABC:X', false],
    ['<.+>', '😀', true],
    ['a>b', 'a>b', 'CARDEA_INVALID_PATTERN'],
    ['a<b', 'a<b', 'CARDEA_INVALID_PATTERN'],
    ['<a)(b>', 'ab', 'CARDEA_INVALID_PATTERN'],
    ['<[a>', 'a', 'CARDEA_INVALID_PATTERN'],
    ['<(?=a)a>', 'a', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['<(a)\\1>', 'aa', 'CARDEA_UNSUPPORTED_PATTERN'],
  ])('%j and the value %j: %s', (phrase, subject, expected) => {
    expect(fits(phrase, subject)).toBe(expected);
  });

  it('takes the tags of its policy', () => {
    expect(fits('a{b|c}', 'ac', ['{', '}'])).toBe(true);
    expect(fits('a<b', 'a<b', ['{', '}'])).toBe(true);
  });

  it('without tags equals itself and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (phrase, other) => {
        fc.pre(!/[<>]/.test(phrase));
        expect(fits(phrase, phrase)).toBe(true);
        expect(fits(phrase, other)).toBe(phrase === other);
      }),
    );
  });

  it('keeps every character when it is split', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '<', '>') }), (phrase) => {
        const parts = splitPhrase(phrase, ['<', '>']);
        if (typeof parts !== 'string')
          expect(parts.map(({ kind, text }) => (kind === 'literal' ? text : `<${text}>`)).join('')).toBe(phrase);
      }),
    );
  });
});
