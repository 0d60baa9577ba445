import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onHeap } from './memory.ts';
import { TupleSet, type TupleSetOptions } from './tuple-set.ts';

/** Sets that are made to split, to fill up and to collide. */
const SHAPES: readonly (readonly [name: string, options: TupleSetOptions])[] = [
  ['as it comes', {}],
  ['two slots a segment', { segmentSlots: 2 }],
  ['many small segments', { segmentSlots: 16 }],
  ['one hash for all', { fold: () => 0x12345678 }],
  ['all at the end of their segment', { fold: (hash) => hash | 0xffff }],
  ['one slot for all, in many segments', { segmentSlots: 4, fold: (hash) => hash & ~0xffff }],
  ['four homes', { segmentSlots: 64, fold: (hash) => hash & 0xc000 }],
];

const number = fc.oneof(fc.nat(2), fc.nat(12), fc.constant(2 ** 31 - 1), fc.nat(2 ** 31 - 1));
const width = fc.integer({ min: 1, max: 8 });
/** Tuples of one width, many of them equal, and whether each is added or taken away. */
const commands = width.chain((width) =>
  fc.record({
    width: fc.constant(width),
    steps: fc.array(
      fc.record({
        verb: fc.constantFrom('add', 'add', 'delete'),
        tuple: fc.array(number, { minLength: width, maxLength: width }),
        more: fc.nat(40),
      }),
      { maxLength: 30 },
    ),
  }),
);

test.each(SHAPES)('tuple-set-is-a-set: it has the tuples that were added and not deleted, %s', (_, options) => {
  fc.assert(
    fc.property(commands, ({ width, steps }) => {
      const set = new TupleSet(width, options);
      const model = new Set<string>();
      for (const step of steps) for (const tuple of tuplesOf(step)) apply(set, model, step.verb, tuple);
      expectSame(set, model);
    }),
    { numRuns: 200 },
  );
});

test.each(SHAPES)('tuple-set-round-trip: its arrays are the same set and go on as one, %s', (_, options) => {
  fc.assert(
    fc.property(commands, ({ width, steps }) => {
      const model = new Set<string>();
      let set = new TupleSet(width, options);
      for (const step of steps) {
        for (const tuple of tuplesOf(step)) apply(set, model, step.verb, tuple);
        set = TupleSet.fromArrays(set.toArrays(), options);
      }
      expectSame(set, model);
    }),
    { numRuns: 100 },
  );
});

test('tuples-that-differ-in-one-number are told apart', () => {
  const set = new TupleSet(3);
  for (let a = 0; a < 20; a++) for (let b = 0; b < 20; b++) expect(set.add(Int32Array.of(a, b, 7))).toBe(true);
  expect(set.find(Int32Array.of(3, 20, 7))).toBe(-1);
  expect(set.find(Int32Array.of(3, 19, 8))).toBe(-1);
  expect(set.find(Int32Array.of(20, 3, 7))).toBe(-1);
  expect(set.find(Int32Array.of(3, 19, 7))).toBeGreaterThanOrEqual(0);
});

test.each([1000, 30_000, 100_000, 150_000, 200_000])('%d triples have 16 bytes each at most', (count) => {
  expect(filled(count).bytes / count).toBeLessThanOrEqual(16);
});

test('a million tuples that come and go keep the bytes flat', () => {
  const set = filled(5000);
  const turn = (from: number, to: number): number => {
    for (let at = from; at < to; at++) {
      set.delete(triple(at - 5000));
      set.add(triple(at));
    }
    return set.bytes;
  };
  const early = turn(5000, 100_000);
  expect(turn(100_000, 1_000_000)).toBeLessThanOrEqual(early * 1.1);
  expect(set.size).toBe(5000);
});

test('a set that loses its tuples gives the memory back', () => {
  const set = filled(50_000);
  const full = set.bytes;
  for (let at = 0; at < 50_000; at++) expect(set.delete(triple(at))).toBe(true);
  expect(set.size).toBe(0);
  expect(set.bytes).toBeLessThan(full / 100);
});

test('arrays come from where they are told to', () => {
  let given = 0;
  const allocate = (bytes: number): ArrayBuffer => {
    given += bytes;
    return new ArrayBuffer(bytes);
  };
  const set = new TupleSet(2, { allocate });
  for (let at = 0; at < 5; at++) set.add(Int32Array.of(at, at));
  expect(given).toBe(set.bytes);
});

test('a tuple is taken away where there is no memory for a smaller segment', () => {
  let left = 100;
  const set = new TupleSet(1, { allocate: (bytes) => (left-- > 0 ? onHeap(bytes) : out()) });
  for (let at = 0; at < 1000; at++) set.add(Int32Array.of(at));
  left = 0;
  for (let at = 0; at < 1000; at++) expect(set.delete(Int32Array.of(at))).toBe(true);
  expect(set.size).toBe(0);
  for (let at = 0; at < 800; at++) expect(set.add(Int32Array.of(at))).toBe(true);
});

test('a tuple that there is no memory for changes nothing', () => {
  let left = 3;
  const set = new TupleSet(1, { segmentSlots: 8, allocate: (bytes) => (left-- > 0 ? onHeap(bytes) : out()) });
  let added = 0;
  expect(() => {
    for (; ; added++) set.add(Int32Array.of(added));
  }).toThrow('out of memory');
  expect(tuplesIn(set).length).toBe(added);
  left = 100;
  expect([set.add(Int32Array.of(added)), set.size]).toEqual([true, added + 1]);
});

test.each([0, 1025])('tuples of %d numbers are refused', (width) => {
  expect(() => new TupleSet(width)).toThrow('a tuple has 1 to 1024 numbers');
});

test('too many tuples of one segment are refused, and the set stays as it was', () => {
  const set = new TupleSet(1, { fold: (hash) => hash & 0xffff, segmentSlots: 8 });
  let added = 0;
  expect(() => {
    for (; ; added++) set.add(Int32Array.of(added));
  }).toThrow('a set of tuples is full: too many of them have one hash');
  expect([set.size, set.find(Int32Array.of(added)), set.find(Int32Array.of(0)) >= 0]).toEqual([added, -1, true]);
});

test('damaged arrays are refused or give the same set', () => {
  const options = { segmentSlots: 16 };
  const set = new TupleSet(2, options);
  for (let at = 0; at < 100; at++) set.add(Int32Array.of(at % 10, at));
  const arrays = set.toArrays();
  const words = arrays.flatMap((array, number) => [...array.keys()].map((at) => [number, at] as const));
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.nat(31), ([number, at], bit) => {
      const damaged = arrays.map((array) => array.slice());
      const array = damaged[number] as Int32Array;
      array[at] = (array[at] as number) ^ (1 << bit);
      let read: TupleSet;
      try {
        read = TupleSet.fromArrays(damaged, options);
      } catch (error) {
        expect(error).toMatchObject({ code: 'CARDEA_INVALID_SNAPSHOT' });
        return;
      }
      // What nobody checks here is the numbers themselves; but every row is found.
      const tuples = tuplesIn(read);
      expect(tuples.length).toBe(100);
      for (const tuple of tuples) expect(read.find(Int32Array.from(tuple))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

function* tuplesOf(step: { readonly tuple: readonly number[]; readonly more: number }): Iterable<Int32Array> {
  const [first = 0, ...rest] = step.tuple;
  for (let at = 0; at <= step.more; at++) yield Int32Array.of((first ^ at) & 0x7fffffff, ...rest);
}

function apply(set: TupleSet, model: Set<string>, verb: string, tuple: Int32Array): void {
  const name = tuple.join();
  const there = model.has(name);
  if (verb === 'add') model.add(name);
  else model.delete(name);
  expect(verb === 'add' ? !set.add(tuple) : set.delete(tuple)).toBe(there);
}

function expectSame(set: TupleSet, model: ReadonlySet<string>): void {
  expect(set.size).toBe(model.size);
  const tuples = tuplesIn(set);
  expect(new Set(tuples.map((tuple) => tuple.join()))).toEqual(model);
  expect(tuples.length).toBe(model.size);
  const read = new Int32Array(set.width);
  for (const tuple of tuples) {
    set.read(set.find(Int32Array.from(tuple)), read);
    expect([...read]).toEqual(tuple);
  }
}

function tuplesIn(set: TupleSet): readonly (readonly number[])[] {
  const tuples: number[][] = [];
  const tuple = new Int32Array(set.width);
  for (let row = set.next(-1); row >= 0; row = set.next(row)) {
    set.read(row, tuple);
    tuples.push([...tuple]);
  }
  return tuples;
}

function out(): never {
  throw new Error('out of memory');
}

function filled(count: number): TupleSet {
  const set = new TupleSet(3);
  for (let at = 0; at < count; at++) set.add(triple(at));
  return set;
}

function triple(at: number): Int32Array {
  return Int32Array.of(at % 977, at, 4);
}
