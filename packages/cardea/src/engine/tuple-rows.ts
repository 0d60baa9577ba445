import { mixKey, unmixKey } from './mix-key.ts';
import { homeOf } from './segments.ts';

/**
 * The rows of one segment of a {@link TupleSet}: slots of `width` words, in the order of the last 16 bits of
 * the places of their rows. A row lies at its home or, where others do, behind it; so a search ends at the first
 * row that belongs behind the one sought, which keeps it short, found or not, where nine homes of ten are taken.
 * More slots than homes: rows never wrap around, and the last slot is always empty.
 *
 * The first word of a row is its hash: a bijection of the first number for given other numbers. So a row needs
 * no word for its hash, whatever moves rows computes none, and equal words still mean equal tuples. It is never 0,
 * which marks an empty slot.
 *
 * Source: Amble and Knuth, Ordered hash tables, 1974.
 */
export class TupleRows {
  readonly width: number;
  readonly #fold: (hash: number) => number;

  constructor(width: number, fold: (hash: number) => number) {
    this.width = width;
    this.#fold = fold;
  }

  /** The first word of the row of a tuple. */
  headOf(tuple: Int32Array): number {
    let mixed = SEED;
    for (let word = 1; word < this.width; word++) mixed = mix(mixed, tuple[word] as number);
    return mixKey((tuple[0] as number) ^ (mixed | SIGN));
  }

  /** What tells the segment and the home of a row, by its first word. */
  placeOf(head: number): number {
    return this.#fold(head);
  }

  /** Copies the tuple of the row that begins at `at`. */
  read(words: Int32Array, at: number, into: Int32Array): void {
    let mixed = SEED;
    for (let word = 1; word < this.width; word++) {
      const value = words[at + word] as number;
      into[word] = value;
      mixed = mix(mixed, value);
    }
    into[0] = unmixKey(words[at] as number) ^ (mixed | SIGN);
  }

  /** Where the row of a tuple begins, or where it would as `~at`. */
  seek(words: Int32Array, homes: number, head: number, tuple: Int32Array): number {
    const place = this.#fold(head);
    const rank = place & RANK;
    let at = homeOf(place, homes) * this.width;
    for (;;) {
      const entry = words[at] as number;
      if (entry === head && this.#same(words, at, tuple)) return at;
      if (entry === 0 || (this.#fold(entry) & RANK) > rank) return ~at;
      at += this.width;
    }
  }

  /** Writes a row to where it belongs; false where only the last slot is free. */
  insert(words: Int32Array, at: number, head: number, tuple: Int32Array): boolean {
    const { width } = this;
    let end = at;
    while (words[end] !== 0) end += width;
    if (end + width === words.length) return false;
    // Few rows, mostly: a call of `copyWithin` takes longer than moving them.
    for (let word = end - 1; word >= at; word--) words[word + width] = words[word] as number;
    words[at] = head;
    for (let word = 1; word < width; word++) words[at + word] = tuple[word] as number;
    return true;
  }

  /** Takes away the row that begins at `at`: those behind it come nearer to their homes. */
  remove(words: Int32Array, homes: number, at: number): void {
    const { width } = this;
    let end = at + width;
    while (words[end] !== 0 && this.#homeOf(words[end] as number, homes) < end) end += width;
    words.copyWithin(at, at + width, end);
    words.fill(0, end - width, end);
  }

  /**
   * Copies rows to where they belong in one or two empty segments, without searching.
   *
   * @param bit the bit of a place that tells the second segment from the first
   * @returns whether there was room for all
   */
  distribute(words: Int32Array, bit: number, targets: readonly Segment[]): boolean {
    const { width } = this;
    const fold = this.#fold;
    const mask = targets.length - 1;
    const ends = [0, 0];
    for (let from = 0; from < words.length; from += width) {
      const head = words[from] as number;
      if (head === 0) continue;
      const place = fold(head);
      // No branch, because half of the branches would be foretold wrongly.
      const side = (place >>> bit) & mask;
      const target = targets[side] as Segment;
      const home = homeOf(place, target.homes) * width;
      const end = ends[side] as number;
      const at = home > end ? home : end;
      ends[side] = at + width;
      const into = target.words;
      // The last slot stays empty.
      if (at + width >= into.length) return false;
      into[at] = head;
      // Most tuples have up to three numbers, and a loop for them costs as much as all else.
      if (width > 1) into[at + 1] = words[from + 1] as number;
      if (width > 2) into[at + 2] = words[from + 2] as number;
      for (let word = 3; word < width; word++) into[at + word] = words[from + word] as number;
    }
    return true;
  }

  /** How many rows have this bit of their place set. */
  countOf(words: Int32Array, bit: number): number {
    const { width } = this;
    const fold = this.#fold;
    let count = 0;
    for (let at = 0; at < words.length; at += width) {
      const head = words[at] as number;
      if (head !== 0) count += (fold(head) >>> bit) & 1;
    }
    return count;
  }

  /** How many rows there are in a segment for places that begin with `prefix`, or -1 where one would not be found. */
  check({ words, homes }: Segment, prefix: number, shift: number): number {
    const { width } = this;
    const last = words.length - width;
    if (words.length % width !== 0 || homes < 1 || homes * width > last || words[last] !== 0) return -1;
    let count = 0;
    let before = -1;
    for (let at = 0; at < last; at += width) {
      const head = words[at] as number;
      const rank = head === 0 ? -1 : this.#fold(head) & RANK;
      if (head !== 0) {
        const home = this.#homeOf(head, homes);
        if (home > at || (home < at && before < 0) || rank < before) return -1;
        if (shift < 32 && this.#fold(head) >>> shift !== prefix) return -1;
        count += 1;
      }
      before = rank;
    }
    return count;
  }

  #same(words: Int32Array, at: number, tuple: Int32Array): boolean {
    for (let word = this.width - 1; word > 0; word--) if (words[at + word] !== tuple[word]) return false;
    return true;
  }

  #homeOf(head: number, homes: number): number {
    return homeOf(this.#fold(head), homes) * this.width;
  }
}

/** Slots, and how many of them are the home of a row. */
export interface Segment {
  readonly words: Int32Array;
  readonly homes: number;
}

/** The bits of a place that order the rows of a segment. */
const RANK = 0xffff;
const SEED = 0x243f6a88;
// Of all that is mixed into the first number: so that the two never cancel out, and no hash is 0.
const SIGN = -0x80000000;

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
