import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './batch-values.ts';

describe('piecesOf', () => {
  it('pieces-are-the-whole: nothing is lost, and no piece is too large but for one value', () => {
    const size = { count: 3, length: 10 };
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 15 })), (values) => {
        const pieces = piecesOf(values, size);
        expect(pieces.flat()).toEqual(values);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(size.count);
          if (piece.length > 1) expect(piece.join('').length).toBeLessThanOrEqual(size.length);
        }
      }),
    );
  });
});
