import type { Operands, Reading } from './operands.ts';
import { Failure } from './failure.ts';
import type { Dictionary } from './dictionary.ts';
import { IntColumn } from './int-column.ts';
import { SINGLE } from './shape.ts';
import { MISSING, type Slot, STRUCTURE, tokensOf } from './slot.ts';
import { FAILED, MISSING_CODE } from './vocabulary.ts';

/** What stands for {@link MISSING} in keys: it is the token of any slot, and nobody else's. */
export const MISSING_ID = -1;

/** The slots that keys are made of, by number, and the numbers of their tokens. */
export class SlotTable {
  readonly #operands: Operands;
  readonly #tokens: Dictionary;
  // Which shapes have keys with a token. Bits are only gained while the token is in use; a bit too many
  // costs a probe.
  readonly #masks = new IntColumn();
  readonly #missingMasks: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #slots: Slot[] = [];
  readonly #operandNumbers: number[] = [];

  constructor(operands: Operands, tokens: Dictionary) {
    this.#operands = operands;
    this.#tokens = tokens;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** The number of a slot, a new one where it had none. */
  numberOf(name: string, slot: Slot): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const operand = this.#operands.numberOf(slot.of);
    if (operand === undefined) throw new Error(`slot ${name} depends on more than the inquiry`);
    const number = this.#slots.push(slot) - 1;
    this.#operandNumbers.push(operand);
    this.#names.push(name);
    this.#missingMasks.push(0);
    this.#numbers.set(name, number);
    return number;
  }

  nameOf(number: number): string {
    return this.#names[number] as string;
  }

  /** The number of a token that a new key of these shapes has. */
  use(slot: number, token: string, shapes: number): number {
    if (token === MISSING) {
      this.#missingMasks[slot] = (this.#missingMasks[slot] as number) | shapes;
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

  /** Reads the tokens that occur in keys, of all slots. */
  read(reading: Reading, into: TokenBuffer): void {
    into.clear();
    for (let slot = 0; slot < this.#slots.length; slot++) {
      this.#readSlot(slot, reading, into);
      into.endSlot();
    }
  }

  #readSlot(slot: number, reading: Reading, into: TokenBuffer): void {
    const number = this.#operandNumbers[slot] as number;
    const what = this.#slots[slot] as Slot;
    if (what.kind === 'value') return this.#readValue(slot, reading.code(number), into);
    const value = reading.tryValue(number);
    if (value instanceof Failure) return into.push(MISSING_ID, this.#missingMasks[slot] as number);
    for (const token of tokensOf(what, value)) this.#push(slot, token, into);
  }

  #readValue(slot: number, code: number, into: TokenBuffer): void {
    // A policy with an operand that failed may be an error: it is filed as if the operand were missing.
    if (code === MISSING_CODE || code === FAILED) into.push(MISSING_ID, this.#missingMasks[slot] as number);
    else if (code >= 0) into.push(code >> 1, this.#maskOf(code >> 1));
    else this.#push(slot, STRUCTURE, into);
  }

  // Constants that are in no key have no mask.
  #maskOf(id: number): number {
    return id < this.#masks.length ? this.#masks.get(id) : 0;
  }

  #push(slot: number, token: string, into: TokenBuffer): void {
    if (token === MISSING) return into.push(MISSING_ID, this.#missingMasks[slot] as number);
    const id = this.#tokens.find(token);
    if (id >= 0) into.push(id, this.#maskOf(id));
  }
}

/** The tokens of an inquiry: for each slot, their numbers and which shapes they occur in. */
export class TokenBuffer {
  readonly ids: number[] = [];
  readonly masks: number[] = [];
  /** Where the tokens of a slot end; they begin where those of the slot before end. */
  readonly ends: number[] = [];
  /** The masks of all tokens of a slot together. */
  readonly slotMasks: number[] = [];
  #mask = 0;

  clear(): void {
    this.ids.length = 0;
    this.masks.length = 0;
    this.ends.length = 0;
    this.slotMasks.length = 0;
  }

  push(id: number, mask: number): void {
    this.ids.push(id);
    this.masks.push(mask);
    this.#mask |= mask;
  }

  endSlot(): void {
    this.ends.push(this.ids.length);
    this.slotMasks.push(this.#mask);
    this.#mask = 0;
  }

  /** Whether a token of the slot is alone the key of policies. */
  hasSingle(slot: number): boolean {
    return ((this.slotMasks[slot] as number) & SINGLE) !== 0;
  }

  startOf(slot: number): number {
    return slot === 0 ? 0 : (this.ends[slot - 1] as number);
  }
}
