import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import { HASH, PACKED_WORDS, packText } from './packed-text.ts';
import { homeOf, Segments, type SegmentsOptions, type SlotLayout } from './segments.ts';

/** How a {@link UidTable} is made. */
export interface UidTableOptions extends SegmentsOptions {
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
}

// The words of a slot: number + 1, and the hash of the uid.
const WIDTH_BITS = 1;
const WIDTH = 1 << WIDTH_BITS;
const UID_HASH = 1;
const SEED = 0x51ed270b;

/**
 * From uids to the numbers of policies, 8 bytes each and room to grow: the uids themselves are kept elsewhere, once.
 * One uid may have several numbers, as long as `hasUid` says so of one at most.
 */
export class UidTable {
  readonly #hasUid: (number: number, uid: string) => boolean;
  readonly #fold: (hash: number) => number;
  readonly #packed: Int32Array = new Int32Array(PACKED_WORDS);
  readonly #segments: Segments;

  /**
   * @param hasUid whether the policy of a number has a uid
   * @param arrays those of `toArrays`, which are not copied
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for other arrays
   */
  constructor(
    hasUid: (number: number, uid: string) => boolean,
    options: UidTableOptions = {},
    arrays?: readonly Int32Array[],
  ) {
    this.#hasUid = hasUid;
    this.#fold = options.fold ?? itself;
    if (arrays === undefined) {
      this.#segments = new Segments(LAYOUT, options);
      return;
    }
    const [segments] = splitArrays(arrays, { header: 0, parts: 1 }).parts;
    if (segments === undefined) throw invalidSnapshot('there is no table of uids');
    this.#segments = Segments.fromArrays(segments, LAYOUT, options);
  }

  get size(): number {
    return this.#segments.size;
  }

  get bytes(): number {
    return this.#segments.bytes;
  }

  /** The number of the policy of a uid, or -1. Allocates nothing. */
  find(uid: string): number {
    const hash = this.#hashOf(uid);
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    let at = homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
    for (;;) {
      const entry = words[at] as number;
      if (entry === 0) return -1;
      if (words[at + UID_HASH] === hash && this.#hasUid(entry - 1, uid)) return entry - 1;
      at += WIDTH;
      if (at === words.length) at = 0;
    }
  }

  /**
   * Adds a number that is not there.
   *
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` when tens of thousands of uids were made to have one hash
   */
  add(uid: string, number: number): void {
    const hash = this.#hashOf(uid);
    this.#segments.reserve(hash);
    const location = this.#segments.claim(hash);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    words[at] = number + 1;
    words[at + UID_HASH] = hash;
  }

  /** Removes a number that is there. */
  remove(uid: string, number: number): void {
    const hash = this.#hashOf(uid);
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    let at = homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
    while (words[at] !== number + 1) {
      if (words[at] === 0) return;
      at += WIDTH;
      if (at === words.length) at = 0;
    }
    this.#segments.remove(hash, at);
  }

  toArrays(): readonly Int32Array[] {
    return joinArrays([], [this.#segments.toArrays()]);
  }

  #hashOf(uid: string): number {
    packText(uid, SEED, this.#packed);
    return this.#fold(this.#packed[HASH] as number) | 0;
  }
}

const LAYOUT: SlotLayout = {
  widthBits: WIDTH_BITS,
  maxLoad: 0.8,
  hashAt: (words, at) => words[at + UID_HASH] as number,
  moved: () => undefined,
};

function itself(hash: number): number {
  return hash;
}
