import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scalar } from '../ast/json.ts';
import { linkUid, slotValues } from './link.ts';

test('links of one uid are one link, whatever their templates are called', () => {
  const pieceArb = fc.constantFrom('a', '"', '[', ']', ',', '\\', '1');
  const textArb = fc.string({ unit: pieceArb, maxLength: 6 });
  const valueArb: fc.Arbitrary<Scalar> = fc.oneof(textArb, fc.constantFrom(1, -0, 0, null, true));
  const linkArb = fc.tuple(textArb, fc.array(valueArb, { minLength: 1, maxLength: 2 }));
  fc.assert(
    fc.property(fc.array(linkArb, { minLength: 2, maxLength: 50 }), (links) => {
      const uids = new Set(links.map(([template, values]) => linkUid(template, values)));
      const different = new Set(links.map((link) => JSON.stringify(link)));
      expect(uids.size).toBe(different.size);
    }),
  );
});

test.each<[string, Readonly<Record<string, Scalar>>, readonly Scalar[] | undefined]>([
  ['in the order of the slots', { doc: 'd', user: null }, [null, 'd']],
  ['where one is missing', { user: 'max' }, undefined],
  ['where one is too many', { user: 'max', doc: 'd', ip: '::1' }, undefined],
  ['where one has another name', { user: 'max', toString: 'd' }, undefined],
])('the values of a link %s', (_, values, expected) => {
  expect(slotValues({ template: 't', values }, ['user', 'doc'])).toEqual(expected);
});
