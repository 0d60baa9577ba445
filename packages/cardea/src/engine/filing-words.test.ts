import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordReader, WordWriter } from './filing-words.ts';

it('words-round-trip: what was written is read, and then zeros, wherever the words lie', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 0x7fffffff }))),
      fc.nat({ max: 3 }),
      (numbers, from) => {
        const writer = new WordWriter();
        for (const number of numbers) writer.push(number);
        const around = Array.from({ length: from }, () => -1);
        const words = Int32Array.from([...around, ...writer.words, -1]);
        const reader = new WordReader(words, from, from + writer.words.length);
        expect(numbers.map(() => reader.next())).toEqual(numbers);
        expect([reader.next(), reader.next(), reader.next(), reader.next()]).toEqual([0, 0, 0, 0]);
      },
    ),
  );
});

it('takes a byte for each number below 128', () => {
  const writer = new WordWriter();
  for (const number of [1, 2, 3, 4]) writer.push(number);
  expect(writer.words).toEqual([0x04030201]);
});
