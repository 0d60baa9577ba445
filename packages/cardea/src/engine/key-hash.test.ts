import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHash, type Hash, hashAfter, hashText } from './key-hash.ts';

// Texts of the kind that keys are made of: alike, short, and counted through.
const TEXTS = Array.from({ length: 100_000 }, (_, at) => [`/user${at}`, `d${at}`]).flat();

describe('hashText', () => {
  it.each<[string, (hash: Hash) => number]>([
    ['the high', ({ high }) => high],
    ['the low', ({ low }) => low],
    ['a mixed', ({ high, low }) => (high << 16) ^ (low >>> 16)],
  ])('spreads similar texts over %s half as chance would', (_which, half) => {
    const distinct = new Set(TEXTS.map((text) => half(hashText(text)))).size;
    // Of 200,000 in 2^32 places about 5 pairs meet.
    expect(TEXTS.length - distinct).toBeLessThan(20);
  });

  it('tells texts of one letter apart by their length', () => {
    const texts = Array.from({ length: 500 }, (_, length) => '\0'.repeat(length));
    expect(new Set(texts.map((text) => formatHash(hashText(text)))).size).toBe(500);
  });
});

describe('hashAfter', () => {
  it('tells what comes first', () => {
    const [a, b] = [hashText('a'), hashText('b')];
    expect(hashAfter(a, b)).not.toEqual(hashAfter(b, a));
  });

  it('spreads pairs as chance would', () => {
    const parts = TEXTS.slice(0, 400).map(hashText);
    const pairs = parts.flatMap((first) => parts.map((second) => hashAfter(first, second)));
    expect(pairs.length - new Set(pairs.map(({ high }) => high)).size).toBeLessThan(15);
    expect(pairs.length - new Set(pairs.map(({ low }) => low)).size).toBeLessThan(15);
  });
});

describe('formatHash', () => {
  it('writes both halves as digits', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (high, low) => {
        const text = formatHash({ high, low });
        expect(BigInt(`0x${text}`)).toBe((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
        expect(text).toHaveLength(16);
      }),
    );
  });
});
