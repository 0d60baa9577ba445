import { describe, expect, it } from 'vitest';
import { andTruth, notTruth, orTruth, sureTruth, type Truth } from './truth.ts';

const TRUTHS: readonly Truth[] = ['true', 'false', 'unknown', 'error'];

describe('the truth of a condition', () => {
  it.each<[Truth, Truth, Truth, Truth]>([
    // left, right, and, or
    ['true', 'true', 'true', 'true'],
    ['true', 'false', 'false', 'true'],
    ['true', 'unknown', 'unknown', 'true'],
    ['true', 'error', 'error', 'true'],
    ['false', 'false', 'false', 'false'],
    ['false', 'unknown', 'false', 'unknown'],
    ['false', 'error', 'false', 'error'],
    ['unknown', 'unknown', 'unknown', 'unknown'],
    ['unknown', 'error', 'error', 'error'],
    ['error', 'error', 'error', 'error'],
  ])('%s and %s is %s, or is %s', (left, right, both, either) => {
    expect([andTruth(left, right), andTruth(right, left)]).toEqual([both, both]);
    expect([orTruth(left, right), orTruth(right, left)]).toEqual([either, either]);
  });

  it('is associative and dual', () => {
    for (const a of TRUTHS) {
      for (const b of TRUTHS) {
        expect(notTruth(andTruth(a, b))).toBe(orTruth(notTruth(a), notTruth(b)));
        for (const c of TRUTHS) {
          expect(andTruth(andTruth(a, b), c)).toBe(andTruth(a, andTruth(b, c)));
          expect(orTruth(orTruth(a, b), c)).toBe(orTruth(a, orTruth(b, c)));
        }
      }
    }
  });

  it.each<[Truth, Truth, Truth]>([
    ['true', 'false', 'true'],
    ['false', 'true', 'false'],
    ['unknown', 'unknown', 'false'],
    ['error', 'error', 'error'],
  ])('not %s is %s, sure is %s', (truth, negated, sure) => {
    expect([notTruth(truth), sureTruth(truth)]).toEqual([negated, sure]);
  });
});
