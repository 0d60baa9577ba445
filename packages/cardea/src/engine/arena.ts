import { CardeaError } from '../errors.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { type Allocate, onHeap, writable } from './memory.ts';

const CHUNK_BITS = 14;
const CHUNK_WORDS = 1 << CHUNK_BITS;
/** Addresses are positive numbers of 31 bits. */
const CHUNKS_AT_MOST = 1 << (31 - CHUNK_BITS);
const SMALLEST_CHUNK_BITS = 8;
/** Sizes 4, 6 … 64, then four to each doubling up to a chunk. */
const FINE_BITS = 6;
const FINE = 1 << FINE_BITS;
const CLASS_SIZES: readonly number[] = classSizes();
const NO_CHUNK = new Int32Array(0);

/**
 * Blocks of 32-bit words with addresses, in chunks of 64 kB. A freed block serves the next block of its size;
 * a block larger than a chunk has a chunk of its own, which is dropped when it is freed.
 *
 * @example
 * ```ts
 * const arena = new Arena();
 * const address = arena.allocate(3);
 * arena.toWrite(address)[offsetOf(address) + 2] = 7;
 * arena.free(address, 3);
 * ```
 */
export class Arena {
  readonly #allocate: Allocate;
  /** The first is never used, so that 0 is no address. */
  readonly #chunks: Int32Array[] = [NO_CHUNK];
  /** Of each size class the first free block; the first word of a free block is the next. */
  readonly #free: number[] = CLASS_SIZES.map(() => 0);
  readonly #freeChunks: number[] = [];
  /** The chunk that new blocks are cut from, and where. */
  #open = 0;
  #top = 0;

  constructor(allocate: Allocate = onHeap) {
    this.#allocate = allocate;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  /**
   * A block's address, which is positive. Its words are whatever was left in them.
   *
   * @param words 1 at least
   */
  allocate(words: number): number {
    if (words > CHUNK_WORDS) return this.#addChunk(words) << CHUNK_BITS;
    const size = classOf(words);
    const reused = this.#free[size] as number;
    if (reused === 0) return this.#cut(CLASS_SIZES[size] as number);
    this.#free[size] = this.chunkOf(reused)[offsetOf(reused)] as number;
    return reused;
  }

  /** @param words as many as were asked for */
  free(address: number, words: number): void {
    if (words > CHUNK_WORDS) {
      this.#chunks[address >>> CHUNK_BITS] = NO_CHUNK;
      this.#freeChunks.push(address >>> CHUNK_BITS);
      return;
    }
    this.#putBack(address, classOf(words));
  }

  /** The chunk that a block lies in as a whole, from {@link offsetOf} its address on: to read it. */
  chunkOf(address: number): Int32Array {
    return this.#chunks[address >>> CHUNK_BITS] as Int32Array;
  }

  /** As `chunkOf`, to write to the block; whatever else was read from its chunk must be read anew. */
  toWrite(address: number): Int32Array {
    const chunk = address >>> CHUNK_BITS;
    const words = writable(this.#chunks[chunk] as Int32Array, this.#allocate);
    this.#chunks[chunk] = words;
    return words;
  }

  toArrays(): readonly Int32Array[] {
    const header = [this.#open, this.#top, ...this.#free];
    return joinArrays(header, [[Int32Array.from(this.#freeChunks)], this.#chunks]);
  }

  static fromArrays(arrays: readonly Int32Array[], allocate: Allocate = onHeap): Arena {
    const { header, parts } = splitArrays(arrays, { header: 2 + CLASS_SIZES.length, parts: 2 });
    const arena = new Arena(allocate);
    const [open = 0, top = 0, ...free] = header;
    arena.#open = open;
    arena.#top = top;
    arena.#free.splice(0, free.length, ...free);
    arena.#freeChunks.push(...(parts[0]?.[0] ?? []));
    arena.#chunks.splice(0, 1, ...(parts[1] ?? []));
    return arena;
  }

  get #openLength(): number {
    return (this.#chunks[this.#open] as Int32Array).length;
  }

  #cut(words: number): number {
    if (this.#top + words > this.#openLength) this.#openChunk(words);
    const address = (this.#open << CHUNK_BITS) | this.#top;
    this.#top += words;
    return address;
  }

  #openChunk(words: number): void {
    this.#keepRest();
    // The first chunks are smaller: a small table stays small.
    const bits = Math.min(CHUNK_BITS, SMALLEST_CHUNK_BITS + this.#chunks.length - 1);
    this.#open = this.#addChunk(Math.max(1 << bits, words));
    this.#top = 0;
  }

  #keepRest(): void {
    const length = this.#openLength;
    for (let size = CLASS_SIZES.length - 1; size >= 0; size--) {
      const words = CLASS_SIZES[size] as number;
      while (this.#top + words <= length) {
        this.#putBack((this.#open << CHUNK_BITS) | this.#top, size);
        this.#top += words;
      }
    }
  }

  #putBack(address: number, size: number): void {
    this.toWrite(address)[offsetOf(address)] = this.#free[size] as number;
    this.#free[size] = address;
  }

  #addChunk(words: number): number {
    const number = this.#freeChunks.at(-1) ?? this.#chunks.length;
    if (number >= CHUNKS_AT_MOST) throw new CardeaError('CARDEA_UNSUPPORTED', 'an arena is full: it has 8 GB');
    this.#chunks[number] = new Int32Array(this.#allocate(words * 4));
    this.#freeChunks.pop();
    return number;
  }
}

/**
 * Where in its chunk the block of an address begins.
 *
 * @example
 * ```ts
 * const second = arena.chunkOf(address)[offsetOf(address) + 1];
 * ```
 */
export function offsetOf(address: number): number {
  return address & (CHUNK_WORDS - 1);
}

/** As many words a block of at least so many has. */
export function roomFor(words: number): number {
  return CLASS_SIZES[classOf(words)] as number;
}

function classSizes(): readonly number[] {
  const sizes = [];
  for (let size = 4; size <= FINE; size += 2) sizes.push(size);
  for (let base = FINE; base < CHUNK_WORDS; base *= 2) {
    for (let quarter = 1; quarter <= 4; quarter++) sizes.push(base + (base / 4) * quarter);
  }
  return sizes;
}

function classOf(words: number): number {
  if (words <= FINE) return Math.max(0, (words - 3) >> 1);
  // The doubling that the last word lies in, then its quarter: 65 to 80 are the first quarter after 64.
  const octave = 31 - Math.clz32(words - 1);
  return FINE / 2 - 1 + (octave - FINE_BITS) * 4 + (((words - 1) >>> (octave - 2)) & 3);
}
