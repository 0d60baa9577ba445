import { Arena, offsetOf } from './arena.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { type BinaryReader, type BinaryWriter, invalidSnapshot } from './binary.ts';
import { IdPool } from './id-pool.ts';
import { IntColumn } from './int-column.ts';
import { type Allocate, onHeap } from './memory.ts';
import {
  HASH,
  hashInline,
  inlineWords,
  isSpilledAt,
  LATIN_INLINE,
  LATIN_SPILLED,
  PACKED_WORDS,
  packInteger,
  packPart,
  packText,
  spilledWord,
  spilledWords,
  unpackInline,
  unpackSpilled,
} from './packed-text.ts';
import { homeOf, Segments, type SlotLayout } from './segments.ts';

/** How a {@link Dictionary} is made. */
export interface DictionaryOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Another number gives the same texts other hashes. */
  readonly seed?: number;
  /** Slots at which a segment splits. Small ones are for tests. */
  readonly segmentSlots?: number;
  /** Whether arrays are those of a dictionary of this program, and need not be looked through. */
  readonly isTrusted?: boolean;
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
}

const TAG = 'dict';
const VERSION = 2;
const SEED = 0x2545f491;

// The words of a slot of 32 bytes: id + 1, then 24 bits of the hash and the kind, then the text, or where it lies.
const WIDTH_BITS = 3;
const WIDTH = 1 << WIDTH_BITS;
const META = 1;
const TEXT = 2;
const SPILL_ADDRESS = 2;
const SPILL_LENGTH = 3;
const SPILL_HASH = 4;
const KIND = 0xff;

/** A table with more segments than 2 to this power, a megabyte, does not lie in the caches of a processor. */
const CACHED_BITS = 3;

/** Behind the words of a text that waits. */
const WAITING_KIND = PACKED_WORDS;

/** Integers of nine digits at most are looked up without being written out. */
const INTEGERS = 999_999_999;

/** So many integers that were looked up are remembered until a text comes or goes: two to a power. */
const RECENT = 256;
const LAST_VERSION = 0x7fffffff;

/**
 * Texts as small numbers: equal texts have one id, and ids are dense, so that arrays can stand beside them.
 * Texts are told apart by their UTF-16 code units, never by a hash alone; any string is a text, `''`, `'__proto__'`
 * and lone surrogates included. A text of up to 24 characters of Latin-1, or 12 others, lies in the hash
 * table itself, so that finding it costs one access to memory. No operation rebuilds the whole table.
 *
 * @example
 * ```ts
 * const names = new Dictionary();
 * const alice = names.intern('alice'); // 0
 * names.find('alice'); // 0
 * names.find('bob'); // -1
 * names.text(alice); // 'alice'
 * names.release(alice); // true: the id and the memory are free again
 * ```
 */
export class Dictionary {
  readonly #seed: number;
  readonly #fold: (hash: number) => number;
  readonly #packed: Int32Array = new Int32Array(PACKED_WORDS);
  /** Texts that wait to be looked up: packed, and their kinds. */
  readonly #waiting: Int32Array[] = [];
  /** What was fetched last: kept, so that it is read. */
  touched = 0;
  #segments: Segments;
  #spill: Arena;
  #ids: IdPool;
  /** By id, the hash that leads to its slot: unlike the place of the slot it never changes. */
  #hashes: IntColumn;
  /** No text was ever longer: what is, need not be read to its end. */
  #longest = 0;
  /** Another one whenever a text comes or goes. */
  #version = 1;
  /** Where the text begins that {@link Dictionary.wordsOf} was asked for last. */
  start = 0;
  /** Integers that were looked up: each, the version then, and its id. */
  readonly #recent: Int32Array = new Int32Array(RECENT * 3);

  constructor(options: DictionaryOptions = {}) {
    const { allocate = onHeap, seed = SEED, fold = itself } = options;
    this.#seed = seed;
    this.#fold = fold;
    this.#segments = new Segments(this.#layout(), options);
    this.#spill = new Arena(allocate);
    this.#ids = new IdPool(new IntColumn(allocate));
    this.#hashes = new IntColumn(allocate);
  }

  /** Texts in use. */
  get size(): number {
    return this.#ids.size;
  }

  /** Every id in use is below it: the length of an array that stands beside the dictionary. */
  get idLimit(): number {
    return this.#ids.limit;
  }

  /** Whether looking for texts takes longer than it takes to let them wait: see {@link Dictionary.await}. */
  get isLarge(): boolean {
    return this.#segments.shift < 32 - CACHED_BITS;
  }

  /** Memory held, free slots included. */
  get bytes(): number {
    return this.#segments.bytes + this.#spill.bytes + this.#ids.bytes + this.#hashes.bytes;
  }

  /**
   * The id of a text, which is added where it is new. Counts one reference: as many {@link Dictionary.release}
   * remove it.
   *
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` when tens of thousands of texts were made to have one hash
   */
  intern(text: string): number {
    const kind = packText(text, this.#seed, this.#packed);
    const found = this.#probe(text, kind);
    if (found >= 0) {
      this.#ids.retain(found);
      return found;
    }
    return this.#add(text, kind);
  }

  /**
   * Makes a text ready for `findWaiting` or `internWaiting`, which then take it from the same place. What is ready
   * before the first of them is called waits together for what it needs of memory: in a large table that is most of
   * the time, 180 ns for the first text and 45 for each other one.
   */
  await(place: number, text: string): void {
    while (this.#waiting.length <= place) this.#waiting.push(new Int32Array(PACKED_WORDS + 1));
    const packed = this.#waiting[place] as Int32Array;
    // A long one, of which reading it may be needless, does not wait.
    packed[WAITING_KIND] = text.length > LATIN_INLINE ? LATIN_SPILLED : packText(text, this.#seed, packed);
  }

  /** Fetches what the texts of so many places need of memory. */
  touch(places: number): void {
    const { directory, shift } = this.#segments;
    let touched = 0;
    for (let place = 0; place < places; place++) {
      const hash = this.#fold((this.#waiting[place] as Int32Array)[HASH] as number);
      const words = directory[hash >>> shift] as Int32Array;
      touched ^= words[homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS] as number;
    }
    this.touched = touched;
  }

  /** As `find` of the text that waits there. */
  findWaiting(place: number, text: string): number {
    const packed = this.#waiting[place] as Int32Array;
    const kind = packed[WAITING_KIND] as number;
    return kind < LATIN_SPILLED ? this.#probeInline(kind, packed) : this.find(text);
  }

  /** As `intern` of the text that waits there. */
  internWaiting(place: number, text: string): number {
    const found = this.findWaiting(place, text);
    if (found < 0) return this.intern(text);
    this.#ids.retain(found);
    return found;
  }

  /** The id of a text, or -1. Allocates nothing. */
  find(text: string): number {
    const { length } = text;
    if (length > this.#longest) return -1;
    // Most texts are short, and of Latin-1.
    if (length <= LATIN_INLINE && packPart(text, 0, length, this.#seed, this.#packed)) return this.#probeInline(length);
    return this.#probe(text, packText(text, this.#seed, this.#packed));
  }

  /** As {@link Dictionary.find} for the part of a text from `from` until before `end`. */
  findPart(text: string, from: number, end: number): number {
    const length = end - from;
    if (length > this.#longest) return -1;
    if (length > LATIN_INLINE || !packPart(text, from, end, this.#seed, this.#packed)) {
      return this.find(text.slice(from, end));
    }
    return this.#probeInline(length);
  }

  /** As {@link Dictionary.find} for the text that a number is written as: `'0'` for `-0`. */
  findNumber(value: number): number {
    const integer = value | 0;
    if (integer !== value || integer > INTEGERS || integer < -INTEGERS) return this.find(String(value));
    const recent = this.#recent;
    const at = (integer & (RECENT - 1)) * 3;
    if (recent[at] === integer && recent[at + 1] === this.#version) return recent[at + 2] as number;
    const id = this.#probeInline(packInteger(integer, this.#seed, this.#packed));
    recent[at] = integer;
    recent[at + 1] = this.#version;
    recent[at + 2] = id;
    return id;
  }

  /**
   * As {@link Dictionary.find} for a text of at most 24 characters of Latin-1 that is given as words: four characters
   * to a word, the first one in its lowest bits, and zeros behind the last one.
   */
  findPacked(words: Int32Array, length: number): number {
    const packed = this.#packed;
    for (let word = inlineWords(length) - 1; word >= 0; word--) packed[word] = words[word] as number;
    packed[HASH] = hashInline(packed, 0, length, this.#seed);
    return this.#probeInline(length);
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use */
  text(id: number): string {
    this.#ids.check(id);
    const words = this.#segmentOf(id);
    const at = this.#slotOf(id, words);
    const kind = (words[at + META] as number) & KIND;
    if (kind < LATIN_SPILLED) return unpackInline(words, at + TEXT, kind);
    const address = words[at + SPILL_ADDRESS] as number;
    const length = words[at + SPILL_LENGTH] as number;
    return unpackSpilled(this.#spill.chunkOf(address), offsetOf(address), length, kind);
  }

  /**
   * The words of a text of Latin-1, four characters to a word, from {@link Dictionary.start} on. They are read at
   * once: what is added or removed may move them.
   *
   * @param id in use
   */
  wordsOf(id: number): Int32Array {
    const words = this.#segmentOf(id);
    const at = this.#slotOf(id, words);
    if (((words[at + META] as number) & KIND) < LATIN_SPILLED) {
      this.start = at + TEXT;
      return words;
    }
    const address = words[at + SPILL_ADDRESS] as number;
    this.start = offsetOf(address);
    return this.#spill.chunkOf(address);
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
   * Counts one reference less. True when it was the last: the text is gone, and its id will be another's.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use
   */
  release(id: number): boolean {
    if (!this.#ids.release(id)) return false;
    this.#change();
    const words = this.#segmentOf(id);
    const at = this.#slotOf(id, words);
    const hash = this.#hashes.get(id);
    const kind = (words[at + META] as number) & KIND;
    if (kind >= LATIN_SPILLED) {
      const length = words[at + SPILL_LENGTH] as number;
      this.#spill.free(words[at + SPILL_ADDRESS] as number, spilledWords(length, kind));
    }
    this.#segments.remove(hash, at);
    return true;
  }

  /** Appends a section that {@link Dictionary.readFrom} reads. */
  writeTo(writer: BinaryWriter): void {
    writer.arrays(TAG, VERSION, this.toArrays());
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` when the section is damaged or of another version */
  static readFrom(reader: BinaryReader, options: DictionaryOptions = {}): Dictionary {
    return Dictionary.fromArrays(reader.arrays(TAG, VERSION, options.allocate), options);
  }

  /**
   * The dictionary as the arrays that it lives in. Sent to a worker they make the same dictionary there, over the
   * same memory where that is shared: for reading, until this one is changed.
   */
  toArrays(): readonly Int32Array[] {
    const parts = [this.#segments, this.#spill, this.#ids, this.#hashes].map((part) => part.toArrays());
    return joinArrays([this.#seed, this.#longest], parts);
  }

  /**
   * A dictionary over arrays of {@link Dictionary.toArrays}, which are not copied.
   *
   * @param options the seed is taken from the arrays
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for other arrays
   */
  static fromArrays(arrays: readonly Int32Array[], options: DictionaryOptions = {}): Dictionary {
    const { header, parts } = splitArrays(arrays, { header: 2, parts: 4 });
    const [seed = SEED, longest = 0] = header;
    const [segments = [], spill = [], ids = [], hashes = []] = parts;
    const made = new Dictionary({ ...options, seed });
    made.#segments = Segments.fromArrays(segments, made.#layout(), options);
    made.#spill = Arena.fromArrays(spill, options.allocate);
    made.#ids = IdPool.fromArrays(ids, options.allocate);
    made.#hashes = IntColumn.fromArrays(hashes, options.allocate);
    made.#longest = longest;
    if (made.#ids.size !== made.#segments.size || made.#hashes.length !== made.#ids.limit) {
      throw invalidSnapshot('a dictionary has other ids than texts');
    }
    return made;
  }

  #change(): void {
    this.#version += 1;
    if (this.#version < LAST_VERSION) return;
    this.#version = 1;
    this.#recent.fill(0);
  }

  #layout(): SlotLayout {
    return {
      widthBits: WIDTH_BITS,
      maxLoad: 0.7,
      hashAt: (words, at) => this.#hashAt(words, at),
      moved: () => undefined,
    };
  }

  #segmentOf(id: number): Int32Array {
    return this.#segments.directory[this.#hashes.get(id) >>> this.#segments.shift] as Int32Array;
  }

  /** Where in its segment the slot of an id in use begins. */
  #slotOf(id: number, words: Int32Array): number {
    let at = homeOf(this.#hashes.get(id), words.length >>> WIDTH_BITS) << WIDTH_BITS;
    while (words[at] !== id + 1) {
      // Only a damaged table has an empty slot before it.
      if (words[at] === 0) throw invalidSnapshot('a dictionary has an id without a text');
      at += WIDTH;
      if (at === words.length) at = 0;
    }
    return at;
  }

  #hashAt(words: Int32Array, at: number): number {
    const kind = (words[at + META] as number) & KIND;
    if (kind >= LATIN_SPILLED) return words[at + SPILL_HASH] as number;
    return this.#fold(hashInline(words, at + TEXT, kind, this.#seed));
  }

  /** The id of the text that was packed last, or -1. */
  #probe(text: string, kind: number): number {
    return kind < LATIN_SPILLED ? this.#probeInline(kind) : this.#probeSpilled(text, kind);
  }

  #probeInline(kind: number, packed: Int32Array = this.#packed): number {
    const segments = this.#segments;
    const hash = this.#fold(packed[HASH] as number);
    const words = segments.directory[hash >>> segments.shift] as Int32Array;
    const meta = (hash & ~KIND) | kind;
    const last = inlineWords(kind) - 1;
    let at = homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
    for (;;) {
      const entry = words[at] as number;
      if (entry === 0) return -1;
      if (words[at + META] === meta) {
        // INVARIANT: a hash never decides; the words of the text do.
        let word = last;
        while (word >= 0 && words[at + TEXT + word] === packed[word]) word -= 1;
        if (word < 0) return entry - 1;
      }
      at += WIDTH;
      if (at === words.length) at = 0;
    }
  }

  #probeSpilled(text: string, kind: number): number {
    const segments = this.#segments;
    const hash = this.#fold(this.#packed[HASH] as number);
    const words = segments.directory[hash >>> segments.shift] as Int32Array;
    const meta = (hash & ~KIND) | kind;
    let at = homeOf(hash, words.length >>> WIDTH_BITS) << WIDTH_BITS;
    for (;;) {
      const entry = words[at] as number;
      if (entry === 0) return -1;
      // The whole hash before the text, which lies elsewhere.
      if (words[at + META] === meta && words[at + SPILL_HASH] === hash && this.#sameSpilled(words, at, text, kind)) {
        return entry - 1;
      }
      at += WIDTH;
      if (at === words.length) at = 0;
    }
  }

  #sameSpilled(words: Int32Array, at: number, text: string, kind: number): boolean {
    if (words[at + SPILL_LENGTH] !== text.length) return false;
    const address = words[at + SPILL_ADDRESS] as number;
    return isSpilledAt(this.#spill.chunkOf(address), offsetOf(address), text, kind);
  }

  #add(text: string, kind: number): number {
    const hash = this.#fold(this.#packed[HASH] as number);
    // First whatever can fail, then whatever cannot.
    this.#segments.reserve(hash);
    const address = kind >= LATIN_SPILLED ? this.#spillText(text, kind) : 0;
    const location = this.#segments.claim(hash);
    const words = this.#segments.wordsAt(location);
    const at = this.#segments.offsetAt(location);
    const id = this.#ids.acquire();
    words[at] = id + 1;
    words[at + META] = (hash & ~KIND) | kind;
    if (kind >= LATIN_SPILLED) {
      words[at + SPILL_ADDRESS] = address;
      words[at + SPILL_LENGTH] = text.length;
      words[at + SPILL_HASH] = hash;
    } else {
      for (let word = inlineWords(kind) - 1; word >= 0; word--) {
        words[at + TEXT + word] = this.#packed[word] as number;
      }
    }
    this.#hashes.set(id, hash);
    this.#longest = Math.max(this.#longest, text.length);
    this.#change();
    return id;
  }

  #spillText(text: string, kind: number): number {
    const count = spilledWords(text.length, kind);
    const address = this.#spill.allocate(count);
    const chunk = this.#spill.toWrite(address);
    const from = offsetOf(address);
    for (let word = 0; word < count; word++) chunk[from + word] = spilledWord(text, word, kind);
    return address;
  }
}

function itself(hash: number): number {
  return hash;
}
