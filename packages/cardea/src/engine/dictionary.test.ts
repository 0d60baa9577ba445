import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCardeaError } from '../errors.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { Dictionary, type DictionaryOptions } from './dictionary.ts';

/** Tables that are made to split, to fill up and to collide. */
const SHAPES: readonly (readonly [name: string, options: DictionaryOptions])[] = [
  ['as it comes', {}],
  ['two slots a segment', { segmentSlots: 2 }],
  ['one hash for all', { fold: () => 0x12345678 }],
  ['one slot for all, in many segments', { segmentSlots: 4, fold: (hash) => hash & ~0xffff }],
  ['four segments that never split', { segmentSlots: 4, fold: (hash) => hash & 0xc000_ffff }],
];

const HOSTILE = [
  '',
  '\0',
  '__proto__',
  'constructor',
  '\ud800',
  '\udc00',
  '\ud800\udc00',
  '\ufeff',
  'é',
  'e\u0301',
  'ÿ',
  'Ā',
  'a'.repeat(23),
  'a'.repeat(24),
  'a'.repeat(25),
  `${'a'.repeat(25)}\0`,
  'a'.repeat(28),
  'a'.repeat(32),
  'ж'.repeat(11),
  'ж'.repeat(12),
  'ж'.repeat(13),
  `${'ж'.repeat(13)}\0`,
  'Ā'.repeat(13),
  'ſ'.repeat(30),
  `${'a'.repeat(12)}ж`,
  `${'a'.repeat(24)}\0`,
  'x'.repeat(1 << 20),
  `${'x'.repeat((1 << 20) - 1)}ж`,
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE.filter((hostile) => hostile.length < 100)),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 30 }),
  fc.nat(60).map((at) => `name${at}`),
);
const commands = fc.array(fc.tuple(fc.constantFrom('intern', 'retain', 'release'), text), { maxLength: 150 });

test.each(SHAPES)('dictionary-is-a-map: ids and references are those of a Map, %s', (_, options) => {
  fc.assert(
    fc.property(commands, (list) => {
      const dictionary = new Dictionary(options);
      const model = new Map<string, { readonly id: number; references: number }>();
      for (const [verb, word] of list) {
        step(dictionary, model, verb, word);
        expect(dictionary.size).toBe(model.size);
      }
      expectSame(dictionary, model);
      for (const [, word] of list) expect(dictionary.find(word)).toBe(model.get(word)?.id ?? -1);
    }),
    { numRuns: 300 },
  );
});

test.each(SHAPES)('dictionary-round-trip: a snapshot is the same dictionary and goes on as one, %s', (_, options) => {
  fc.assert(
    fc.property(commands, commands, (before, after) => {
      const model = new Map<string, { readonly id: number; references: number }>();
      const written = new Dictionary(options);
      for (const [verb, word] of before) step(written, model, verb, word);
      const writer = new BinaryWriter();
      written.writeTo(writer);
      const read = Dictionary.readFrom(BinaryReader.open(writer.toBytes()), options);
      for (const [verb, word] of after) step(read, model, verb, word);
      expectSame(read, model);
    }),
    { numRuns: 100 },
  );
});

test.each(SHAPES)(
  'waiting-changes-nothing: texts that wait together are found and added as each alone, %s',
  (_, options) => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 20 }),
        fc.array(text, { minLength: 1, maxLength: 20 }),
        (known, words) => {
          const [alone, together] = [new Dictionary(options), new Dictionary(options)];
          for (const dictionary of [alone, together]) for (const each of known) dictionary.intern(each);
          for (const [place, each] of words.entries()) together.await(place, each);
          together.touch(words.length);
          expect(words.map((each, place) => together.findWaiting(place, each))).toEqual(
            words.map((each) => alone.find(each)),
          );
          expect(words.map((each, place) => together.internWaiting(place, each))).toEqual(
            words.map((each) => alone.intern(each)),
          );
          expect(together.toArrays()).toEqual(alone.toArrays());
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('tells every pair of hostile texts apart, and gives each back exactly', () => {
  const dictionary = new Dictionary();
  expect(HOSTILE.map((hostile) => dictionary.intern(hostile))).toEqual(HOSTILE.map((_, at) => at));
  expect(HOSTILE.map((hostile) => dictionary.find(hostile))).toEqual(HOSTILE.map((_, at) => at));
  expect(HOSTILE.every((hostile, id) => dictionary.text(id) === hostile)).toBe(true);
});

test.each(SHAPES)(
  'find-part-equals-find: parts, numbers and packed texts are found as their texts are, %s',
  (_, options) => {
    const numberArb = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 9, 10, -10, 999_999_999, -1e9, 1e21));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 20 }),
        text,
        fc.nat(30),
        fc.nat(30),
        numberArb,
        (words, word, a, b, number) => {
          const dictionary = new Dictionary(options);
          const [from, end] = [Math.min(a, b, word.length), Math.min(Math.max(a, b), word.length)];
          const latin = word.replaceAll(/[^\0-\xff]/g, '').slice(0, 24);
          const packed = new Int32Array(6);
          for (let at = 0; at < latin.length; at++)
            packed[at >> 2] = (packed[at >> 2] as number) | (latin.charCodeAt(at) << ((at & 3) * 8));
          const expectFound = (): void => {
            expect(dictionary.findPart(word, from, end)).toBe(dictionary.find(word.slice(from, end)));
            expect(dictionary.findPacked(packed, latin.length)).toBe(dictionary.find(latin));
            for (const wanted of [number, number, Math.trunc(number)]) {
              expect(dictionary.findNumber(wanted)).toBe(dictionary.find(String(wanted)));
            }
          };
          for (const each of words) dictionary.intern(each);
          expectFound();
          const added = [word.slice(from, end), latin, String(number), String(Math.trunc(number))].map((each) =>
            dictionary.intern(each),
          );
          expectFound();
          for (const id of added) dictionary.release(id);
          expectFound();
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('an id that is free or was never given out is refused', () => {
  const dictionary = new Dictionary();
  const id = dictionary.intern('alice');
  expect(dictionary.release(id)).toBe(true);
  for (const wrong of [id, -1, 1, 0.5, Number.NaN]) {
    expect(() => dictionary.text(wrong)).toThrow('no entry has the id');
    expect(() => dictionary.retain(wrong)).toThrow('no entry has the id');
    expect(() => dictionary.release(wrong)).toThrow('no entry has the id');
  }
});

test('a text that is gone frees its memory and its id: a million of them keep the bytes flat', () => {
  const dictionary = new Dictionary();
  const ids: number[] = [];
  const add = (at: number): void => void (ids[at % 1000] = dictionary.intern(`${at}`.padEnd(at % 97, '-')));
  for (let at = 0; at < 1000; at++) add(at);
  const turn = (from: number, to: number): number => {
    for (let at = from; at < to; at++) {
      dictionary.release(ids[at % 1000] as number);
      add(at);
    }
    return dictionary.bytes;
  };
  const early = turn(1000, 100_000);
  expect(turn(100_000, 1_000_000)).toBeLessThanOrEqual(early * 1.1);
  expect([dictionary.size, dictionary.idLimit]).toEqual([1000, 1000]);
});

test('an emptied dictionary gives its slots back', () => {
  const dictionary = new Dictionary();
  for (let at = 0; at < 50_000; at++) dictionary.intern(`name${at}`);
  const full = dictionary.bytes;
  for (let id = 0; id < 50_000; id++) dictionary.release(id);
  expect(dictionary.bytes).toBeLessThan(full / 3);
});

test('more texts of one hash than a segment holds are refused, and those before stay', () => {
  const dictionary = new Dictionary({ fold: (hash) => hash & 0xffff });
  let added = 0;
  const fill = (): void => {
    for (; added < 70_000; added++) dictionary.intern(`name${added}`);
  };
  expect(fill).toThrow('too many of its keys have one hash');
  expect(added).toBeGreaterThan(40_000);
  expect([dictionary.size, dictionary.find('name0'), dictionary.find(`name${added}`)]).toEqual([added, 0, -1]);
});

test('another seed gives the same answers', () => {
  const dictionary = new Dictionary({ seed: 7 });
  for (let at = 0; at < 1000; at++) dictionary.intern(`name${at}`);
  const writer = new BinaryWriter();
  dictionary.writeTo(writer);
  const read = Dictionary.readFrom(BinaryReader.open(writer.toBytes()));
  expect([read.find('name999'), read.intern('name7'), read.find('name1000')]).toEqual([999, 7, -1]);
});

test('arrays that are not those of a dictionary are refused', () => {
  const dictionary = new Dictionary();
  dictionary.intern('alice');
  const arrays = dictionary.toArrays();
  for (let missing = 0; missing < arrays.length; missing++) {
    expect(refusal(arrays.filter((_, at) => at !== missing))).toBe('CARDEA_INVALID_SNAPSHOT');
  }
  const emptied = arrays.map((words) => (words.length === 16 * 8 ? new Int32Array(words.length) : words));
  const filled = arrays.map((words) => (words.length === 16 * 8 ? new Int32Array(words.length).fill(1) : words));
  expect([refusal([]), refusal(emptied), refusal(filled)]).toEqual(Array(3).fill('CARDEA_INVALID_SNAPSHOT'));
});

test('a hash table without an empty slot is refused: a probe of it would not end', () => {
  const dictionary = new Dictionary();
  const [head, table, numbers, taken, depths, slots, ...rest] = dictionary.toArrays() as Int32Array[];
  const full = [Int32Array.of(31, 16, ...(table?.subarray(2) ?? [])), numbers, taken?.fill(16), depths, slots?.fill(1)];
  const arrays = [head, ...full, ...rest] as Int32Array[];
  expect(() => Dictionary.fromArrays(arrays)).toThrow('other entries than it counted');
});

type Model = Map<string, { readonly id: number; references: number }>;

function step(dictionary: Dictionary, model: Model, verb: string, word: string): void {
  const known = model.get(word);
  if (verb === 'intern') {
    const id = dictionary.intern(word);
    if (known === undefined) model.set(word, { id, references: 1 });
    else expect(id).toBe(known.id);
  }
  if (known === undefined) return;
  if (verb === 'retain') dictionary.retain(known.id);
  known.references += verb === 'release' ? -1 : 1;
  if (verb === 'release') expect(dictionary.release(known.id)).toBe(known.references === 0);
  if (known.references === 0) model.delete(word);
}

function expectSame(dictionary: Dictionary, model: Model): void {
  const ids = [...model.values()].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => id >= 0 && id < dictionary.idLimit)).toBe(true);
  for (const [word, { id }] of model) expect([dictionary.find(word), dictionary.text(id)]).toEqual([id, word]);
}

function refusal(arrays: readonly Int32Array[]): string {
  try {
    Dictionary.fromArrays(arrays);
  } catch (error) {
    return isCardeaError(error) ? error.code : String(error);
  }
  return 'accepted';
}
