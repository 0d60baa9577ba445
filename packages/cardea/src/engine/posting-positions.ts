import { mixKey } from './mix-key.ts';
import { homeOf, Segments, type SegmentsOptions, type SlotLayout } from './segments.ts';

// The words of a slot: the address of a cell, then a code of the key and the policy.
const WIDTH_BITS = 1;
const WIDTH = 1 << WIDTH_BITS;
const CODE = 1;

/** How a {@link PostingPositions} hashes. */
export interface PositionsOptions extends SegmentsOptions {
  readonly fold: (hash: number) => number;
}

/** Whether a cell is the posting of a policy with a tag of these two words. */
type IsAt = (cell: number, policy: number, first: number, second: number) => boolean;

/**
 * Where in the long posting lists a policy stands, by key and policy, so that it can be removed without a search.
 * A pair that stands there twice has two positions.
 */
export class PostingPositions {
  readonly #isAt: IsAt;
  readonly #fold: (hash: number) => number;
  readonly #segments: Segments;

  constructor(isAt: IsAt, options: PositionsOptions, arrays?: readonly Int32Array[]) {
    this.#isAt = isAt;
    this.#fold = options.fold;
    const layout = this.#layout();
    this.#segments = arrays ? Segments.fromArrays(arrays, layout, options) : new Segments(layout, options);
  }

  get bytes(): number {
    return this.#segments.bytes;
  }

  toArrays(): readonly Int32Array[] {
    return this.#segments.toArrays();
  }

  add(key: number, policy: number, cell: number): void {
    const code = codeOf(key, policy);
    const hash = this.#hashOf(code);
    this.#segments.reserve(hash);
    const location = this.#segments.claim(hash);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    words[at] = cell;
    words[at + CODE] = code;
  }

  /** Forgets one position of a pair with this tag and answers it; 0 when it has none. */
  take(key: number, policy: number, first: number, second: number): number {
    const code = codeOf(key, policy);
    const hash = this.#hashOf(code);
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    for (let at = this.#home(words, hash); words[at] !== 0; at = next(words, at)) {
      if (words[at + CODE] !== code) continue;
      const cell = words[at] as number;
      // INVARIANT: for one policy two keys have two codes, so the code and the policy are the pair.
      if (!this.#isAt(cell, policy, first, second)) continue;
      this.#segments.remove(hash, at);
      return cell;
    }
    return 0;
  }

  /** The position of a pair is another one now, or none when `to` is 0. */
  move(key: number, policy: number, from: number, to: number): void {
    const code = codeOf(key, policy);
    const hash = this.#hashOf(code);
    const words = this.#segments.directory[hash >>> this.#segments.shift] as Int32Array;
    for (let at = this.#home(words, hash); words[at] !== 0; at = next(words, at)) {
      if (words[at] !== from) continue;
      if (to === 0) this.#segments.remove(hash, at);
      else this.#segments.toWrite(hash)[at] = to;
      return;
    }
  }

  #layout(): SlotLayout {
    return {
      widthBits: WIDTH_BITS,
      maxLoad: 0.8,
      hashAt: (words, at) => this.#hashOf(words[at + CODE] as number),
      moved: () => undefined,
    };
  }

  #hashOf(code: number): number {
    return this.#fold(mixKey(code));
  }

  #home(words: Int32Array, hash: number): number {
    return homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
  }
}

function codeOf(key: number, policy: number): number {
  return (key + Math.imul(policy, 0x9e3779b1)) | 0;
}

function next(words: Int32Array, at: number): number {
  return at + WIDTH === words.length ? 0 : at + WIDTH;
}
