import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCardeaError } from '../errors.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';

const ints = fc.array(fc.integer(), { maxLength: 20 }).map((list) => Int32Array.from(list));

test('binary-round-trip: everything comes back as it was written', () => {
  const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
  fc.assert(
    fc.property(fc.integer(), fc.double(), text, fc.array(ints), (int, float, string, arrays) => {
      const writer = new BinaryWriter();
      writer.section('head', 3, (body) => {
        body.int(int);
        body.float(float);
        body.section('deep', 1, (deeper) => deeper.text(string));
      });
      writer.arrays('list', 1, arrays);
      const reader = BinaryReader.open(writer.toBytes());
      const head = reader.section('head', 3);
      expect([head.int(), head.float(), head.section('deep', 1).text()]).toEqual([int, float, string]);
      expect(reader.arrays('list', 1)).toEqual(arrays);
      head.end();
      reader.end();
    }),
  );
});

test('any-damage-is-refused: a snapshot with one changed byte is not read', () => {
  fc.assert(
    fc.property(fc.array(ints, { minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (arrays, at, change) => {
      const bytes = snapshotOf(arrays);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] as number) ^ change;
      expect(refusal(bytes)).toBe('CARDEA_INVALID_SNAPSHOT');
    }),
  );
});

test('any-cut-is-refused: a snapshot that lacks its end, or has more, is not read', () => {
  fc.assert(
    fc.property(fc.array(ints, { minLength: 1 }), fc.nat(), (arrays, at) => {
      const bytes = snapshotOf(arrays);
      expect(refusal(bytes.subarray(0, at % bytes.length))).toBe('CARDEA_INVALID_SNAPSHOT');
      expect(refusal(new Uint8Array([...bytes, 0, 0, 0, 0]))).toBe('CARDEA_INVALID_SNAPSHOT');
    }),
  );
});

test.each([
  ['another tag', (reader: BinaryReader) => reader.section('else', 1), 'section `else` is not where it should be'],
  ['another version', (reader: BinaryReader) => reader.section('list', 2), 'section `list` is version 1, not 2'],
  ['something after the end', (reader: BinaryReader) => reader.end(), 'something follows its end'],
])('says what is wrong: %s', (_, read, message) => {
  expect(() => read(BinaryReader.open(snapshotOf([])))).toThrow(message);
});

test('refuses what is none of ours, of another order of bytes, or of another format', () => {
  const bytes = snapshotOf([]);
  const turned = bytes.toReversed();
  const [order, format] = [bytes.slice(), bytes.slice()];
  order.set(bytes.subarray(4, 8).toReversed(), 4);
  format[8] = 9;
  expect(() => BinaryReader.open(turned)).toThrow('it is none of ours');
  expect(() => BinaryReader.open(order)).toThrow('another order of bytes');
  expect(() => BinaryReader.open(format)).toThrow('its format is version 9, not 1');
});

test('reads from the middle of a buffer, wherever it begins', () => {
  const bytes = snapshotOf([Int32Array.of(1, 2, 3)]);
  const buffer = new Uint8Array(bytes.length + 3);
  buffer.set(bytes, 3);
  expect(BinaryReader.open(buffer.subarray(3)).arrays('list', 1)).toEqual([Int32Array.of(1, 2, 3)]);
});

test('a tag is four letters', () => {
  expect(() => new BinaryWriter().section('name', 1, () => undefined)).not.toThrow();
  for (const tag of ['', 'abc', 'abcde', 'ab d', 'абвг']) {
    expect(() => new BinaryWriter().section(tag, 1, () => undefined)).toThrow('a tag is four letters');
  }
});

function snapshotOf(arrays: readonly Int32Array[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.arrays('list', 1, arrays);
  return writer.toBytes();
}

function refusal(bytes: Uint8Array): string {
  try {
    const reader = BinaryReader.open(bytes);
    reader.arrays('list', 1);
    reader.end();
  } catch (error) {
    return isCardeaError(error) ? error.code : String(error);
  }
  return 'accepted';
}
