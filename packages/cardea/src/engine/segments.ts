import { CardeaError } from '../errors.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import { type Allocate, onHeap, writable } from './memory.ts';

/** What a hash table must know about the slots of one of its users. The first word of an empty slot is 0. */
export interface SlotLayout {
  /** The words of a slot are 2 to this power. */
  readonly widthBits: number;
  /** The share of slots that may be taken, below 1. */
  readonly maxLoad: number;
  /** The hash that the slot beginning at `at` was inserted with. */
  hashAt(words: Int32Array, at: number): number;
  /** Called for a slot that now lies elsewhere. */
  moved(words: Int32Array, at: number, location: number): void;
}

/** How the arrays of a table are made. */
export interface SegmentsOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Slots at which a segment splits instead of growing: 128 kB of slots. Small ones are for tests. */
  readonly segmentSlots?: number;
  /** Whether arrays are those of a table of this program, and need not be looked through. */
  readonly isTrusted?: boolean;
}

const SEGMENT_BYTES = 1 << 17;
const SMALLEST = 16;
const LOCATION_BITS = 16;
const SLOTS_AT_MOST = 1 << LOCATION_BITS;
const DEEPEST = 16;
/** Above this many slots a segment grows by a quarter and not by half: less memory lies empty. */
const LARGE = 1024;

/**
 * Open addressing in segments: a directory by the first bits of the hash leads to an array of slots with linear
 * probing. A full segment grows; one of 128 kB splits in two, so that no insert moves more than one
 * segment, however large the table is. A removal shifts slots back and leaves no tombstone.
 *
 * A probe for `hash` starts at slot {@link homeOf}`(hash, slots)` of `directory[hash >>> shift]`, goes on slot by
 * slot, wraps at the end and stops at an empty slot: users write that loop themselves, as the comparison is theirs.
 *
 * Source: extendible hashing, Fagin et al. 1979, over linear probing, Knuth TAOCP 3 §6.4 algorithms L and R.
 */
export class Segments {
  /** By the first bits of the hash; several entries may name one segment. */
  directory: Int32Array[];
  shift: number = 31;
  readonly #layout: SlotLayout;
  readonly #allocate: Allocate;
  readonly #splitSlots: number;
  /** Beside the directory: the number of the segment. */
  #numbers: number[] = [0, 0];
  /** By number: the slots, how many are taken, and how many bits of the hash lead there. */
  #segments: Int32Array[];
  #taken: number[] = [0];
  #depths: number[] = [0];
  #size = 0;

  constructor(layout: SlotLayout, options: SegmentsOptions = {}) {
    this.#layout = layout;
    this.#allocate = options.allocate ?? onHeap;
    this.#splitSlots = Math.max(2, options.segmentSlots ?? SEGMENT_BYTES >> (2 + layout.widthBits));
    this.#segments = [this.#emptySlots(Math.min(SMALLEST, this.#splitSlots))];
    this.directory = this.#numbers.map((number) => this.#segments[number] as Int32Array);
  }

  /** Slots taken. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, words) => sum + words.byteLength, 0);
  }

  /**
   * Makes sure that {@link Segments.claim} of this hash has a slot.
   *
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` when tens of thousands of hashes are as good as equal
   */
  reserve(hash: number): void {
    for (;;) {
      const number = this.#numbers[hash >>> this.shift] as number;
      const capacity = this.#capacity(number);
      if ((this.#taken[number] as number) < Math.floor(capacity * this.#layout.maxLoad)) return;
      if (capacity < this.#splitSlots) this.#resize(hash, Math.min(this.#splitSlots, grown(capacity)));
      else if (this.#isSplit(hash, number)) continue;
      else if (capacity < SLOTS_AT_MOST) this.#resize(hash, Math.min(SLOTS_AT_MOST, grown(capacity)));
      else throw new CardeaError('CARDEA_UNSUPPORTED', 'a hash table is full: too many of its keys have one hash');
    }
  }

  /** The location of an empty slot for a hash that was reserved. The user fills it before anything else. */
  claim(hash: number): number {
    const number = this.#numbers[hash >>> this.shift] as number;
    const words = this.toWrite(hash);
    this.#taken[number] = (this.#taken[number] as number) + 1;
    this.#size += 1;
    return locationOf(number, this.#emptyAfter(words, hash) >>> this.#layout.widthBits);
  }

  /** The segment of a hash, to write to it: what was read from the directory must be read anew. */
  toWrite(hash: number): Int32Array {
    const number = this.#numbers[hash >>> this.shift] as number;
    const words = this.#segments[number] as Int32Array;
    const own = writable(words, this.#allocate);
    if (own === words) return words;
    this.#segments[number] = own;
    const { first, end } = this.#entriesOf(hash, this.#depths[number] as number);
    this.#refresh(first, end);
    return own;
  }

  /** The segment of a location; it may be written to after {@link Segments.claim} of it. */
  wordsAt(location: number): Int32Array {
    return this.#segments[location >>> LOCATION_BITS] as Int32Array;
  }

  /** Where in its segment the slot of a location begins. */
  offsetAt(location: number): number {
    return (location & (SLOTS_AT_MOST - 1)) << this.#layout.widthBits;
  }

  /** Empties the slot that begins at `at` of the segment of `hash`. */
  remove(hash: number, at: number): void {
    const number = this.#numbers[hash >>> this.shift] as number;
    const words = this.toWrite(hash);
    words[this.#shiftBack(number, at)] = 0;
    const taken = (this.#taken[number] as number) - 1;
    this.#taken[number] = taken;
    this.#size -= 1;
    const capacity = this.#capacity(number);
    const spare = capacity > SMALLEST && taken < (capacity * this.#layout.maxLoad) / 4;
    if (spare) this.#resize(hash, Math.max(SMALLEST, capacity >> 1));
  }

  toArrays(): readonly Int32Array[] {
    const plain = [this.#numbers, this.#taken, this.#depths].map((list) => [Int32Array.from(list)]);
    return joinArrays([this.shift, this.#size], [...plain, this.#segments]);
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for arrays in which a probe might not end */
  static fromArrays(arrays: readonly Int32Array[], layout: SlotLayout, options: SegmentsOptions = {}): Segments {
    const { header, parts } = splitArrays(arrays, { header: 2, parts: 4 });
    const made = new Segments(layout, options);
    const [numbers, taken, depths] = parts.slice(0, 3).map((part) => Array.from(part[0] ?? []));
    made.shift = header[0] as number;
    made.#size = header[1] as number;
    made.#numbers = numbers ?? [];
    made.#taken = taken ?? [];
    made.#depths = depths ?? [];
    made.#segments = [...(parts[3] ?? [])];
    if (options.isTrusted !== true) made.#check();
    made.directory = made.#numbers.map((number) => made.#segments[number] as Int32Array);
    return made;
  }

  #capacity(number: number): number {
    return (this.#segments[number] as Int32Array).length >>> this.#layout.widthBits;
  }

  #emptySlots(slots: number): Int32Array {
    return new Int32Array(this.#allocate(slots << (2 + this.#layout.widthBits)));
  }

  #emptyAfter(words: Int32Array, hash: number): number {
    const { widthBits } = this.#layout;
    let at = homeOf(hash, words.length >>> widthBits) << widthBits;
    while (words[at] !== 0) {
      at += 1 << widthBits;
      if (at === words.length) at = 0;
    }
    return at;
  }

  /** Splits a segment by the next bit of the hash, unless that does not tell some of its slots from others. */
  #isSplit(hash: number, lower: number): boolean {
    const depth = this.#depths[lower] as number;
    if (depth === DEEPEST) return false;
    const old = this.#segments[lower] as Int32Array;
    const width = 1 << this.#layout.widthBits;
    let above = 0;
    for (let at = 0; at < old.length; at += width) {
      if (old[at] !== 0) above += (this.#layout.hashAt(old, at) >>> (31 - depth)) & 1;
    }
    const below = (this.#taken[lower] as number) - above;
    if (above === 0 || below === 0) return false;
    if (depth === 32 - this.shift) this.#doubleDirectory();
    const upper = this.#segments.length;
    // Both are made before one is used: there may be no memory for the second.
    const halves = [this.#emptySlots(this.#roomFor(below)), this.#emptySlots(this.#roomFor(above))] as const;
    [this.#segments[lower], this.#segments[upper]] = halves;
    this.#taken[lower] = below;
    this.#taken[upper] = above;
    this.#depths[lower] = this.#depths[upper] = depth + 1;
    const { first, end } = this.#entriesOf(hash, depth);
    this.#numbers.fill(upper, (first + end) / 2, end);
    this.#refresh(first, end);
    this.#refile(old);
    return true;
  }

  #doubleDirectory(): void {
    this.#numbers = this.#numbers.flatMap((number) => [number, number]);
    this.directory = this.directory.flatMap((words) => [words, words]);
    this.shift -= 1;
  }

  #resize(hash: number, slots: number): void {
    const number = this.#numbers[hash >>> this.shift] as number;
    const old = this.#segments[number] as Int32Array;
    this.#segments[number] = this.#emptySlots(slots);
    const { first, end } = this.#entriesOf(hash, this.#depths[number] as number);
    this.#refresh(first, end);
    this.#refile(old);
  }

  /** The entries of the directory that agree with a hash in its first bits. */
  #entriesOf(hash: number, depth: number): { readonly first: number; readonly end: number } {
    const span = 1 << (32 - this.shift - depth);
    const first = (hash >>> this.shift) & -span;
    return { first, end: first + span };
  }

  #refresh(first: number, end: number): void {
    for (let entry = first; entry < end; entry++) {
      this.directory[entry] = this.#segments[this.#numbers[entry] as number] as Int32Array;
    }
  }

  /** Slots for so many and a third as many again. */
  #roomFor(count: number): number {
    const slots = Math.ceil((count * 1.3) / this.#layout.maxLoad) + 1;
    return Math.min(SLOTS_AT_MOST, Math.max(slots, Math.min(SMALLEST, this.#splitSlots)));
  }

  /** Files the slots of a segment that is no longer in the directory. */
  #refile(old: Int32Array): void {
    const width = 1 << this.#layout.widthBits;
    for (let at = 0; at < old.length; at += width) {
      if (old[at] === 0) continue;
      const hash = this.#layout.hashAt(old, at);
      const entry = hash >>> this.shift;
      const words = this.directory[entry] as Int32Array;
      this.#move(old, at, words, this.#emptyAfter(words, hash), this.#numbers[entry] as number);
    }
  }

  #move(from: Int32Array, at: number, to: Int32Array, target: number, number: number): void {
    const width = 1 << this.#layout.widthBits;
    for (let word = 0; word < width; word++) to[target + word] = from[at + word] as number;
    this.#layout.moved(to, target, locationOf(number, target >>> this.#layout.widthBits));
  }

  /** Fills the hole from the slots behind it, and so on; answers where the hole is in the end. */
  #shiftBack(number: number, at: number): number {
    const words = this.#segments[number] as Int32Array;
    const { widthBits } = this.#layout;
    const capacity = words.length >>> widthBits;
    let hole = at >>> widthBits;
    for (let slot = after(hole, capacity); words[slot << widthBits] !== 0; slot = after(slot, capacity)) {
      const home = homeOf(this.#layout.hashAt(words, slot << widthBits), capacity);
      // A slot may not move to before its home, counted around the end.
      if (distance(home, slot, capacity) < distance(hole, slot, capacity)) continue;
      this.#move(words, slot << widthBits, words, hole << widthBits, number);
      hole = slot;
    }
    return hole << widthBits;
  }

  #check(): void {
    const segments = this.#segments.length;
    const entries = this.shift >= 32 - DEEPEST && this.shift < 32 ? 2 ** (32 - this.shift) : -1;
    if (entries !== this.#numbers.length || segments !== this.#taken.length || segments !== this.#depths.length) {
      throw invalidSnapshot('a hash table has no consistent directory');
    }
    if (this.#numbers.some((number) => number < 0 || number >= segments)) {
      throw invalidSnapshot('a hash table names a segment that it does not have');
    }
    const width = 1 << this.#layout.widthBits;
    let size = 0;
    for (const [number, words] of this.#segments.entries()) {
      let taken = 0;
      for (let at = 0; at < words.length; at += width) if (words[at] !== 0) taken += 1;
      if (words.length % width !== 0 || taken !== this.#taken[number] || taken >= this.#capacity(number)) {
        throw invalidSnapshot('a hash table has other entries than it counted');
      }
      size += taken;
    }
    if (size !== this.#size) throw invalidSnapshot('a hash table has another size than it counted');
  }
}

/** The slot that a probe starts at: the last 16 bits of the hash, scaled to the slots. */
export function homeOf(hash: number, slots: number): number {
  return Math.imul(hash & 0xffff, slots) >>> 16;
}

function grown(slots: number): number {
  return Math.ceil(slots * (slots < LARGE ? 1.5 : 1.25));
}

function after(slot: number, capacity: number): number {
  return slot + 1 === capacity ? 0 : slot + 1;
}

function distance(from: number, to: number, capacity: number): number {
  return to >= from ? to - from : to - from + capacity;
}

function locationOf(number: number, slot: number): number {
  return (number << LOCATION_BITS) | slot;
}
