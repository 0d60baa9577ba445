import type { SharedIndex } from 'cardea/engine';
import { expect, it } from 'vitest';
import { IndexPacker, IndexUnpacker } from './index-parcel.ts';

const TABLES = ['texts', 'keys', 'slots', 'links', 'records', 'addresses', 'uids'] as const;

const arrayOf = (...words: readonly number[]): Int32Array => {
  const array = new Int32Array(new SharedArrayBuffer(words.length * 4));
  array.set(words);
  return array;
};

const indexOf = (...lists: readonly (readonly Int32Array[])[]): SharedIndex => ({
  json: { lists: lists.length },
  arrays: Object.fromEntries(TABLES.map((table, at) => [table, lists[at] ?? []])) as unknown as SharedIndex['arrays'],
});

it('posts an array once, as long as it is in use', () => {
  const packer = new IndexPacker();
  const unpacker = new IndexUnpacker();
  const [a, b, c] = [arrayOf(1), arrayOf(2), arrayOf(3)];
  const states = [indexOf([a, b, a], [b]), indexOf([a, c]), indexOf([b], [], [a])];
  const posted = states.map((state) => {
    const parcel = structuredClone(packer.pack(state));
    expect(unpacker.unpack(parcel)).toEqual(state);
    return parcel.arrays.length;
  });
  // The second state has no more `b`, which then is posted anew.
  expect(posted).toEqual([2, 1, 1]);
});

it('refuses what names an array that never came', () => {
  const packer = new IndexPacker();
  const state = indexOf([arrayOf(1)]);
  packer.pack(state);
  expect(() => new IndexUnpacker().unpack(packer.pack(state))).toThrow('an array that never came');
});
