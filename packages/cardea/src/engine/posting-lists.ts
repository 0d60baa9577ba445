import { Arena, offsetOf } from './arena.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { PostingPositions, type PositionsOptions } from './posting-positions.ts';

// A block: fill, size and state in one word; the block that follows or 0, negated; then cells of `policy + 1`.
// A walk goes from the last cell down, and the first word that is not positive is the way on.
const LINK = 1;
const CELLS = 2;
const FILL = 0xffff;
const BITS_SHIFT = 16;
const INDEXED = 1 << 24;

const SMALLEST_BITS = 2;
/** A list of one block of this size or less is searched; what is longer is a chain with an index of positions. */
const SEARCHED_BITS = 5;
const LARGEST_BITS = 9;

/**
 * Lists of policies of which a key has two or more. Named by the address of its first block, which adding and
 * removing may change; a list of one is never kept, but answered as `~policy`.
 *
 * Blocks of up to 32 words are replaced by larger ones; from then on blocks are chained and no cell moves but
 * the last one, into the place of one that was removed. So nothing costs more than a block, however long the list.
 */
export class PostingLists {
  readonly #blocks: Arena;
  readonly #positions: PostingPositions;

  constructor(options: PositionsOptions, arrays?: readonly Int32Array[]) {
    const [blocks, positions] = arrays ? splitArrays(arrays, { header: 0, parts: 2 }).parts : [];
    this.#blocks = blocks ? Arena.fromArrays(blocks, options.allocate) : new Arena(options.allocate);
    this.#positions = new PostingPositions(this.#blocks, options, positions);
  }

  get bytes(): number {
    return this.#blocks.bytes + this.#positions.bytes;
  }

  toArrays(): readonly Int32Array[] {
    return joinArrays([], [this.#blocks.toArrays(), this.#positions.toArrays()]);
  }

  /** The cell that a walk begins with. */
  first(list: number): number {
    return list + LINK + this.#fill(list);
  }

  policyAt(cell: number): number {
    return this.#word(cell) - 1;
  }

  /** The cell after this one, 0 at the end. */
  next(cell: number): number {
    const word = this.#word(cell - 1);
    if (word > 0) return cell - 1;
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
    for (let block = list; block !== 0; block = this.#link(block)) {
      const words = this.#blocks.chunkOf(block);
      const from = offsetOf(block) + CELLS;
      const fill = this.#fill(block);
      const fits = Math.min(fill, into.length - offset - count);
      for (let at = 0; at < fits; at++) into[offset + count + at] = (words[from + at] as number) - 1;
      count += fill;
    }
    return count;
  }

  /** A new list of two. */
  pair(one: number, other: number): number {
    const block = this.#makeBlock(SMALLEST_BITS, 0, 0);
    this.#append(block, one);
    this.#append(block, other);
    return block;
  }

  /** Adds a policy and answers the list, which may have another address. */
  push(list: number, key: number, policy: number): number {
    const head = this.#roomy(list, key);
    if (this.#isIndexed(head)) this.#positions.add(key, policy, head + CELLS + this.#fill(head));
    this.#append(head, policy);
    return head;
  }

  /** Removes one occurrence and answers the list, or `~policy` when one policy is left, or 0 when it was not there. */
  remove(list: number, key: number, policy: number): number {
    const cell = this.#isIndexed(list) ? this.#positions.take(key, policy) : this.#search(list, policy);
    if (cell === 0) return 0;
    const last = this.first(list);
    const moved = this.policyAt(last);
    if (cell !== last) {
      this.#setWord(cell, moved + 1);
      if (this.#isIndexed(list)) this.#positions.move(key, moved, last, cell);
    }
    this.#setWord(list, this.#word(list) - 1);
    return this.#tidied(list, key);
  }

  /** A head with an empty cell. */
  #roomy(list: number, key: number): number {
    const bits = this.#bits(list);
    if (this.#fill(list) + CELLS < 1 << bits) return list;
    if (bits < SEARCHED_BITS) return this.#resized(list, bits + 1);
    if (!this.#isIndexed(list)) this.#index(list, key);
    return this.#makeBlock(Math.min(LARGEST_BITS, bits + 1), INDEXED, list);
  }

  /** A list from whose head a policy was removed, with no empty head, no much too large one, and no list of one. */
  #tidied(list: number, key: number): number {
    const fill = this.#fill(list);
    const link = this.#link(list);
    const bits = this.#bits(list);
    if (link !== 0) {
      if (fill > 0) return list;
      this.#blocks.free(list, 1 << bits);
      return link;
    }
    if (fill === 1) {
      const left = this.policyAt(list + CELLS);
      this.#blocks.free(list, 1 << bits);
      return ~left;
    }
    if (fill > 1 << (bits - 2)) return list;
    if (this.#isIndexed(list)) this.#forget(list, key);
    return this.#resized(list, bits - 1);
  }

  #resized(list: number, bits: number): number {
    const block = this.#makeBlock(bits, 0, 0);
    const fill = this.#fill(list);
    for (let at = 0; at < fill; at++) this.#append(block, this.policyAt(list + CELLS + at));
    this.#blocks.free(list, 1 << this.#bits(list));
    return block;
  }

  #index(list: number, key: number): void {
    const end = this.first(list);
    for (let cell = list + CELLS; cell <= end; cell++) this.#positions.add(key, this.policyAt(cell), cell);
    this.#setWord(list, this.#word(list) | INDEXED);
  }

  #forget(list: number, key: number): void {
    const end = this.first(list);
    for (let cell = list + CELLS; cell <= end; cell++) this.#positions.move(key, this.policyAt(cell), cell, 0);
  }

  #search(list: number, policy: number): number {
    let cell = this.first(list);
    while (cell !== 0 && this.policyAt(cell) !== policy) cell = this.next(cell);
    return cell;
  }

  #makeBlock(bits: number, state: number, link: number): number {
    const block = this.#blocks.allocate(1 << bits);
    this.#setWord(block, state | (bits << BITS_SHIFT));
    this.#setWord(block + LINK, -link);
    return block;
  }

  #append(block: number, policy: number): void {
    this.#setWord(block + CELLS + this.#fill(block), policy + 1);
    this.#setWord(block, this.#word(block) + 1);
  }

  #fill(block: number): number {
    return this.#word(block) & FILL;
  }

  #bits(block: number): number {
    return (this.#word(block) >>> BITS_SHIFT) & 0xff;
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
    this.#blocks.chunkOf(address)[offsetOf(address)] = word;
  }
}
