import { CardeaError, quote } from '../errors.ts';
import { checksum } from './checksum.ts';
import { type Allocate, onHeap } from './memory.ts';

const MAGIC = tagWord('CRDA');
/** Reads as another number where bytes have another order. */
const BYTE_ORDER = 0x01020304;
const FORMAT = 1;
/** tag, version, length of the body in words, checksum of the body. */
const SECTION_HEAD = 4;

/**
 * Writes numbers, texts and arrays as words of 32 bits, in sections with a version and a checksum.
 * Arrays are not copied before {@link BinaryWriter.toBytes}: nothing may change them in between.
 *
 * @example
 * ```ts
 * const writer = new BinaryWriter();
 * writer.section('mine', 1, (body) => body.text('hello'));
 * const bytes = writer.toBytes();
 * BinaryReader.open(bytes).section('mine', 1).text(); // 'hello'
 * ```
 */
export class BinaryWriter {
  readonly #parts: (Int32Array | Section)[] = [];
  #length = 0;

  /** A number of 32 bits. */
  int(value: number): void {
    this.#push(Int32Array.of(value));
  }

  /** A number of 64 bits, floating. */
  float(value: number): void {
    this.#push(new Int32Array(Float64Array.of(value).buffer));
  }

  /** A text, exactly: its UTF-16 code units and not its characters. */
  text(value: string): void {
    const words = new Int32Array((value.length + 1) >> 1);
    const units = new Uint16Array(words.buffer);
    for (let at = 0; at < value.length; at++) units[at] = value.charCodeAt(at);
    this.int(value.length);
    this.#push(words);
  }

  /** An array with its length. */
  ints(words: Int32Array): void {
    this.int(words.length);
    this.#push(words);
  }

  /**
   * A section of its own version, checked as a whole.
   *
   * @param tag four letters, ASCII
   */
  section(tag: string, version: number, write: (body: BinaryWriter) => void): void {
    const body = new BinaryWriter();
    write(body);
    this.#parts.push({ tag: tagWord(tag), version, body });
    this.#length += SECTION_HEAD + body.#length;
  }

  /** A section that holds a list of arrays. */
  arrays(tag: string, version: number, arrays: readonly Int32Array[]): void {
    this.section(tag, version, (body) => {
      body.int(arrays.length);
      for (const array of arrays) body.ints(array);
    });
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const words = new Int32Array(3 + this.#length);
    words.set([MAGIC, BYTE_ORDER, FORMAT]);
    this.#copyTo(words, 3);
    return new Uint8Array(words.buffer);
  }

  #push(words: Int32Array): void {
    this.#parts.push(words);
    this.#length += words.length;
  }

  #copyTo(words: Int32Array, from: number): number {
    let at = from;
    for (const part of this.#parts) {
      if (part instanceof Int32Array) {
        words.set(part, at);
        at += part.length;
        continue;
      }
      const start = at + SECTION_HEAD;
      const end = part.body.#copyTo(words, start);
      words.set([part.tag, part.version, end - start, checksum(words, start, end)], at);
      at = end;
    }
    return at;
  }
}

interface Section {
  readonly tag: number;
  readonly version: number;
  readonly body: BinaryWriter;
}

/**
 * Reads what a {@link BinaryWriter} wrote, in the same order. Everything that is not exactly that is refused.
 *
 * @example
 * ```ts
 * const dictionary = Dictionary.readFrom(BinaryReader.open(bytes));
 * ```
 *
 * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` (every method): damaged, cut off, foreign, or of a version
 * that this release does not read
 */
export class BinaryReader {
  readonly #words: Int32Array;
  #at: number;

  private constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /**
   * @example
   * ```ts
   * const reader = BinaryReader.open(await readFile('policies.cardea'));
   * ```
   */
  static open(bytes: Uint8Array): BinaryReader {
    if (bytes.length % 4 !== 0) throw invalidSnapshot('its length is no multiple of 4');
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
    if (words[0] !== MAGIC) throw invalidSnapshot('it is none of ours');
    if (words[1] !== BYTE_ORDER) throw invalidSnapshot('it is of a machine with another order of bytes');
    if (words[2] !== FORMAT) throw invalidSnapshot(`its format is version ${words[2]}, not ${FORMAT}`);
    return new BinaryReader(words, 3);
  }

  int(): number {
    return this.#take(1)[0] as number;
  }

  float(): number {
    return new Float64Array(this.#take(2).slice().buffer)[0] as number;
  }

  text(): string {
    const length = this.#size();
    const words = this.#take((length + 1) >>> 1).slice();
    return decodeUnits(new Uint16Array(words.buffer, 0, length));
  }

  /** A view into the snapshot: copy what outlives it. */
  ints(): Int32Array {
    return this.#take(this.#size());
  }

  /** The section that comes next, which must have this tag and version. */
  section(tag: string, version: number): BinaryReader {
    const head = this.#take(SECTION_HEAD);
    if (head[0] !== tagWord(tag)) throw invalidSnapshot(`section ${quote(tag)} is not where it should be`);
    if (head[1] !== version) {
      throw invalidSnapshot(`section ${quote(tag)} is version ${head[1]}, not ${version}`);
    }
    const body = this.#take((head[2] as number) >>> 0);
    if (checksum(body, 0, body.length) !== head[3]) throw invalidSnapshot(`section ${quote(tag)} is damaged`);
    return new BinaryReader(body, 0);
  }

  /** The arrays of a section, each copied into memory of its own. */
  arrays(tag: string, version: number, allocate: Allocate = onHeap): readonly Int32Array[] {
    const body = this.section(tag, version);
    const arrays: Int32Array[] = [];
    for (let left = body.#size(); left > 0; left--) {
      arrays.push(copied(body.ints(), allocate));
    }
    body.end();
    return arrays;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#at !== this.#words.length) throw invalidSnapshot('something follows its end');
  }

  #size(): number {
    return this.int() >>> 0;
  }

  #take(count: number): Int32Array {
    const end = this.#at + count;
    if (end > this.#words.length) throw invalidSnapshot('it is cut off');
    const taken = this.#words.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function copied(words: Int32Array, allocate: Allocate): Int32Array {
  // Memory that is not zeroed first.
  if (allocate === onHeap) return words.slice();
  const copy = new Int32Array(allocate(words.length * 4));
  copy.set(words);
  return copy;
}

/** The error of a snapshot that is not loaded. */
export function invalidSnapshot(reason: string): CardeaError {
  return new CardeaError('CARDEA_INVALID_SNAPSHOT', `the snapshot is refused: ${reason}`);
}

/** The text of UTF-16 code units, lone surrogates included. */
export function decodeUnits(units: Uint16Array): string {
  let text = '';
  // In pieces: the arguments of one call are limited.
  for (let from = 0; from < units.length; from += 4096) {
    text += String.fromCharCode(...units.subarray(from, from + 4096));
  }
  return text;
}

function tagWord(tag: string): number {
  if (!/^[\x21-\x7e]{4}$/.test(tag)) {
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `a tag is four letters, not ${quote(tag)}`);
  }
  return tag.charCodeAt(0) | (tag.charCodeAt(1) << 8) | (tag.charCodeAt(2) << 16) | (tag.charCodeAt(3) << 24);
}
