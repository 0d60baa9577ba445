import type { Json } from '../ast/json.ts';
import type { Address } from '../ast/network.ts';
import { readPath } from '../model/entity.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import type { Dictionary } from './dictionary.ts';
import type { Failure } from './failure.ts';
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

/** What else is known of a slot than what reading it takes. */
interface Entry {
  readonly name: string;
  readonly slot: Slot;
  readonly operand: number;
  uses: number;
}

// What reading a slot takes, as the words of a row: reading 30 slots of one takes a tenth less than of objects.
const ROW_BITS = 3;
const ROW = 1 << ROW_BITS;
/** The shapes in which the slot has ever had keys. Bits are only gained: one too many costs time. */
const SHAPES = 0;
const WHAT = 1;
const OPERAND = 2;
/** The length of a prefix or suffix, the bits of a network, the level of a range. */
const SIZE = 3;
/** Those of the shapes in which it has a key with {@link MISSING}. */
const MISSING_IN = 4;

/** In the place of the number of a token that is in no key. */
const NO_TOKEN = -2;

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
  #rows = new Int32Array(0);
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
    this.#entries[number] = { name, slot, operand, uses: 0 };
    this.#describe(number, slot, operand);
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
    this.#rows.fill(0, number << ROW_BITS, (number + 1) << ROW_BITS);
    this.#free.push(number);
  }

  /** The number of a token that a new key of these shapes has. */
  use(slot: number, token: string, shapes: number): number {
    const rows = this.#rows;
    const at = slot << ROW_BITS;
    rows[at + SHAPES] = (rows[at + SHAPES] as number) | shapes;
    if (token === MISSING) {
      rows[at + MISSING_IN] = (rows[at + MISSING_IN] as number) | shapes;
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
    const rows = this.#rows;
    into.begin(length);
    // The shapes of which every slot so far has a token, and what asks for a token whatever the others are.
    let alive = -1;
    for (let number = 0; number < length; number++) {
      const at = number << ROW_BITS;
      const shapes = rows[at + SHAPES] as number;
      if ((shapes & alive) === 0) into.endSlot(0);
      else alive &= this.#readSlot(number, reading, into) | ~shapes | OTHERS;
    }
  }

  #readSlot(number: number, reading: Reading, into: TokenBuffer): number {
    const rows = this.#rows;
    const at = number << ROW_BITS;
    const kind = rows[at + WHAT] as number;
    let id: number;
    if (kind === VALUE) {
      const code = reading.code(rows[at + OPERAND] as number);
      // The text of the code is the token.
      id =
        code >= 0
          ? code >> 1
          : code === FOREIGN
            ? NO_TOKEN
            : this.#uncodedId(code, rows[at + OPERAND] as number, reading);
    } else if (kind === MEMBER) return this.#readMembers(number, reading, into);
    else id = this.#derivedId(kind, rows[at + SIZE] as number, reading.tryValue(rows[at + OPERAND] as number), reading);
    const mask = this.#maskIn(at, id);
    if (mask !== 0) into.push(id, mask);
    return into.endSlot(mask);
  }

  /** What `fromJson` needs besides the arrays. */
  toJson(): Json {
    return this.#entries.map((entry) =>
      entry === undefined ? null : { slot: entry.slot as unknown as Json, uses: entry.uses },
    );
  }

  /** Which shapes tokens and slots occur in. */
  toArrays(): readonly Int32Array[] {
    const shapes = Int32Array.from(this.#entries, (_, number) => this.#rows[(number << ROW_BITS) + SHAPES] as number);
    const missing = Int32Array.from(
      this.#entries,
      (_, number) => this.#rows[(number << ROW_BITS) + MISSING_IN] as number,
    );
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
        made.#reserve(number);
        continue;
      }
      const { slot: data, uses } = readObject(item);
      const slot = readSlot(data);
      const operand = operands.find(slot.of);
      if (operand === undefined) throw invalidSnapshot('a slot has no operand');
      const name = slotName(slot);
      made.#entries.push({ name, slot, operand, uses: readCount(uses) });
      made.#describe(number, slot, operand);
      made.#rows[(number << ROW_BITS) + SHAPES] = shapes?.[number] ?? 0;
      made.#rows[(number << ROW_BITS) + MISSING_IN] = missing?.[number] ?? 0;
      made.#numbers.set(name, number);
    }
    return made;
  }

  #entry(number: number): Entry {
    return this.#entries[number] as Entry;
  }

  #describe(number: number, slot: Slot, operand: number): void {
    this.#reserve(number);
    this.#rows.set([0, kindOf(slot), operand, sizeOf(slot), 0], number << ROW_BITS);
  }

  #reserve(number: number): void {
    const end = (number + 1) << ROW_BITS;
    if (end <= this.#rows.length) return;
    const larger = new Int32Array(Math.max(ROW << 3, this.#rows.length * 2, end));
    larger.set(this.#rows);
    this.#rows = larger;
  }

  #uncodedId(code: number, operand: number, reading: Reading): number {
    // A policy with an operand that failed may be an error: it is filed as if the operand were missing.
    if (code === MISSING_CODE || code === FAILED) return MISSING_ID;
    return known(this.#idOf(reading.tryValue(operand) as Json));
  }

  // The number of the token that `tokensOf` says.
  #derivedId(kind: number, size: number, value: Json | undefined | Failure, reading: Reading): number {
    if (kind === RANGE) return typeof value === 'number' ? this.#cellId(value, size) : MISSING_ID;
    if (typeof value !== 'string') return MISSING_ID;
    if (kind === PREFIX) return value.length < size ? NO_TOKEN : known(this.#tokens.findPart(value, 0, size));
    if (kind === SUFFIX) {
      const from = value.length - size;
      return from < 0 ? NO_TOKEN : known(this.#tokens.findPart(value, from, value.length));
    }
    return this.#networkId(kind, size, reading.address(value));
  }

  #cellId(value: number, level: number): number {
    const integer = value | 0;
    // Shifting is what dividing by a power of two and rounding down is.
    if (integer === value && level >= 0 && level < 32) return known(this.#tokens.findNumber(integer >> level));
    // No number compares with NaN.
    return value === value ? known(this.#tokens.findNumber(Math.floor(value / 2 ** level))) : MISSING_ID;
  }

  #readMembers(number: number, reading: Reading, into: TokenBuffer): number {
    const at = number << ROW_BITS;
    const list = reading.tryValue(this.#rows[at + OPERAND] as number);
    if (!Array.isArray(list)) return into.endSlot(this.#push(at, MISSING_ID, into));
    if (list.length === 0) return into.endSlot(this.#push(at, known(this.#tokens.find(EMPTY)), into));
    const { path } = this.#entry(number).slot as Extract<Slot, { readonly kind: 'member' }>;
    const distinct = list.length > SHORT ? this.#distinct : undefined;
    distinct?.clear();
    let missing = false;
    let mask = 0;
    for (const member of list as readonly Json[]) {
      const value = path.length === 0 ? member : readPath(member, path);
      if (value === undefined) {
        missing = true;
        continue;
      }
      const id = known(this.#idOf(value));
      if (distinct?.has(id) ?? into.has(id)) continue;
      distinct?.add(id);
      mask |= this.#push(at, id, into);
    }
    if (missing) mask |= this.#push(at, MISSING_ID, into);
    return into.endSlot(mask);
  }

  // The address as the text that `maskedAddress` makes of it: a character a byte.
  #networkId(kind: number, bits: number, address: Address | undefined): number {
    if (address === undefined || address.family !== (kind === NETWORK_4 ? 4 : 6)) return NO_TOKEN;
    for (let word = 0, left = bits; left > 0; word++, left -= 32) {
      const bytes = reversed(address.words[word] as number);
      this.#words[word] = left < 32 ? bytes & ~(-1 << left) : bytes;
    }
    return known(this.#tokens.findPacked(this.#words, bits >> 3));
  }

  /** The number of the token that `tokenOf` says, or -1. */
  #idOf(value: Json): number {
    if (typeof value === 'string') return this.#tokens.find(value);
    if (typeof value === 'number' && Number.isFinite(value)) return this.#tokens.findNumber(value);
    if (typeof value === 'boolean') return this.#tokens.find(String(value));
    return this.#tokens.find(value === null || typeof value === 'number' ? 'null' : STRUCTURE);
  }

  #push(at: number, id: number, into: TokenBuffer): number {
    const mask = this.#maskIn(at, id);
    if (mask !== 0) into.push(id, mask);
    return mask;
  }

  /** The shapes in which the slot of a row has keys with a token. Constants that are in no key have no mask. */
  #maskIn(at: number, id: number): number {
    if (id < 0) return id === MISSING_ID ? (this.#rows[at + MISSING_IN] as number) : 0;
    return this.#maskOf(id) & (this.#rows[at + SHAPES] as number);
  }

  #maskOf(id: number): number {
    return id < this.#masks.length ? this.#masks.get(id) : 0;
  }
}

function known(id: number): number {
  return id < 0 ? NO_TOKEN : id;
}

function kindOf(slot: Slot): number {
  if (slot.kind === 'network') return slot.family === 4 ? NETWORK_4 : NETWORK_6;
  return KINDS[slot.kind];
}

function sizeOf(slot: Slot): number {
  if (slot.kind === 'network') return slot.bits;
  if (slot.kind === 'range') return slot.level;
  return slot.kind === 'prefix' || slot.kind === 'suffix' ? slot.length : 0;
}

/** The bytes of a word in the other order. */
function reversed(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24);
}
