import { Arena, offsetOf, roomFor } from './arena.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import type { Candidates } from './candidates.ts';
import { PostingPositions, type PositionsOptions } from './posting-positions.ts';

// A block: fill, size in words and state in one word; the block that follows or 0, negated; then cells, each
// `policy + 1` behind the tag where there are tags. A walk goes from the last cell down, and the first such word
// that is not positive is the way on.
const LINK = 1;
const HEADER = 2;
const FILL = 0xffff;
const SIZE_SHIFT = 16;
const SIZE = 0x3ff;
const INDEXED = 1 << 26;

/** A list of one block of at most so many words is searched; what is longer is a chain with an index of positions. */
const LARGEST = 512;
const SMALLEST_CHAINED = 128;

/** Words of a tag. */
export const TAG_WORDS = 2;

/**
 * Lists of policies of which a key has two or more. Named by the address of its first block, which adding and
 * removing may change; a list of one is to be taken apart.
 *
 * Blocks of up to 512 words are replaced by larger ones; from then on blocks are chained and no cell moves but
 * the last one, into the place of one that was removed. So nothing costs more than a block, however long the list.
 */
export class PostingLists {
  readonly #blocks: Arena;
  readonly #positions: PostingPositions;
  /** Words of a cell. */
  readonly #width: number;
  /** Keeps reading ahead from being optimized away. */
  #ahead = 0;

  constructor(options: PositionsOptions, isTagged: boolean, arrays?: readonly Int32Array[]) {
    const [blocks, positions] = arrays ? splitArrays(arrays, { header: 0, parts: 2 }).parts : [];
    this.#width = isTagged ? TAG_WORDS + 1 : 1;
    this.#blocks = blocks ? Arena.fromArrays(blocks, options.allocate) : new Arena(options.allocate);
    this.#positions = new PostingPositions(
      (cell, policy, first, second) => this.#isAt(cell, policy, first, second),
      options,
      positions,
    );
  }

  get bytes(): number {
    return this.#blocks.bytes + this.#positions.bytes;
  }

  toArrays(): readonly Int32Array[] {
    return joinArrays([], [this.#blocks.toArrays(), this.#positions.toArrays()]);
  }

  /** The cell that a walk begins with. */
  first(list: number): number {
    return list + LINK + this.#fill(list) * this.#width;
  }

  policyAt(cell: number): number {
    return this.#word(cell) - 1;
  }

  /** The words of the tag of a cell, by 0 and 1. */
  tagAt(cell: number, word: number): number {
    return this.#width === 1 ? 0 : this.#word(cell - TAG_WORDS + word);
  }

  /** The cell after this one, 0 at the end. */
  next(cell: number): number {
    const word = this.#word(cell - this.#width);
    if (word > 0) return cell - this.#width;
    return word === 0 ? 0 : this.first(-word);
  }

  count(list: number): number {
    let count = 0;
    for (let block = list; block !== 0; block = this.#link(block)) count += this.#fill(block);
    return count;
  }

  /** Copies what fits into `into` from `offset` on, and answers the length of the whole list. */
  collect(list: number, into: Int32Array, offset: number): number {
    let count = 0;
    for (let cell = this.first(list); cell !== 0; cell = this.next(cell)) {
      if (offset + count < into.length) into[offset + count] = this.policyAt(cell);
      count += 1;
    }
    return count;
  }

  /**
   * Adds the policies of some lists whose tags fit. The lists must have tags.
   *
   * @param bits see `KeyTable.select`
   */
  select(lists: Int32Array, count: number, bits: Int32Array, into: Candidates): void {
    let ahead = this.#ahead;
    for (let at = 0; at < count; at++) ahead ^= this.#word(lists[at] as number);
    this.#ahead = ahead;
    for (let at = 0; at < count; at++) {
      for (let block = lists[at] as number; block !== 0; block = this.#link(block)) {
        into.reserve(this.#fill(block));
        into.count = this.#selectIn(block, bits, into.numbers, into.count);
      }
    }
  }

  // Read from the front to the back, as memory is quickest: about 10 ns a posting in lists of a million policies.
  #selectIn(block: number, bits: Int32Array, numbers: Int32Array, found: number): number {
    const words = this.#blocks.chunkOf(block);
    const start = offsetOf(block) + HEADER;
    const end = start + this.#fill(block) * (TAG_WORDS + 1);
    let count = found;
    for (let at = start; at < end; at += TAG_WORDS + 1) {
      if (!fits(words[at] as number, bits) || !fits(words[at + 1] as number, bits)) continue;
      numbers[count] = (words[at + 2] as number) - 1;
      count += 1;
    }
    return count;
  }

  /** A new list of one, which is to be pushed to. */
  start(policy: number, first: number, second: number): number {
    const block = this.#makeBlock(roomFor(HEADER + 2 * this.#width), 0, 0);
    this.#append(block, policy, first, second);
    return block;
  }

  /** Adds a policy and answers the list, which may have another address. */
  push(list: number, key: number, policy: number, first: number, second: number): number {
    const head = this.#roomy(list, key);
    this.#append(head, policy, first, second);
    if (this.#isIndexed(head)) this.#positions.add(key, policy, this.first(head));
    return head;
  }

  /** Removes one occurrence and answers the list, or 0 when it was not there. */
  remove(list: number, key: number, policy: number, first: number, second: number): number {
    const cell = this.#isIndexed(list)
      ? this.#positions.take(key, policy, first, second)
      : this.#search(list, policy, first, second);
    if (cell === 0) return 0;
    const last = this.first(list);
    if (cell !== last) {
      for (let at = 0; at < this.#width; at++) this.#setWord(cell - at, this.#word(last - at));
      if (this.#isIndexed(list)) this.#positions.move(key, this.policyAt(cell), last, cell);
    }
    this.#setWord(list, this.#word(list) - 1);
    return this.#tidied(list, key);
  }

  isOne(list: number): boolean {
    return this.#fill(list) === 1 && this.#link(list) === 0;
  }

  /** Frees a list of one. */
  drop(list: number, key: number): void {
    if (this.#isIndexed(list)) this.#forget(list, key);
    this.#blocks.free(list, this.#size(list));
  }

  /** A head with an empty cell. */
  #roomy(list: number, key: number): number {
    const size = this.#size(list);
    if (HEADER + (this.#fill(list) + 1) * this.#width <= size) return list;
    if (!this.#isIndexed(list)) {
      // A quarter more at a time leaves a tenth of the memory empty.
      if (size < LARGEST) return this.#resized(list, Math.min(LARGEST, roomFor(size + (size >> 2) + this.#width)));
      this.#index(list, key);
      return this.#makeBlock(SMALLEST_CHAINED, INDEXED, list);
    }
    return this.#makeBlock(Math.min(LARGEST, Math.max(SMALLEST_CHAINED, size * 2)), INDEXED, list);
  }

  /** A list from whose head a policy was removed, with no empty head and no much too large one. */
  #tidied(list: number, key: number): number {
    const fill = this.#fill(list);
    const link = this.#link(list);
    const size = this.#size(list);
    if (link !== 0) {
      if (fill > 0) return list;
      this.#blocks.free(list, size);
      return link;
    }
    const smaller = roomFor(size >> 1);
    if (HEADER + fill * this.#width > size >> 2 || smaller >= size) return list;
    if (this.#isIndexed(list)) this.#forget(list, key);
    return this.#resized(list, smaller);
  }

  #resized(list: number, size: number): number {
    const block = this.#makeBlock(size, 0, 0);
    const fill = this.#fill(list);
    const from = this.#blocks.chunkOf(list);
    const start = offsetOf(list) + HEADER;
    this.#blocks.toWrite(block).set(from.subarray(start, start + fill * this.#width), offsetOf(block) + HEADER);
    this.#setWord(block, this.#word(block) + fill);
    this.#blocks.free(list, this.#size(list));
    return block;
  }

  // A list of one block.
  #index(list: number, key: number): void {
    for (let cell = this.first(list); cell !== 0; cell = this.next(cell)) {
      this.#positions.add(key, this.policyAt(cell), cell);
    }
    this.#setWord(list, this.#word(list) | INDEXED);
  }

  #forget(list: number, key: number): void {
    for (let cell = this.first(list); cell !== 0; cell = this.next(cell)) {
      this.#positions.move(key, this.policyAt(cell), cell, 0);
    }
  }

  #search(list: number, policy: number, first: number, second: number): number {
    let cell = this.first(list);
    while (cell !== 0 && !this.#isAt(cell, policy, first, second)) cell = this.next(cell);
    return cell;
  }

  #isAt(cell: number, policy: number, first: number, second: number): boolean {
    if (this.policyAt(cell) !== policy) return false;
    return this.#width === 1 || (this.tagAt(cell, 0) === first && this.tagAt(cell, 1) === second);
  }

  #makeBlock(size: number, state: number, link: number): number {
    const block = this.#blocks.allocate(size);
    this.#setWord(block, state | (size << SIZE_SHIFT));
    this.#setWord(block + LINK, -link);
    return block;
  }

  #append(block: number, policy: number, first: number, second: number): void {
    this.#setWord(block, this.#word(block) + 1);
    const cell = this.first(block);
    this.#setWord(cell, policy + 1);
    if (this.#width === 1) return;
    this.#setWord(cell - 2, first);
    this.#setWord(cell - 1, second);
  }

  #fill(block: number): number {
    return this.#word(block) & FILL;
  }

  #size(block: number): number {
    return (this.#word(block) >>> SIZE_SHIFT) & SIZE;
  }

  #isIndexed(block: number): boolean {
    return (this.#word(block) & INDEXED) !== 0;
  }

  #link(block: number): number {
    return -this.#word(block + LINK);
  }

  #word(address: number): number {
    return this.#blocks.chunkOf(address)[offsetOf(address)] as number;
  }

  #setWord(address: number, word: number): void {
    this.#blocks.toWrite(address)[offsetOf(address)] = word;
  }
}

/** Whether a word of a tag fits: see `KeyTable.select`. */
export function fits(word: number, bits: Int32Array): boolean {
  const at = (word >>> 24) << 1;
  const all = bits[at] as number;
  return (word & all) === all && (word & (bits[at + 1] as number)) !== 0;
}
