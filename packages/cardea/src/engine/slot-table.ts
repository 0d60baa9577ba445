import type { Json } from '../ast/json.ts';
import type { Address } from '../ast/network.ts';
import { readPath } from '../model/entity.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import type { Dictionary } from './dictionary.ts';
import { IntColumn } from './int-column.ts';
import { type Allocate, onHeap } from './memory.ts';
import type { Operands } from './operands.ts';
import type { Reading } from './reading.ts';
import { OTHERS } from './shape.ts';
import { EMPTY, MISSING, type Slot, slotName, STRUCTURE } from './slot.ts';
import { readCount, readList, readObject, readSlot } from './snapshot-json.ts';
import type { TokenBuffer } from './token-buffer.ts';
import { FAILED, FOREIGN, MISSING_CODE } from './vocabulary.ts';

/** What stands for {@link MISSING} in keys: it is the token of any slot, and nobody else's. */
export const MISSING_ID = -1;

/** The items of longer lists are told apart by a set. */
const SHORT = 16;

/** What reading a slot takes, in fields that all slots have, so that reading one is quick. */
interface Entry {
  readonly name: string;
  readonly slot: Slot;
  readonly kind: number;
  /** The length of a prefix or suffix, the bits of a network. */
  readonly size: number;
  /** The width of the cells of a range. Apart from `size`, which is always an integer. */
  readonly width: number;
  readonly operand: number;
  uses: number;
  /** The shapes in which the slot has ever had keys. Bits are only gained: one too many costs time. */
  shapes: number;
  /** Those of them in which it has a key with {@link MISSING}. */
  missing: number;
}

const VALUE = 0;
const MEMBER = 1;
const PREFIX = 2;
const SUFFIX = 3;
const NETWORK_4 = 4;
const NETWORK_6 = 5;
const RANGE = 6;
const KINDS: Readonly<Record<Exclude<Slot['kind'], 'network'>, number>> = {
  value: VALUE,
  member: MEMBER,
  prefix: PREFIX,
  suffix: SUFFIX,
  range: RANGE,
};

/**
 * The slots that keys are made of, by number, and the numbers of their tokens. The number of a slot that nobody uses
 * any more becomes another's.
 */
export class SlotTable {
  readonly #operands: Operands;
  readonly #tokens: Dictionary;
  // By token: which shapes have keys with it. Bits are only gained while the token is in use; a bit too many
  // costs a probe.
  #masks: IntColumn;
  readonly #numbers = new Map<string, number>();
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #distinct = new Set<number>();
  readonly #words = new Int32Array(4);

  constructor(operands: Operands, tokens: Dictionary, allocate: Allocate = onHeap) {
    this.#operands = operands;
    this.#tokens = tokens;
    this.#masks = new IntColumn(allocate);
  }

  /** Slots in use. */
  get size(): number {
    return this.#numbers.size;
  }

  get bytes(): number {
    return this.#masks.bytes;
  }

  /** The number of a slot, a new one where it had none: until it is retained and as often released. */
  numberOf(name: string, slot: Slot): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const operand = this.#operands.use(slot.of);
    if (operand === undefined) throw new Error(`slot ${name} depends on more than the inquiry`);
    const number = this.#free.pop() ?? this.#entries.length;
    this.#entries[number] = entryOf(name, slot, operand);
    this.#numbers.set(name, number);
    return number;
  }

  nameOf(number: number): string {
    return this.#entry(number).name;
  }

  /** Counts a use of a slot. */
  retain(number: number): void {
    this.#entry(number).uses += 1;
  }

  /** Counts one use less; a slot without any is forgotten. None of its tokens may be in use then. */
  release(number: number): void {
    const entry = this.#entry(number);
    entry.uses -= 1;
    if (entry.uses > 0) return;
    this.#operands.drop(entry.operand);
    this.#numbers.delete(entry.name);
    this.#entries[number] = undefined;
    this.#free.push(number);
  }

  /** The number of a token that a new key of these shapes has. */
  use(slot: number, token: string, shapes: number): number {
    const entry = this.#entry(slot);
    entry.shapes |= shapes;
    if (token === MISSING) {
      entry.missing |= shapes;
      return MISSING_ID;
    }
    const id = this.#tokens.intern(token);
    this.#masks.set(id, this.#maskOf(id) | shapes);
    return id;
  }

  /** Forgets one use of a token of this number. */
  drop(id: number): void {
    if (id !== MISSING_ID && this.#tokens.release(id)) this.#masks.set(id, 0);
  }

  /** Reads the tokens that occur in keys, of all slots that can have a part in a key of the inquiry. */
  read(reading: Reading, into: TokenBuffer): void {
    const { length } = this.#entries;
    into.begin(length);
    // The shapes of which every slot so far has a token, and what asks for a token whatever the others are.
    let alive = -1;
    for (let number = 0; number < length; number++) {
      const entry = this.#entries[number];
      if (entry === undefined || (entry.shapes & alive) === 0) {
        into.endSlot();
        continue;
      }
      if (entry.kind === VALUE) {
        const code = reading.code(entry.operand);
        // The text of the code is the token.
        if (code >= 0) this.#push(entry, code >> 1, into);
        else if (code !== FOREIGN) this.#readUncoded(entry, code, reading, into);
      } else this.#readDerived(entry, reading, into);
      alive &= into.endSlot() | ~entry.shapes | OTHERS;
    }
  }

  /** What `fromJson` needs besides the arrays. */
  toJson(): Json {
    return this.#entries.map((entry) =>
      entry === undefined ? null : { slot: entry.slot as unknown as Json, uses: entry.uses },
    );
  }

  /** Which shapes tokens and slots occur in. */
  toArrays(): readonly Int32Array[] {
    const shapes = Int32Array.from(this.#entries, (entry) => entry?.shapes ?? 0);
    const missing = Int32Array.from(this.#entries, (entry) => entry?.missing ?? 0);
    return joinArrays([], [this.#masks.toArrays(), [shapes], [missing]]);
  }

  /**
   * The table that `toJson` and `toArrays` were called of, over the arrays, which are not copied.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for anything else
   */
  static fromJson(
    json: Json,
    arrays: readonly Int32Array[],
    {
      operands,
      tokens,
      allocate = onHeap,
    }: { operands: Operands; tokens: Dictionary; allocate?: Allocate | undefined },
  ): SlotTable {
    const made = new SlotTable(operands, tokens, allocate);
    const [masks = [], [shapes] = [], [missing] = []] = splitArrays(arrays, { header: 0, parts: 3 }).parts;
    made.#masks = IntColumn.fromArrays(masks, allocate);
    for (const [number, item] of readList(json).entries()) {
      if (item === null) {
        made.#free.push(number);
        made.#entries.push(undefined);
        continue;
      }
      const { slot: data, uses } = readObject(item);
      const slot = readSlot(data);
      const operand = operands.find(slot.of);
      if (operand === undefined) throw invalidSnapshot('a slot has no operand');
      const name = slotName(slot);
      const entry = entryOf(name, slot, operand);
      entry.uses = readCount(uses);
      entry.shapes = shapes?.[number] ?? 0;
      entry.missing = missing?.[number] ?? 0;
      made.#entries.push(entry);
      made.#numbers.set(name, number);
    }
    return made;
  }

  #entry(number: number): Entry {
    return this.#entries[number] as Entry;
  }

  #readUncoded(entry: Entry, code: number, reading: Reading, into: TokenBuffer): void {
    // A policy with an operand that failed may be an error: it is filed as if the operand were missing.
    if (code === MISSING_CODE || code === FAILED) this.#pushMissing(entry, into);
    else this.#push(entry, this.#idOf(reading.tryValue(entry.operand) as Json), into);
  }

  // Pushes what `tokensOf` says: nothing where no key has the token.
  #readDerived(entry: Entry, reading: Reading, into: TokenBuffer): void {
    const { kind, size } = entry;
    const value = reading.tryValue(entry.operand);
    if (typeof value === 'string') {
      if (kind === PREFIX) {
        if (value.length >= size) this.#push(entry, this.#tokens.findPart(value, 0, size), into);
        return;
      }
      if (kind === SUFFIX) {
        const from = value.length - size;
        if (from >= 0) this.#push(entry, this.#tokens.findPart(value, from, value.length), into);
        return;
      }
      if (kind === NETWORK_4 || kind === NETWORK_6) return this.#readNetwork(entry, reading.address(value), into);
    } else if (typeof value === 'number') {
      // No number compares with NaN.
      if (kind === RANGE && value === value) {
        return this.#push(entry, this.#tokens.findNumber(Math.floor(value / entry.width)), into);
      }
    } else if (kind === MEMBER && Array.isArray(value)) return this.#readMembers(entry, value as readonly Json[], into);
    this.#pushMissing(entry, into);
  }

  #readMembers(entry: Entry, list: readonly Json[], into: TokenBuffer): void {
    if (list.length === 0) return this.#push(entry, this.#tokens.find(EMPTY), into);
    const { path } = entry.slot as Extract<Slot, { readonly kind: 'member' }>;
    const distinct = list.length > SHORT ? this.#distinct : undefined;
    distinct?.clear();
    let missing = false;
    for (const member of list) {
      const value = path.length === 0 ? member : readPath(member, path);
      if (value === undefined) {
        missing = true;
        continue;
      }
      const id = this.#idOf(value);
      if (distinct?.has(id) ?? into.has(id)) continue;
      distinct?.add(id);
      this.#push(entry, id, into);
    }
    if (missing) this.#pushMissing(entry, into);
  }

  // The address as the text that `maskedAddress` makes of it: a character a byte.
  #readNetwork(entry: Entry, address: Address | undefined, into: TokenBuffer): void {
    if (address === undefined || address.family !== (entry.kind === NETWORK_4 ? 4 : 6)) return;
    const bits = entry.size;
    for (let word = 0, left = bits; left > 0; word++, left -= 32) {
      const bytes = reversed(address.words[word] as number);
      this.#words[word] = left < 32 ? bytes & ~(-1 << left) : bytes;
    }
    this.#push(entry, this.#tokens.findPacked(this.#words, bits >> 3), into);
  }

  /** The number of the token that `tokenOf` says, or -1. */
  #idOf(value: Json): number {
    if (typeof value === 'string') return this.#tokens.find(value);
    if (typeof value === 'number' && Number.isFinite(value)) return this.#tokens.findNumber(value);
    if (typeof value === 'boolean') return this.#tokens.find(String(value));
    return this.#tokens.find(value === null || typeof value === 'number' ? 'null' : STRUCTURE);
  }

  #push(entry: Entry, id: number, into: TokenBuffer): void {
    if (id < 0) return;
    const mask = this.#maskOf(id) & entry.shapes;
    if (mask !== 0) into.push(id, mask);
  }

  #pushMissing(entry: Entry, into: TokenBuffer): void {
    if (entry.missing !== 0) into.push(MISSING_ID, entry.missing);
  }

  // Constants that are in no key have no mask.
  #maskOf(id: number): number {
    return id < this.#masks.length ? this.#masks.get(id) : 0;
  }
}

function entryOf(name: string, slot: Slot, operand: number): Entry {
  const width = slot.kind === 'range' ? 2 ** slot.level : 0.5;
  return { name, slot, kind: kindOf(slot), size: sizeOf(slot), width, operand, uses: 0, shapes: 0, missing: 0 };
}

function kindOf(slot: Slot): number {
  if (slot.kind === 'network') return slot.family === 4 ? NETWORK_4 : NETWORK_6;
  return KINDS[slot.kind];
}

function sizeOf(slot: Slot): number {
  if (slot.kind === 'network') return slot.bits;
  return slot.kind === 'prefix' || slot.kind === 'suffix' ? slot.length : 0;
}

/** The bytes of a word in the other order. */
function reversed(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24);
}
