import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { Candidates } from './candidates.ts';
import { KeyTable, type KeyTableOptions } from './key-table.ts';

/** Tables that are made to split, to fill up and to collide. */
const SHAPES: readonly (readonly [name: string, options: KeyTableOptions])[] = [
  ['as it comes', {}],
  ['two slots a segment', { segmentSlots: 2 }],
  ['one hash for all', { fold: () => 0x12345678 }],
  ['one slot for all, in many segments', { segmentSlots: 4, fold: (hash) => hash & ~0xffff }],
];

const key = fc.oneof(fc.constantFrom(0, -1, 0x7fffffff, -0x80000000), fc.nat(3), fc.integer());
const policy = fc.oneof(fc.nat(5), fc.constant(2 ** 31 - 2), fc.nat(2000));
/** Runs of one verb, so that lists become long and short again. */
const runs = fc.array(
  fc.record({ verb: fc.constantFrom('add', 'add', 'remove'), key, policies: fc.array(policy, { maxLength: 90 }) }),
  { maxLength: 12 },
);

test.each(SHAPES)(
  'key-table-is-a-map-of-lists: a key has the policies that were added and not removed, %s',
  (_, options) => {
    fc.assert(
      fc.property(runs, (list) => {
        const table = new KeyTable(options);
        const model: Model = new Map();
        for (const run of list) step(table, model, run);
        expectSame(table, model);
      }),
      { numRuns: 300 },
    );
  },
);

test.each(SHAPES)('key-table-round-trip: a snapshot is the same table and goes on as one, %s', (_, options) => {
  fc.assert(
    fc.property(runs, runs, (before, after) => {
      const written = new KeyTable(options);
      const model: Model = new Map();
      for (const run of before) step(written, model, run);
      const writer = new BinaryWriter();
      written.writeTo(writer);
      const read = KeyTable.readFrom(BinaryReader.open(writer.toBytes()), options);
      for (const run of after) step(read, model, run);
      expectSame(read, model);
    }),
    { numRuns: 100 },
  );
});

test.each(SHAPES.slice(0, 2))('a list of thousands loses policies from any place, %s', (_, options) => {
  const table = new KeyTable(options);
  for (let policy = 0; policy < 5000; policy++) table.add(1, policy);
  for (let policy = 0; policy < 5000; policy += 3) expect(table.remove(1, policy)).toBe(true);
  expect(table.remove(1, 3)).toBe(false);
  const left = Array.from({ length: 5000 }, (_, policy) => policy).filter((policy) => policy % 3 !== 0);
  expect(walk(table, 1)).toEqual(left);
  for (const policy of left) table.remove(1, policy);
  expect([table.size, table.keys, table.first(1)]).toEqual([0, 0, 0]);
});

test.each(SHAPES)('policies-of-other-keys-stay: where keys and policies have one code, %s', (_, options) => {
  // The index of positions adds the key to a product of the policy: these keys meet one policy apart.
  const keys = [5, (5 + 0x9e3779b1) | 0, (5 - 0x9e3779b1) | 0] as const;
  const policies = fc.shuffledSubarray(Array.from({ length: 70 }, (_, policy) => policy));
  fc.assert(
    fc.property(policies, policies, policies, (...gone) => {
      const table = new KeyTable(options);
      for (let policy = 0; policy < 70; policy++) for (const key of keys) table.add(key, policy);
      for (const [at, key] of keys.entries()) for (const policy of gone[at] ?? []) table.remove(key, policy);
      for (const [at, key] of keys.entries()) {
        const left = Array.from({ length: 70 }, (_, policy) => policy).filter((policy) => !gone[at]?.includes(policy));
        expect(walk(table, key)).toEqual(left);
      }
    }),
    { numRuns: 50 },
  );
});

test.each([40, 3000])('a list that grows to %d and shrinks again and again keeps the bytes flat', (length) => {
  const table = new KeyTable();
  const turn = (): number => {
    for (let policy = 0; policy < length; policy++) table.add(1, policy);
    for (let policy = 0; policy < length - 2; policy++) table.remove(1, policy);
    for (let policy = length - 2; policy < length; policy++) expect(table.remove(1, policy)).toBe(true);
    return table.bytes;
  };
  const early = turn();
  for (let at = 0; at < 200; at++) expect(turn()).toBeLessThanOrEqual(early);
});

const word = fc
  .tuple(fc.constantFrom(0, 1, 255), fc.integer({ min: 1, max: 7 }))
  .map(([of, bits]) => (of << 24) | bits);
const bitsArb = fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 4, 6), fc.nat(7)), { minLength: 3, maxLength: 3 });
const tagged = fc.record({
  add: fc.boolean(),
  key: fc.nat(2),
  from: fc.nat(300),
  count: fc.nat(200),
  first: word,
  second: word,
});

test.each(SHAPES)(
  'select-is-a-filter: keys have the policies whose tags fit, and lose those of a tag, %s',
  (_, options) => {
    fc.assert(
      fc.property(fc.array(tagged, { maxLength: 12 }), bitsArb, (runs, pairs) => {
        const table = new KeyTable({ ...options, tagged: true });
        let model: (readonly [key: number, policy: number, first: number, second: number])[] = [];
        for (const { add, key, from, count, first, second } of runs) {
          for (let policy = from; policy < from + count; policy++) {
            const at = model.findIndex((other) => other.join() === [key, policy, first, second].join());
            if (add) {
              table.add(key, policy, first, second);
              model.push([key, policy, first, second]);
            } else {
              expect(table.remove(key, policy, first, second)).toBe(at >= 0);
              model = model.filter((_, other) => other !== at);
            }
          }
        }
        const bits = new Int32Array(512);
        pairs.forEach((pair, at) => bits.set(pair, ([0, 1, 255][at] as number) * 2));
        const fits = (word: number): boolean => {
          const [all = 0, some = 0] = bits.subarray((word >>> 24) * 2);
          return (word & all) === all && (word & some) !== 0;
        };
        const found = new Candidates();
        table.select(Int32Array.of(2, 77, 0), 3, bits, found);
        const wanted = model.flatMap(([key, policy, first, second]) => {
          return key !== 1 && fits(first) && fits(second) ? [policy] : [];
        });
        expect([...found.numbers.subarray(0, found.count).sort()]).toEqual(wanted.sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  },
);

test('copies as many policies as fit and answers how many there are', () => {
  const table = new KeyTable();
  for (let policy = 0; policy < 1000; policy++) table.add(1, policy);
  table.add(2, 7);
  const into = new Int32Array(10).fill(-1);
  expect(table.collect(1, into, 4)).toBe(1000);
  expect([...into.subarray(0, 4)]).toEqual([-1, -1, -1, -1]);
  expect(new Set(into.subarray(4)).size).toBe(6);
  expect([table.collect(2, into, 10), table.collect(3, into, 0)]).toEqual([1, 0]);
});

test('a million adds and removes keep the bytes flat', () => {
  const table = new KeyTable();
  const keyOf = (at: number): number => (at % 3 === 0 ? at % 7 : Math.imul(at, 0x9e3779b1));
  for (let at = 0; at < 5000; at++) table.add(keyOf(at), at);
  const turn = (from: number, to: number): number => {
    for (let at = from; at < to; at++) {
      expectTrue(table.remove(keyOf(at - 5000), at - 5000));
      table.add(keyOf(at), at);
    }
    return table.bytes;
  };
  const early = turn(5000, 100_000);
  expect(turn(100_000, 1_000_000)).toBeLessThanOrEqual(early * 1.1);
  expect(table.size).toBe(5000);
});

test('arrays that are not those of a key table are refused', () => {
  const table = new KeyTable();
  for (let policy = 0; policy < 100; policy++) table.add(policy % 2, policy);
  const arrays = table.toArrays();
  for (let missing = 0; missing < arrays.length; missing++) {
    expect(() => KeyTable.fromArrays(arrays.filter((_, at) => at !== missing))).toThrow('the snapshot is refused');
  }
});

type Model = Map<number, number[]>;

function step(table: KeyTable, model: Model, run: { verb: string; key: number; policies: readonly number[] }): void {
  const list = model.get(run.key) ?? [];
  model.set(run.key, list);
  for (const policy of run.policies) {
    const at = list.indexOf(policy);
    if (run.verb === 'add') {
      table.add(run.key, policy);
      list.push(policy);
    } else {
      expect(table.remove(run.key, policy)).toBe(at >= 0);
      if (at >= 0) list.splice(at, 1);
    }
  }
}

function expectSame(table: KeyTable, model: Model): void {
  let size = 0;
  for (const [key, list] of model) {
    const sorted = list.toSorted((a, b) => a - b);
    const copy = new Int32Array(list.length);
    expect(walk(table, key)).toEqual(sorted);
    expect([table.collect(key, copy, 0), table.count(key)]).toEqual([list.length, list.length]);
    expect([...copy.sort()]).toEqual(sorted);
    size += list.length;
  }
  expect(table.size).toBe(size);
  expect(table.keys).toBe([...model.values()].filter((list) => list.length > 0).length);
}

function walk(table: KeyTable, key: number): readonly number[] {
  const policies: number[] = [];
  for (let at = table.first(key); at !== 0; at = table.next(at)) policies.push(table.policyAt(at));
  return policies.sort((a, b) => a - b);
}

function expectTrue(value: boolean): void {
  if (!value) throw new Error('a policy was not where it was added');
}
