/** What is left of a BSON document: members in their order, int32 and int64 as bigints, doubles as numbers. */
export interface BsonDocument {
  readonly members: ReadonlyMap<string, BsonValue>;
  /** What it holds that no JSON has; such values are missing in the members. */
  readonly foreign: readonly ForeignValue[];
}

/** A value that no JSON has, and where it stands. */
export interface ForeignValue {
  readonly what: string;
  readonly path: readonly (string | number)[];
}

/** A value that JSON has too. */
export type BsonValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly BsonValue[]
  | ReadonlyMap<string, BsonValue>;

/** Bytes that are no BSON document. */
export class BsonError extends Error {
  override readonly name = 'BsonError';
}

/**
 * Reads a BSON document without losing what Python distinguishes and jsonpickle counts on: the order of members (objects
 * of JavaScript put those that look like numbers first), integers of 64 bits, `1` and `1.0`.
 *
 * Source: https://bsonspec.org/spec.html, version 1.1.
 *
 * @throws BsonError when the bytes are no document, or nest deeper than 200 levels
 */
export function readBson(bytes: Uint8Array): BsonDocument {
  const reader: Reader = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    path: [],
    foreign: [],
  };
  const members = readDocument(reader);
  if (reader.at !== bytes.length) throw new BsonError('the document ends before its bytes do');
  return { members, foreign: reader.foreign };
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly path: (string | number)[];
  readonly foreign: ForeignValue[];
}

// As many as texts of JSON may have.
const MAX_DEPTH = 200;

function readDocument(
  reader: Reader,
  partOf = (name: string): string | number => name,
): ReadonlyMap<string, BsonValue> {
  const members = new Map<string, BsonValue>();
  if (reader.path.length > MAX_DEPTH) throw new BsonError(`the document nests deeper than ${MAX_DEPTH} levels`);
  const start = reader.at;
  const size = readInt32(reader);
  for (let type = readByte(reader); type !== 0; type = readByte(reader)) {
    const name = readName(reader);
    reader.path.push(partOf(name));
    const value = readValue(reader, type);
    if (value !== undefined) members.set(name, value);
    reader.path.pop();
  }
  if (reader.at - start !== size) throw new BsonError('a document is not as long as it says');
  return members;
}

function readValue(reader: Reader, type: number): BsonValue | undefined {
  const read = VALUES.get(type);
  if (read !== undefined) return read(reader);
  const foreign = FOREIGN.get(type);
  if (foreign === undefined) throw new BsonError(`0x${type.toString(16)} is no type of BSON`);
  const [what, skip] = foreign;
  skip(reader);
  reader.foreign.push({ what, path: [...reader.path] });
  return undefined;
}

const VALUES: ReadonlyMap<number, (reader: Reader) => BsonValue> = new Map<number, (reader: Reader) => BsonValue>([
  [0x01, (reader) => reader.view.getFloat64(take(reader, 8), true)],
  [0x02, readText],
  [0x03, (reader) => readDocument(reader)],
  // A list is a document whose members are called 0, 1 and so on.
  [0x04, (reader) => [...readDocument(reader, Number).values()]],
  [0x08, (reader) => readByte(reader) === 1],
  [0x0a, () => null],
  [0x10, (reader) => BigInt(readInt32(reader))],
  [0x12, (reader) => reader.view.getBigInt64(take(reader, 8), true)],
]);

type Foreign = readonly [what: string, skip: (reader: Reader) => unknown];

const FOREIGN: ReadonlyMap<number, Foreign> = new Map<number, Foreign>([
  [0x05, ['bytes', (reader) => take(reader, readInt32(reader) + 1)]],
  [0x06, ['an undefined value', () => 0]],
  [0x07, ['an ObjectId', (reader) => take(reader, 12)]],
  [0x09, ['a date', (reader) => take(reader, 8)]],
  [0x0b, ['an expression', (reader) => readName(reader) + readName(reader)]],
  [0x0c, ['a pointer', (reader) => take(reader, readInt32(reader) + 12)]],
  [0x0d, ['code', readText]],
  [0x0e, ['a symbol', readText]],
  [0x0f, ['code', (reader) => take(reader, readInt32(reader) - 4)]],
  [0x11, ['a timestamp', (reader) => take(reader, 8)]],
  [0x13, ['a decimal', (reader) => take(reader, 16)]],
  [0xff, ['a minimum', () => 0]],
  [0x7f, ['a maximum', () => 0]],
]);

function readText(reader: Reader): string {
  const length = readInt32(reader);
  const start = take(reader, length);
  return decoded(reader, start, start + length - 1);
}

function readName(reader: Reader): string {
  const start = reader.at;
  const end = reader.bytes.indexOf(0, start);
  if (end < 0) throw new BsonError('the document ends too early');
  reader.at = end + 1;
  return decoded(reader, start, end);
}

function decoded(reader: Reader, start: number, end: number): string {
  // Without `ignoreBOM` a first U+FEFF would be lost.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.bytes.subarray(start, end));
}

function readInt32(reader: Reader): number {
  return reader.view.getInt32(take(reader, 4), true);
}

function readByte(reader: Reader): number {
  return reader.view.getUint8(take(reader, 1));
}

/** Moves on by some bytes; returns where they begin. */
function take(reader: Reader, count: number): number {
  const { at } = reader;
  if (count < 0 || at + count > reader.bytes.length) throw new BsonError('the document ends too early');
  reader.at = at + count;
  return at;
}
