import { joinArrays, splitArrays } from './arrays.ts';
import { type BinaryReader, type BinaryWriter, invalidSnapshot } from './binary.ts';
import type { DictionaryOptions } from './dictionary.ts';
import { IdPool } from './id-pool.ts';
import { IntColumn } from './int-column.ts';
import { onHeap } from './memory.ts';
import { mixKey } from './mix-key.ts';
import { homeOf, Segments, type SlotLayout } from './segments.ts';

/** How a {@link NumberTable} is made: as a {@link Dictionary} is, but without a seed. */
export type NumberTableOptions = Omit<DictionaryOptions, 'seed'>;

const TAG = 'nums';
const VERSION = 1;

// The words of a slot: id + 1, the two halves of the number, and one that is free.
const WIDTH_BITS = 2;
const WIDTH = 1 << WIDTH_BITS;
const LOW = 1;
const HIGH = 2;

/**
 * Numbers as small numbers, as a {@link Dictionary} does it for texts: equal numbers have one id. Equal is what
 * `===` says, so that `-0` is `0`; and `NaN`, which JSON does not have, is equal to itself.
 *
 * @example
 * ```ts
 * const levels = new NumberTable();
 * levels.intern(0.5); // 0
 * levels.find(0.5); // 0
 * levels.value(0); // 0.5
 * ```
 */
export class NumberTable {
  readonly #fold: (hash: number) => number;
  readonly #float: Float64Array = new Float64Array(1);
  readonly #halves: Int32Array = new Int32Array(this.#float.buffer);
  #segments: Segments;
  #ids: IdPool;
  /** By id, where its slot is. */
  #locations: IntColumn;

  constructor(options: NumberTableOptions = {}) {
    const { allocate = onHeap, fold = itself } = options;
    this.#fold = fold;
    this.#segments = new Segments(this.#layout(), options);
    this.#ids = new IdPool(new IntColumn(allocate));
    this.#locations = new IntColumn(allocate);
  }

  /** Numbers in use. */
  get size(): number {
    return this.#ids.size;
  }

  /** Every id in use is below it. */
  get idLimit(): number {
    return this.#ids.limit;
  }

  /** Memory held, free slots included. */
  get bytes(): number {
    return this.#segments.bytes + this.#ids.bytes + this.#locations.bytes;
  }

  /** The id of a number, which is added where it is new. Counts one reference. */
  intern(value: number): number {
    const found = this.find(value);
    if (found < 0) return this.#add();
    this.#ids.retain(found);
    return found;
  }

  /** The id of a number, or -1. Allocates nothing. */
  find(value: number): number {
    // Adding 0 makes 0 of -0; every NaN becomes the same one.
    this.#float[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    const low = this.#halves[0] as number;
    const high = this.#halves[1] as number;
    const hash = this.#hashOf(low, high);
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    let at = homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
    for (;;) {
      const entry = words[at] as number;
      if (entry === 0) return -1;
      if (words[at + LOW] === low && words[at + HIGH] === high) return entry - 1;
      at += WIDTH;
      if (at === words.length) at = 0;
    }
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use */
  value(id: number): number {
    this.#ids.check(id);
    const location = this.#locations.get(id);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    this.#halves[0] = words[at + LOW] as number;
    this.#halves[1] = words[at + HIGH] as number;
    return this.#float[0] as number;
  }

  /**
   * Counts one more reference.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use
   */
  retain(id: number): void {
    this.#ids.retain(id);
  }

  /**
   * Counts one reference less. True when it was the last: the number is gone, and its id will be another's.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use
   */
  release(id: number): boolean {
    if (!this.#ids.release(id)) return false;
    const location = this.#locations.get(id);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    this.#segments.remove(this.#hashOf(words[at + LOW] as number, words[at + HIGH] as number), at);
    return true;
  }

  /** Appends a section that {@link NumberTable.readFrom} reads. */
  writeTo(writer: BinaryWriter): void {
    writer.arrays(TAG, VERSION, this.toArrays());
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` when the section is damaged or of another version */
  static readFrom(reader: BinaryReader, options: NumberTableOptions = {}): NumberTable {
    return NumberTable.fromArrays(reader.arrays(TAG, VERSION, options.allocate), options);
  }

  /** The table as the arrays that it lives in; see {@link Dictionary.toArrays}. */
  toArrays(): readonly Int32Array[] {
    return joinArrays([], [this.#segments.toArrays(), this.#ids.toArrays(), this.#locations.toArrays()]);
  }

  /**
   * A table over arrays of {@link NumberTable.toArrays}, which are not copied.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for other arrays
   */
  static fromArrays(arrays: readonly Int32Array[], options: NumberTableOptions = {}): NumberTable {
    const [segments = [], ids = [], locations = []] = splitArrays(arrays, { header: 0, parts: 3 }).parts;
    const made = new NumberTable(options);
    made.#segments = Segments.fromArrays(segments, made.#layout(), options);
    made.#ids = IdPool.fromArrays(ids, options.allocate);
    made.#locations = IntColumn.fromArrays(locations, options.allocate);
    if (made.#ids.size !== made.#segments.size || made.#locations.length !== made.#ids.limit) {
      throw invalidSnapshot('a table of numbers has other ids than numbers');
    }
    return made;
  }

  #layout(): SlotLayout {
    return {
      widthBits: WIDTH_BITS,
      maxLoad: 0.8,
      hashAt: (words, at) => this.#hashOf(words[at + LOW] as number, words[at + HIGH] as number),
      moved: (words, at, location) => this.#locations.set((words[at] as number) - 1, location),
    };
  }

  #hashOf(low: number, high: number): number {
    return this.#fold(mixKey(Math.imul(low, 0x9e3779b1) ^ high));
  }

  /** Adds the number that was looked for last. */
  #add(): number {
    const low = this.#halves[0] as number;
    const high = this.#halves[1] as number;
    const hash = this.#hashOf(low, high);
    this.#segments.reserve(hash);
    const location = this.#segments.claim(hash);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    const id = this.#ids.acquire();
    words[at] = id + 1;
    words[at + LOW] = low;
    words[at + HIGH] = high;
    this.#locations.set(id, location);
    return id;
  }
}

function itself(hash: number): number {
  return hash;
}
