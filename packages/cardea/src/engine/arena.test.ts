import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena, offsetOf } from './arena.ts';

const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20_000 }));
const commands = fc.array(fc.tuple(fc.boolean(), size, fc.nat()), { maxLength: 60 });

test('blocks-never-overlap: a block keeps what was written to it until it is freed', () => {
  fc.assert(
    fc.property(commands, (list) => {
      let arena = new Arena();
      const held: { readonly address: number; readonly words: number; readonly mark: number }[] = [];
      for (const [mark, [frees, words, which]] of list.entries()) {
        const [old] = frees ? held.splice(which % Math.max(1, held.length), 1) : [];
        if (old !== undefined) {
          expectMarked(arena, old);
          arena.free(old.address, old.words);
        }
        const address = arena.allocate(words);
        arena.chunkOf(address).fill(mark, offsetOf(address), offsetOf(address) + words);
        held.push({ address, words, mark });
        // Also after a round trip: the same memory, the same free blocks.
        if (mark % 10 === 9) arena = Arena.fromArrays(arena.toArrays());
      }
      for (const block of held) expectMarked(arena, block);
    }),
    { numRuns: 300 },
  );
});

test('a block larger than a chunk gives its memory back', () => {
  const arena = new Arena();
  arena.allocate(4);
  const before = arena.bytes;
  for (let turn = 0; turn < 100; turn++) arena.free(arena.allocate(100_000), 100_000);
  expect(arena.bytes).toBe(before);
});

test('freed blocks serve the next of their size: the bytes stay flat', () => {
  const arena = new Arena();
  const turn = (): number => {
    const blocks = Array.from({ length: 500 }, (_, at) => ({ address: arena.allocate(at + 1), words: at + 1 }));
    for (const { address, words } of blocks) arena.free(address, words);
    return arena.bytes;
  };
  const early = turn();
  for (let at = 0; at < 50; at++) expect(turn()).toBeLessThanOrEqual(early * 1.5);
});

test('the rest of a chunk that a large block did not fit into serves others', () => {
  const arena = new Arena();
  for (let at = 0; at < 20; at++) arena.allocate(12_288);
  const before = arena.bytes;
  for (let at = 0; at < 10; at++) arena.allocate(4096);
  expect(arena.bytes).toBe(before);
});

function expectMarked(arena: Arena, block: { address: number; words: number; mark: number }): void {
  const from = offsetOf(block.address);
  const words = arena.chunkOf(block.address).subarray(from, from + block.words);
  expect(words.length).toBe(block.words);
  expect(words.every((word) => word === block.mark)).toBe(true);
}
