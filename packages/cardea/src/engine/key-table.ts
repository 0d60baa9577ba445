import { joinArrays, splitArrays } from './arrays.ts';
import { type BinaryReader, type BinaryWriter, invalidSnapshot } from './binary.ts';
import type { Allocate } from './memory.ts';
import { mixKey } from './mix-key.ts';
import type { Candidates } from './candidates.ts';
import { fits, PostingLists } from './posting-lists.ts';
import { homeOf, Segments, type SlotLayout } from './segments.ts';

/** How a {@link KeyTable} is made. */
export interface KeyTableOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Slots at which a segment splits. Small ones are for tests. */
  readonly segmentSlots?: number;
  /** Whether arrays are those of a table of this program, and need not be looked through. */
  readonly isTrusted?: boolean;
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
  /** Whether policies have tags, which cost 8 bytes more each. */
  readonly tagged?: boolean;
}

const TAG = 'keys';
const VERSION = 2;

// The words of a slot: one policy as `~policy`, or the address of its list; the key; where there are tags, that of
// the one policy.
const WIDTH_BITS = 1;
const TAGGED_WIDTH_BITS = 2;
const KEY = 1;
const FIRST = 2;
const SECOND = 3;

/**
 * From keys of 32 bits to the policies that are filed under them: the heart of an index. A key with one policy is
 * one slot of 8 bytes; others have a list. Finding a key costs one access to memory, adding and removing cost the
 * same in a table of any size, and no operation rebuilds the whole table.
 *
 * What differs may share a key where keys are hashes: verify what is found.
 *
 * @example
 * ```ts
 * const table = new KeyTable();
 * table.add(0x5eed, 7);
 * for (let at = table.first(0x5eed); at !== 0; at = table.next(at)) verify(table.policyAt(at));
 * table.remove(0x5eed, 7); // true
 * ```
 */
export class KeyTable {
  readonly #fold: (hash: number) => number;
  readonly #isTagged: boolean;
  readonly #widthBits: number;
  #segments: Segments;
  #lists: PostingLists;
  #size = 0;
  /** Keeps reading ahead from being optimized away. */
  #ahead = 0;

  constructor(options: KeyTableOptions = {}) {
    this.#fold = options.fold ?? itself;
    this.#isTagged = options.tagged === true;
    this.#widthBits = this.#isTagged ? TAGGED_WIDTH_BITS : WIDTH_BITS;
    this.#segments = new Segments(this.#layout(), options);
    this.#lists = new PostingLists({ ...options, fold: this.#fold }, this.#isTagged);
  }

  /** Policies under all keys; one under two keys counts twice. */
  get size(): number {
    return this.#size;
  }

  /** Keys that have a policy. */
  get keys(): number {
    return this.#segments.size;
  }

  /** Memory held, free slots included. */
  get bytes(): number {
    return this.#segments.bytes + this.#lists.bytes;
  }

  /**
   * Files a policy under a key. The same pair may be added again, and is then there twice.
   *
   * @param key an integer of 32 bits
   * @param policy 0 to 2³¹ − 2
   * @param first the first word of its tag, in a table of tags: see {@link KeyTable.select}
   * @param second the second word of its tag
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` when tens of thousands of keys have one hash, or at 8 GB of lists
   */
  add(key: number, policy: number, first: number = 0, second: number = 0): void {
    const hash = this.#hashOf(key);
    const at = this.#slotOf(key, hash);
    if (at < 0) {
      this.#insert(key, hash, policy, first, second);
    } else {
      const words = this.#segments.toWrite(hash);
      const value = words[at] as number;
      const list =
        value < 0 ? this.#lists.start(~value, this.#tagIn(words, at + FIRST), this.#tagIn(words, at + SECOND)) : value;
      words[at] = this.#lists.push(list, key | 0, policy, first, second);
    }
    this.#size += 1;
  }

  /** Removes a policy with this tag from a key, once; false when it was not there. */
  remove(key: number, policy: number, first: number = 0, second: number = 0): boolean {
    const hash = this.#hashOf(key);
    const at = this.#slotOf(key, hash);
    if (at < 0) return false;
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    const value = words[at] as number;
    if (value < 0) {
      if (~value !== policy) return false;
      if (this.#isTagged && (words[at + FIRST] !== first || words[at + SECOND] !== second)) return false;
      this.#segments.remove(hash, at);
    } else {
      const left = this.#lists.remove(value, key | 0, policy, first, second);
      if (left === 0) return false;
      const own = this.#segments.toWrite(hash);
      if (this.#lists.isOne(left)) this.#takeApart(left, own, at);
      else own[at] = left;
    }
    this.#size -= 1;
    return true;
  }

  /**
   * A cursor at the first policy of a key, or 0 where it has none. A cursor is a plain number, good until the table
   * is changed; the order of the policies means nothing.
   */
  first(key: number): number {
    const value = this.#valueOf(key);
    return value > 0 ? this.#lists.first(value) : value;
  }

  policyAt(cursor: number): number {
    return cursor < 0 ? ~cursor : this.#lists.policyAt(cursor);
  }

  /** The cursor after this one, 0 at the end. */
  next(cursor: number): number {
    return cursor < 0 ? 0 : this.#lists.next(cursor);
  }

  /**
   * Copies the policies of a key to an array, as many as fit.
   *
   * @param offset where in `into` the first one goes
   * @returns how many policies the key has, which may be more than were copied
   */
  collect(key: number, into: Int32Array, offset: number): number {
    const value = this.#valueOf(key);
    if (value > 0) return this.#lists.collect(value, into, offset);
    if (value < 0 && offset < into.length) into[offset] = ~value;
    return value < 0 ? 1 : 0;
  }

  /**
   * Finds the policies of several keys whose tags fit, in a table of tags. It takes one step for all keys before the
   * next step, so that what the steps wait for in memory they wait for together.
   *
   * A word of a tag is a number in its first eight bits, and at least one of the 24 others. It fits where it has all
   * bits of the one word of that number, and one of those of the other.
   *
   * @param keys are overwritten
   * @param count how many of them
   * @param bits two words for each number, of which the first eight bits are 0
   */
  select(keys: Int32Array, count: number, bits: Int32Array, into: Candidates): void {
    this.#ahead = this.#readAhead(keys, count);
    into.reserve(count);
    let lists = 0;
    let found = into.count;
    for (let next = 0; next < count; next++) {
      const key = keys[next] as number;
      const hash = this.#hashOf(key);
      const at = this.#slotOf(key, hash);
      if (at < 0) continue;
      const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
      const value = words[at] as number;
      if (value > 0) keys[lists++] = value;
      else if (fits(words[at + FIRST] as number, bits) && fits(words[at + SECOND] as number, bits)) {
        into.numbers[found++] = ~value;
      }
    }
    into.count = found;
    if (lists > 0) this.#lists.select(keys, lists, bits, into);
  }

  /** How many policies a key has. */
  count(key: number): number {
    const value = this.#valueOf(key);
    if (value > 0) return this.#lists.count(value);
    return value < 0 ? 1 : 0;
  }

  /** Appends a section that {@link KeyTable.readFrom} reads. */
  writeTo(writer: BinaryWriter): void {
    writer.arrays(TAG, VERSION, this.toArrays());
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` when the section is damaged or of another version */
  static readFrom(reader: BinaryReader, options: KeyTableOptions = {}): KeyTable {
    return KeyTable.fromArrays(reader.arrays(TAG, VERSION, options.allocate), options);
  }

  /**
   * The table as the arrays that it lives in. Sent to a worker they make the same table there, over the same memory
   * where that is shared: for reading, until this one is changed.
   */
  toArrays(): readonly Int32Array[] {
    return joinArrays([this.#size], [this.#segments.toArrays(), this.#lists.toArrays()]);
  }

  /**
   * A table over arrays of {@link KeyTable.toArrays}, which are not copied.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for other arrays
   */
  static fromArrays(arrays: readonly Int32Array[], options: KeyTableOptions = {}): KeyTable {
    const { header, parts } = splitArrays(arrays, { header: 1, parts: 2 });
    const made = new KeyTable(options);
    made.#segments = Segments.fromArrays(parts[0] ?? [], made.#layout(), options);
    made.#lists = new PostingLists({ ...options, fold: made.#fold }, made.#isTagged, parts[1]);
    made.#size = header[0] as number;
    if (made.#size < made.#segments.size) throw invalidSnapshot('a key table has fewer policies than keys');
    return made;
  }

  #layout(): SlotLayout {
    return {
      widthBits: this.#widthBits,
      maxLoad: 0.8,
      hashAt: (words, at) => this.#hashOf(words[at + KEY] as number),
      moved: () => undefined,
    };
  }

  #hashOf(key: number): number {
    return this.#fold(mixKey(key));
  }

  #valueOf(key: number): number {
    const hash = this.#hashOf(key);
    const at = this.#slotOf(key, hash);
    return at < 0 ? 0 : ((this.#segments.directory[hash >>> this.#segments.shift] as Int32Array)[at] as number);
  }

  /** Where in the segment of its hash the slot of a key begins, or -1. */
  #slotOf(key: number, hash: number): number {
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    const wanted = key | 0;
    const bits = this.#widthBits;
    let at = homeOf(hash, words.length >>> bits) << bits;
    while (words[at] !== 0) {
      if (words[at + KEY] === wanted) return at;
      at += 1 << bits;
      if (at === words.length) at = 0;
    }
    return -1;
  }

  /** Reads where keys would be. */
  #readAhead(keys: Int32Array, count: number): number {
    const { directory, shift } = this.#segments;
    const bits = this.#widthBits;
    let sum = this.#ahead;
    for (let at = 0; at < count; at++) {
      const hash = this.#hashOf(keys[at] as number);
      const words = directory[hash >>> shift] as Int32Array;
      sum ^= words[homeOf(hash, words.length >>> bits) << bits] as number;
    }
    return sum;
  }

  #tagIn(words: Int32Array, at: number): number {
    return this.#isTagged ? (words[at] as number) : 0;
  }

  /** Puts the policy of a list of one in its place. */
  #takeApart(list: number, words: Int32Array, at: number): void {
    const lists = this.#lists;
    const cell = lists.first(list);
    words[at] = ~lists.policyAt(cell);
    if (this.#isTagged) {
      words[at + FIRST] = lists.tagAt(cell, 0);
      words[at + SECOND] = lists.tagAt(cell, 1);
    }
    lists.drop(list, words[at + KEY] as number);
  }

  #insert(key: number, hash: number, policy: number, first: number, second: number): void {
    this.#segments.reserve(hash);
    const location = this.#segments.claim(hash);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    words[at] = ~policy;
    words[at + KEY] = key;
    if (!this.#isTagged) return;
    words[at + FIRST] = first;
    words[at + SECOND] = second;
  }
}

function itself(hash: number): number {
  return hash;
}
