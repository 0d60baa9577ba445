import { describe, isPlainObject } from '../plain-object.ts';

/**
 * JSON as Python reads it: members in document order (JavaScript would move integer-like keys to the front,
 * which breaks jsonpickle's numbered references), integers apart from floats and of any size, `NaN` and
 * `Infinity` allowed. Of a repeated member the last value wins, at the first one's place.
 */
export type LosslessJson =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly LosslessJson[]
  | ReadonlyMap<string, LosslessJson>;

/**
 * A text that is no JSON, and where.
 *
 * @example
 * ```ts
 * try {
 *   parseLosslessJson('{');
 * } catch (error) {
 *   if (error instanceof LosslessJsonError) console.error(error.offset);
 * }
 * ```
 */
export class LosslessJsonError extends Error {
  /** Zero-based offset in the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'LosslessJsonError';
    this.offset = offset;
  }
}

const MAX_DEPTH = 200;

/**
 * Reads a JSON text without losing what Python distinguishes.
 *
 * @throws LosslessJsonError when the text is not JSON, or nests deeper than 200 levels
 *
 * @example
 * ```ts
 * parseLosslessJson('{"b": 1.0, "10": 9007199254740993}'); // Map { 'b' => 1, '10' => 9007199254740993n }
 * ```
 */
export function parseLosslessJson(text: string): LosslessJson {
  const reader: Reader = { text, at: 0 };
  const value = readValue(reader, 0);
  skipSpace(reader);
  if (reader.at < text.length) throw unexpected(reader, 'the end');
  return value;
}

/** A plain JSON value (a document that a driver returned) in the same form: whole numbers are integers. */
export function losslessFrom(json: unknown): LosslessJson {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json === 'boolean' || typeof json === 'string' || typeof json === 'bigint') return json;
  if (Array.isArray(json)) return json.map(losslessFrom);
  if (json instanceof Map) return json as ReadonlyMap<string, LosslessJson>;
  // A date or a 64-bit integer of a driver would lose its meaning, and with it perhaps a denial.
  if (!isPlainObject(json)) throw new LosslessJsonError(`a ${describe(json)} is no JSON value`, 0);
  return new Map(Object.entries(json).map(([key, member]) => [key, losslessFrom(member)]));
}

interface Reader {
  readonly text: string;
  at: number;
}

const WORDS: ReadonlyMap<string, LosslessJson> = new Map<string, LosslessJson>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const WORD = /null|true|false|NaN|-?Infinity/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// Control characters must be escaped (RFC 8259 §7).
// oxlint-disable-next-line no-control-regex -- they are what is excluded
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SPACE = /[ \t\n\r]*/y;

function readValue(reader: Reader, depth: number): LosslessJson {
  if (depth > MAX_DEPTH) throw new LosslessJsonError(`nests deeper than ${MAX_DEPTH} levels`, reader.at);
  skipSpace(reader);
  const char = reader.text[reader.at];
  if (char === '{') return readObject(reader, depth);
  if (char === '[') return readArray(reader, depth);
  if (char === '"') return readString(reader);
  const word = take(reader, WORD);
  if (word !== undefined) return WORDS.get(word) as LosslessJson;
  const number = take(reader, NUMBER);
  if (number === undefined) throw unexpected(reader, 'a value');
  return /^-?\d+$/.test(number) ? BigInt(number) : Number(number);
}

function readObject(reader: Reader, depth: number): LosslessJson {
  const members = new Map<string, LosslessJson>();
  reader.at++;
  if (takeMark(reader, '}')) return members;
  do {
    skipSpace(reader);
    const key = readString(reader);
    if (!takeMark(reader, ':')) throw unexpected(reader, '`:`');
    members.set(key, readValue(reader, depth + 1));
  } while (takeMark(reader, ','));
  if (!takeMark(reader, '}')) throw unexpected(reader, '`,` or `}`');
  return members;
}

function readArray(reader: Reader, depth: number): LosslessJson {
  const items: LosslessJson[] = [];
  reader.at++;
  if (takeMark(reader, ']')) return items;
  do items.push(readValue(reader, depth + 1));
  while (takeMark(reader, ','));
  if (!takeMark(reader, ']')) throw unexpected(reader, '`,` or `]`');
  return items;
}

function readString(reader: Reader): string {
  const token = take(reader, STRING);
  if (token === undefined) throw unexpected(reader, 'a string');
  return JSON.parse(token) as string;
}

function take(reader: Reader, token: RegExp): string | undefined {
  token.lastIndex = reader.at;
  const found = token.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found === '' ? undefined : found;
}

function takeMark(reader: Reader, mark: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== mark) return false;
  reader.at++;
  return true;
}

function skipSpace(reader: Reader): void {
  SPACE.lastIndex = reader.at;
  reader.at += SPACE.exec(reader.text)?.[0].length ?? 0;
}

function unexpected(reader: Reader, wanted: string): LosslessJsonError {
  const found = reader.text[reader.at];
  return new LosslessJsonError(
    `expected ${wanted} ${found === undefined ? 'before the end' : `at position ${reader.at + 1}`}`,
    reader.at,
  );
}
