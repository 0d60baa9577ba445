import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { hasUniqueMembers } from './unique-members.ts';

const PARSE = (text: string): boolean => hasUniqueMembers(text, JSON.parse(text) as Json);

describe('member names', () => {
  it('are unique in whatever is written as JSON (law: written-once)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        expect(PARSE(JSON.stringify(value, null, indent))).toBe(true);
      }),
    );
  });

  it('are not where one stands twice in an object (law: doubled-is-seen)', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, first, second) => {
        const [key, one, other] = [name, first, second].map((part) => JSON.stringify(part));
        expect(PARSE(`{${key} :${one}, "rest":{}, ${key}:${other}}`)).toBe(false);
      }),
    );
  });

  it.each([
    ['{"a":1,"\\u0061":2}', false],
    ['{"a\\\\":1,"b":"\\":"}', true],
    ['{"a":{"a":{"a":1}}}', true],
    ['[{"a":1},{"a":1}]', true],
    ['["a",":"]', true],
    ['"a:b"', true],
    ['{"__proto__":1,"__proto__":2}', false],
    ['{"__proto__":{"a":1}}', true],
  ])('of %s: unique is %s', (text, unique) => {
    expect(PARSE(text)).toBe(unique);
  });
});
