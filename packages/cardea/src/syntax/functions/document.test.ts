import { describe, expect, test } from 'vitest';
import type { Json } from '../../ast/json.ts';
import { markPrepared } from '../../model/prepared.ts';
import { documentFunctions, documentOf } from './document.ts';

// What Python gives for json.dumps(value).replace('"', '').replace(': ', ':').lower()
describe('the document of a value', () => {
  test.each<[string, Json, string]>([
    ['names and values in lower case', { kamId: 93, Name: 'Test customer' }, '{kamid:93, name:test customer}'],
    ['constants', [null, true, false], '[null, true, false]'],
    ['nothing', { list: [], object: {} }, '{list:[], object:{}}'],
    ['nested parts', { a: { b: ['X', { c: 1 }] } }, '{a:{b:[x, {c:1}]}}'],
    ['a space after a colon in a text', { site: 'k: v', ' a': ': ' }, '{site:k:v,  a::}'],
    ['quotes and backslashes', { a: 'he said "no"', b: 'back\\slash' }, '{a:he said \\no\\, b:back\\\\slash}'],
    ['what is not printable ASCII', 'Zoë 日 😀 \n\u0001\u007f', 'zo\\u00eb \\u65e5 \\ud83d\\ude00 \\n\\u0001\\u007f'],
    ['whole numbers', [0, -0, -7, 1e15, 1e20], '[0, 0, -7, 1000000000000000, 100000000000000000000]'],
    ['fractions', [41.43, 0.1, 1e-4, 1.5e-5, 1e-7, 123456.789], '[41.43, 0.1, 0.0001, 1.5e-05, 1e-07, 123456.789]'],
  ])('has %s', (_, value, document) => {
    expect(documentOf(value)).toBe(document);
  });

  test('is made once for a value that nobody can change', () => {
    let reads = 0;
    const read = {
      get a(): number {
        reads += 1;
        return 1;
      },
    };
    expect([documentOf(read), documentOf(read), reads]).toEqual(['{a:1}', '{a:1}', 2]);
    markPrepared(read);
    expect([documentOf(read), documentOf(read), reads]).toEqual(['{a:1}', '{a:1}', 3]);
  });
});

describe('a text of a document with attributes in it', () => {
  const joined = documentFunctions.find(({ name }) => name === 'documentText');
  test.each<[string, readonly Json[], string | undefined]>([
    ['joins them', ['CountryId:', '070'], 'countryid:070'],
    ['has no space after a colon', ['a:', ' b'], 'a:b'],
    ['is unknown where one is empty', ['CountryId:', ''], undefined],
    ['is unknown where one is a list', ['CountryId:', ['070']], undefined],
    ['is unknown where one is null', ['CountryId:', null], undefined],
  ])('%s', (_, parts, text) => {
    expect(joined?.call(parts)).toBe(text);
  });
});
