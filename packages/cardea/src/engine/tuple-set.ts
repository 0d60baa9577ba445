import { CardeaError } from '../errors.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import { type Allocate, onHeap, writable } from './memory.ts';
import { type Segment, TupleRows } from './tuple-rows.ts';

/** How a {@link TupleSet} is made. */
export interface TupleSetOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Slots at which a segment splits. Small ones are for tests. */
  readonly segmentSlots?: number;
  /** Whether arrays are those of a set of this program, and need not be looked through. */
  readonly isTrusted?: boolean;
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
}

const MOST_NUMBERS = 1024;
const SEGMENT_BYTES = 1 << 17;
const FEWEST_HOMES = 6;
const MAX_LOAD = 0.88;
const SLOTS_AT_MOST = 1 << 16;
const DEEPEST = 16;
/** Above this many homes a segment grows by less than half: less memory lies empty. */
const LARGE = 512;

/**
 * A set of tuples of so many numbers from 0 to 2³¹ − 1, as rows in typed arrays: 14 bytes for three numbers. Looking
 * for a tuple costs one access to memory; adding and removing touch one segment, however large the set is.
 *
 * @example
 * ```ts
 * const grants = new TupleSet(3);
 * grants.add(Int32Array.of(7, 1, 9)); // true
 * grants.find(Int32Array.of(7, 1, 9)) >= 0; // true
 * ```
 *
 * Source: extendible hashing, Fagin et al. 1979, over the ordered rows of {@link TupleRows}.
 */
export class TupleSet {
  readonly #rows: TupleRows;
  readonly #allocate: Allocate;
  readonly #splitHomes: number;
  /** Where a row is: the number of its segment times this, and the word that it begins at. */
  readonly #stride: number;
  /** By the first bits of the place the rows and their homes; several entries may name one segment. */
  #directory: Int32Array[] = [];
  #homesAt: number[] = [];
  #shift = 31;
  /** Beside the directory: the number of the segment. */
  #numbers: number[] = [0, 0];
  /** By number: the rows, how many homes and rows there are, and how many bits of the place lead there. */
  #segments: Int32Array[];
  #homes: number[];
  #taken: number[] = [0];
  #depths: number[] = [0];
  #size = 0;

  /** @param width how many numbers a tuple has: 1 to 1024 */
  constructor(width: number, options: TupleSetOptions = {}) {
    if (!(width >= 1 && width <= MOST_NUMBERS)) {
      throw new CardeaError('CARDEA_UNSUPPORTED', `a tuple has 1 to ${MOST_NUMBERS} numbers, not ${width}`);
    }
    this.#rows = new TupleRows(width, options.fold ?? itself);
    this.#allocate = options.allocate ?? onHeap;
    this.#splitHomes = Math.max(2, options.segmentSlots ?? Math.floor(SEGMENT_BYTES / (4 * width)));
    this.#stride = SLOTS_AT_MOST * width;
    const homes = Math.min(FEWEST_HOMES, this.#splitHomes);
    this.#segments = [this.#emptySlots(homes + spareOf(homes))];
    this.#homes = [homes];
    this.#refresh(0, 2);
  }

  get width(): number {
    return this.#rows.width;
  }

  get size(): number {
    return this.#size;
  }

  /** Memory held, free slots included. */
  get bytes(): number {
    return this.#segments.reduce((sum, words) => sum + words.byteLength, 0);
  }

  /** Where the row of a tuple is, or -1: good until the set is changed. Allocates nothing. */
  find(tuple: Int32Array): number {
    const head = this.#rows.headOf(tuple);
    const entry = this.#rows.placeOf(head) >>> this.#shift;
    const at = this.#rows.seek(this.#directory[entry] as Int32Array, this.#homesAt[entry] as number, head, tuple);
    return at < 0 ? -1 : (this.#numbers[entry] as number) * this.#stride + at;
  }

  /**
   * Adds a tuple; false where it was there.
   *
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` when tens of thousands of tuples have one hash
   */
  add(tuple: Int32Array): boolean {
    const head = this.#rows.headOf(tuple);
    const place = this.#rows.placeOf(head);
    for (;;) {
      const entry = place >>> this.#shift;
      const words = this.#directory[entry] as Int32Array;
      const homes = this.#homesAt[entry] as number;
      const at = this.#rows.seek(words, homes, head, tuple);
      if (at >= 0) return false;
      const number = this.#numbers[entry] as number;
      const taken = this.#taken[number] as number;
      if (taken < homes * MAX_LOAD && this.#rows.insert(this.#toWrite(place), ~at, head, tuple)) {
        this.#taken[number] = taken + 1;
        this.#size += 1;
        return true;
      }
      this.#enlarge(place);
    }
  }

  /** Takes a tuple away; false where it was not there. */
  delete(tuple: Int32Array): boolean {
    const head = this.#rows.headOf(tuple);
    const place = this.#rows.placeOf(head);
    const entry = place >>> this.#shift;
    const words = this.#directory[entry] as Int32Array;
    const homes = this.#homesAt[entry] as number;
    const at = this.#rows.seek(words, homes, head, tuple);
    if (at < 0) return false;
    this.#rows.remove(this.#toWrite(place), homes, at);
    const number = this.#numbers[entry] as number;
    const taken = (this.#taken[number] as number) - 1;
    this.#taken[number] = taken;
    this.#size -= 1;
    if (homes > FEWEST_HOMES && taken < homes * MAX_LOAD * 0.4) this.#shrink(place, homesFor(taken, number));
    return true;
  }

  /** Copies the tuple that {@link TupleSet.find} found. */
  read(row: number, into: Int32Array): void {
    this.#rows.read(this.#segments[Math.floor(row / this.#stride)] as Int32Array, row % this.#stride, into);
  }

  /** The row after this one, in no order; the first one after -1, and -1 after the last. */
  next(row: number): number {
    let number = row < 0 ? 0 : Math.floor(row / this.#stride);
    let at = row < 0 ? 0 : (row % this.#stride) + this.width;
    for (; number < this.#segments.length; number++, at = 0) {
      const words = this.#segments[number] as Int32Array;
      for (; at < words.length; at += this.width) if (words[at] !== 0) return number * this.#stride + at;
    }
    return -1;
  }

  /**
   * The set as the arrays that it lives in. Sent to a worker they make the same set there, over the same memory
   * where that is shared: for reading, until this one is changed.
   */
  toArrays(): readonly Int32Array[] {
    const plain = [this.#numbers, this.#homes, this.#taken, this.#depths].map((list) => [Int32Array.from(list)]);
    return joinArrays([this.width, this.#shift, this.#size], [...plain, this.#segments]);
  }

  /**
   * A set over arrays of {@link TupleSet.toArrays}, which are not copied.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for arrays in which a row would not be found
   */
  static fromArrays(arrays: readonly Int32Array[], options: TupleSetOptions = {}): TupleSet {
    const { header, parts } = splitArrays(arrays, { header: 3, parts: 5 });
    const [width = 0, shift = 0, size = 0] = header;
    if (width < 1 || width > MOST_NUMBERS) throw invalidSnapshot('a set has tuples of no possible width');
    const made = new TupleSet(width, options);
    const [numbers, homes, taken, depths] = parts.slice(0, 4).map((part) => Array.from(part[0] ?? []));
    made.#shift = shift;
    made.#size = size;
    made.#numbers = numbers ?? [];
    made.#homes = homes ?? [];
    made.#taken = taken ?? [];
    made.#depths = depths ?? [];
    made.#segments = [...(parts[4] ?? [])];
    if (options.isTrusted !== true) made.#check();
    made.#refresh(0, made.#numbers.length);
    return made;
  }

  /**
   * The rows of a segment in one or two new ones, which a bit of the place tells apart.
   *
   * @param spare slots behind the last home for rows that do not lie at theirs: more where it turns out to be needed
   */
  #distribute(words: Int32Array, bit: number, homes: readonly number[], spare: number): readonly Segment[] {
    for (let more = spare; ; more *= 2) {
      const made = homes.map((homes) => ({ words: this.#emptySlots(homes + more), homes }));
      if (this.#rows.distribute(words, bit, made)) return made;
    }
  }

  /** The segment of a place, to write to it. */
  #toWrite(place: number): Int32Array {
    const number = this.#numbers[place >>> this.#shift] as number;
    const words = this.#segments[number] as Int32Array;
    const own = writable(words, this.#allocate);
    if (own === words) return words;
    this.#segments[number] = own;
    const { first, end } = this.#entriesOf(place, this.#depths[number] as number);
    this.#refresh(first, end);
    return own;
  }

  #emptySlots(slots: number): Int32Array {
    if (slots <= SLOTS_AT_MOST) return new Int32Array(this.#allocate(slots * this.width * 4));
    throw new CardeaError('CARDEA_UNSUPPORTED', 'a set of tuples is full: too many of them have one hash');
  }

  /** Makes the segment of a place larger, or two of it. */
  #enlarge(place: number): void {
    const number = this.#numbers[place >>> this.#shift] as number;
    const homes = this.#homes[number] as number;
    if ((this.#taken[number] as number) < homes * MAX_LOAD) {
      // There are homes enough: it is the rows behind the last one that have no room.
      const slots = (this.#segments[number] as Int32Array).length / this.width;
      this.#resize(place, homes, (slots - homes) * 2);
    } else if (homes < this.#splitHomes || !this.#split(place, number)) {
      this.#resize(place, grown(homes, number), spareOf(homes));
    }
  }

  /** Makes two segments of one; false where all its rows would go to the same. */
  #split(place: number, number: number): boolean {
    const depth = this.#depths[number] as number;
    const old = this.#segments[number] as Int32Array;
    const above = depth === DEEPEST ? 0 : this.#rows.countOf(old, 31 - depth);
    const below = (this.#taken[number] as number) - above;
    if (above === 0 || below === 0) return false;
    const upper = this.#segments.length;
    const homes = [homesFor(below, number), homesFor(above, upper)];
    const made = this.#distribute(old, 31 - depth, homes, spareOf(homes[0] as number));
    if (depth === 32 - this.#shift) this.#doubleDirectory();
    this.#replace(number, made[0] as Segment, below, depth + 1);
    this.#replace(upper, made[1] as Segment, above, depth + 1);
    const { first, end } = this.#entriesOf(place, depth);
    this.#numbers.fill(upper, (first + end) / 2, end);
    this.#refresh(first, end);
    return true;
  }

  #replace(number: number, { words, homes }: Segment, taken: number, depth: number): void {
    this.#segments[number] = words;
    this.#homes[number] = homes;
    this.#taken[number] = taken;
    this.#depths[number] = depth;
  }

  #doubleDirectory(): void {
    const { length } = this.#numbers;
    this.#numbers = Array.from({ length: length * 2 }, (_, entry) => this.#numbers[entry >>> 1] as number);
    this.#shift -= 1;
    this.#refresh(0, this.#numbers.length);
  }

  #shrink(place: number, homes: number): void {
    try {
      this.#resize(place, homes, spareOf(homes));
    } catch {
      // There is no memory for a smaller copy: then the segment stays as large as it is, and no change is lost.
      return;
    }
  }

  #resize(place: number, homes: number, spare: number): void {
    const number = this.#numbers[place >>> this.#shift] as number;
    const depth = this.#depths[number] as number;
    const [made] = this.#distribute(this.#segments[number] as Int32Array, 0, [homes], spare);
    this.#replace(number, made as Segment, this.#taken[number] as number, depth);
    const { first, end } = this.#entriesOf(place, depth);
    this.#refresh(first, end);
  }

  /** The entries of the directory that agree with a place in its first bits. */
  #entriesOf(place: number, depth: number): { readonly first: number; readonly end: number } {
    const span = 1 << (32 - this.#shift - depth);
    const first = (place >>> this.#shift) & -span;
    return { first, end: first + span };
  }

  #refresh(first: number, end: number): void {
    for (let entry = first; entry < end; entry++) {
      const number = this.#numbers[entry] as number;
      this.#directory[entry] = this.#segments[number] as Int32Array;
      this.#homesAt[entry] = this.#homes[number] as number;
    }
  }

  #check(): void {
    const segments = this.#segments.length;
    const entries = this.#shift >= 32 - DEEPEST && this.#shift < 32 ? 2 ** (32 - this.#shift) : -1;
    const counts = [this.#homes.length, this.#taken.length, this.#depths.length];
    if (entries !== this.#numbers.length || counts.some((count) => count !== segments)) {
      throw invalidSnapshot('a set of tuples has no consistent directory');
    }
    let size = 0;
    let checked = 0;
    for (let entry = 0; entry < entries; checked += 1) {
      const number = this.#numbers[entry] as number;
      if (!this.#isWhole(number, entry)) {
        throw invalidSnapshot('a set of tuples has a row that is not where it should be');
      }
      size += this.#taken[number] as number;
      entry += 1 << (32 - this.#shift - (this.#depths[number] as number));
    }
    if (size !== this.#size || checked !== segments) {
      throw invalidSnapshot('a set of tuples has another size than it counted');
    }
  }

  /** Whether this and the entries after it that share a segment lead to a sound one. */
  #isWhole(number: number, entry: number): boolean {
    const depth = this.#depths[number] ?? -1;
    const spare = 32 - this.#shift - depth;
    if (depth < 0 || spare < 0 || entry !== this.#entriesOf(entry << this.#shift, depth).first) return false;
    for (let at = entry; at < entry + (1 << spare); at++) if (this.#numbers[at] !== number) return false;
    const words = this.#segments[number] as Int32Array;
    if (words.length > this.#stride) return false;
    const segment = { words, homes: this.#homes[number] as number };
    return this.#rows.check(segment, entry >>> spare, 32 - depth) === this.#taken[number];
  }
}

/** Homes for so many rows and a few more. */
function homesFor(rows: number, number: number): number {
  return Math.max(FEWEST_HOMES, Math.ceil((rows * growthOf(number)) / MAX_LOAD));
}

function grown(homes: number, number: number): number {
  return Math.ceil(homes * (homes < LARGE ? 1.5 : growthOf(number)));
}

/** By about a fifth: by more here and less there, so that not all segments grow at the same time. */
function growthOf(number: number): number {
  return 1.12 + 0.16 * ((Math.imul(number, 0x9e3779b1) >>> 0) / 2 ** 32);
}

function spareOf(homes: number): number {
  return Math.min(32, homes >> 2) + 2;
}

function itself(hash: number): number {
  return hash;
}
