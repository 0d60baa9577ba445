import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonArb } from '../../test/arbitrary.ts';
import { digest } from './digest.ts';
import { jsonEqual } from './json.ts';

describe('the digest of a value', () => {
  // SHA-256 of the canonical text, as any other implementation gives it; the last one takes three blocks, those before fill one.
  it.each([
    ['', '12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126'],
    ['é'.repeat(55), 'd8cd5a7c53baec972f190885dd52cb85ca6acae23c11c33c6c7c689242c70782'],
    ['a'.repeat(53), '2ae89a8121a3f9d2709899b414da4c60234316951093ce35f41ce954a09533f4'],
    ['a'.repeat(54), '9b68496ab8c784a9ed22d25a7e3aada1736d7097061bb3149f3d66f1e22ceeef'],
    ['x'.repeat(150), '01ccf7ede64af5ffcf0a3ce6f2df98ba2a4f86650c5f2c148156582009e59408'],
  ])('is the SHA-256 of its canonical JSON', (text, expected) => {
    expect(digest(text)).toBe(expected);
  });

  it('is the same exactly for equal values', () => {
    fc.assert(
      fc.property(jsonArb, jsonArb, (left, right) => {
        expect(digest(left) === digest(right)).toBe(jsonEqual(left, right));
      }),
    );
  });
});
