import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrictJson } from './strict-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a body that is read strictly', () => {
  it('is what JSON.parse makes of it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        fc.pre(written.isWellFormed());
        if (isRounded(JSON.parse(written))) expect(() => readStrictJson(bytes(written), 100)).toThrow('2^53');
        else expect(readStrictJson(bytes(written), 100)).toEqual(JSON.parse(written));
      }),
    );
  });

  it('is refused when any of its objects has a name twice', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const dictionary = fc.dictionary(fc.string({ unit: 'grapheme' }), value, { minKeys: 1 });
    fc.assert(
      fc.property(dictionary, value, fc.nat(), (members, other, at) => {
        const entries = Object.entries(members).map(([name, member]) => [name, JSON.stringify(member)] as const);
        const repeated = entries[at % entries.length]?.[0] ?? '';
        const all = [...entries, [repeated, JSON.stringify(other)] as const];
        const body = `{"inner":[{${all.map(([name, member]) => `${JSON.stringify(name)} : ${member}`).join()}}]}`;
        expect(() => readStrictJson(bytes(body), 100)).toThrow('a member name twice');
      }),
    );
  });

  it('is refused when one of its whole numbers would be rounded, wherever it stands', () => {
    const large = fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n });
    fc.assert(
      fc.property(large, fc.boolean(), fc.json(), (number, isNegative, other) => {
        const written = JSON.stringify(JSON.parse(other));
        fc.pre(written.isWellFormed());
        const literal = `${isNegative ? '-' : ''}${number}`;
        expect(() => readStrictJson(bytes(`[${written},{"x":${literal}}]`), 100)).toThrow('2^53');
        expect(() => readStrictJson(bytes(`[${literal}]`), 100)).toThrow('2^53');
        expect(readStrictJson(bytes(`{"${literal}":"${literal}"}`), 100)).toEqual({ [literal]: literal });
        expect(readStrictJson(bytes(`[${literal}.5,1e300]`), 100)).toEqual([Number(`${literal}.5`), 1e300]);
      }),
    );
  });

  it('is read in one go, however many large numbers it has', () => {
    const body = bytes(`[${Array.from({ length: 100_000 }, () => '1e300').join()}]`);
    const start = performance.now();
    expect(readStrictJson(body, 2)).toHaveLength(100_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    ['an escaped name twice', '{"a":1,"\\u0061":2}', 'a member name twice'],
    ['`__proto__` twice', '{"__proto__":1,"__proto__":2}', 'a member name twice'],
    ['nothing', '', 'is empty'],
    ['no JSON', '{', 'is not JSON'],
    ['a byte order mark', '\uFEFF{}', 'is not JSON'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'half a surrogate pair'],
    ['half a surrogate pair in a name', '{"\\udc00":1}', 'half a surrogate pair'],
    ['a number beyond doubles', '[1e999]', 'too large'],
    ['a hundred thousand lists', '['.repeat(100_000) + ']'.repeat(100_000), 'nested too deeply'],
  ])('is refused when it is or has %s', (_, body, reason) => {
    expect(() => readStrictJson(bytes(body), 32)).toThrow(reason);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => readStrictJson(Uint8Array.of(0x22, 0xff, 0x22), 32)).toThrow('is not UTF-8');
  });

  it('may be as deep as is allowed', () => {
    expect(readStrictJson(bytes('[[1]]'), 2)).toEqual([[1]]);
    expect(() => readStrictJson(bytes('[[[1]]]'), 2)).toThrow('nested too deeply');
  });

  it('keeps a member of the name `__proto__` as a member', () => {
    expect(Object.keys(readStrictJson(bytes('{"__proto__":{"x":1}}'), 8) as object)).toEqual(['__proto__']);
  });
});

/** Whether `JSON.stringify` writes one of the numbers with all its digits, and a double does not tell it from others. */
function isRounded(value: unknown): boolean {
  if (typeof value === 'number') return /^-?\d+$/.test(String(value)) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isRounded);
}
