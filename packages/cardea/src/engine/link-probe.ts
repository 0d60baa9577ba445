import type { Json } from '../ast/json.ts';
import { Failure } from './failure.ts';
import type { Reading } from './reading.ts';
import type { TupleSet } from './tuple-set.ts';
import { FAILED, MISSING_CODE, type Vocabulary } from './vocabulary.ts';

/** What a search needs to know of a template. */
export interface LinkTable {
  /** The number of the template. */
  readonly template: number;
  /** The names that the template gives its bindings. */
  readonly slots: readonly string[];
  /** The operand of each binding. */
  readonly operands: readonly number[];
  /** Of each binding, whether an item of the operand is compared and not the operand itself. */
  readonly members: readonly boolean[];
  /** Whether any is true of these. */
  readonly several: boolean;
  /** Whether no key leads to the template, so that every inquiry is held against its links. */
  readonly keyless: boolean;
  /** The links: one code for each binding. */
  readonly rows: TupleSet;
}

/** In the place of a row: no link was looked at, because a binding of the template reads what is missing. */
export const UNKNOWN_BINDING = -1;

/** In the place of a row: no link was looked at, because a binding of the template cannot be read. */
export const FAILED_BINDING = -2;

/** Is told the row of a link, {@link UNKNOWN_BINDING} or {@link FAILED_BINDING}. */
export type VisitLink = (template: number, row: number) => void;

/** In the place of a row: all bindings have values, and there is no link of them. */
export const NO_LINK = -3;

/** Lists above this length are not ordered by insertion. */
const LONG = 24;

/** Rows that are read one after another in the time that finding one takes. */
const ROWS_A_PROBE = 8;

/** Searches one template at a time: the buffers that a search needs, which another one must not touch meanwhile. */
export class LinkProbe {
  readonly #vocabulary: Vocabulary;
  #tuple: Int32Array = new Int32Array(4);
  /** The codes of one binding after another, each list ordered, and where each ends. */
  #codes: Int32Array = new Int32Array(16);
  #ends: Int32Array = new Int32Array(4);
  /** Which of its codes each binding has in the tuple. */
  #chosen: Int32Array = new Int32Array(4);

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Answers a row that was visited, or what was in the place of one, or {@link NO_LINK}. */
  search(table: LinkTable, reading: Reading, visit?: VisitLink): number {
    const { template, several, rows } = table;
    if (!several) {
      const row = this.#rowOf(table, reading);
      if (row !== NO_LINK) visit?.(template, row);
      return row;
    }
    let found = NO_LINK;
    const tell = (row: number): void => {
      found = row;
      visit?.(template, row);
    };
    const width = table.operands.length;
    if (this.#tuple.length < width) this.#widen(width);
    const state = this.#readLists(table, reading);
    if (state !== 0) {
      if (state !== NO_LINK) tell(state);
    } else if (this.#combinations(width) > rows.size / ROWS_A_PROBE) this.#walk(rows, tell);
    else this.#searchAll(rows, tell);
    return found;
  }

  /** Where each binding has one value, there is one link at most. */
  #rowOf({ operands, rows }: LinkTable, reading: Reading): number {
    if (this.#tuple.length < operands.length) this.#widen(operands.length);
    const tuple = this.#tuple;
    reading.codes(operands, tuple);
    let state = 0;
    for (let at = 0; at < operands.length; at++) {
      const code = tuple[at] as number;
      if (code < 0) state = worse(state, code);
    }
    if (state !== 0) return state;
    const row = rows.find(tuple);
    return row < 0 ? NO_LINK : row;
  }

  #readLists({ operands, members }: LinkTable, reading: Reading): number {
    let state = 0;
    let end = 0;
    for (let at = 0; at < operands.length; at++) {
      const from = end;
      const operand = operands[at] as number;
      if (members[at] === true) {
        const list = reading.tryValue(operand);
        if (list instanceof Failure) state = worse(state, FAILED);
        else if (!Array.isArray(list)) state = worse(state, MISSING_CODE);
        else end = this.#addItems(list, from);
      } else {
        const code = reading.code(operand);
        if (code < 0) state = worse(state, code);
        else end = this.#push(code, end);
      }
      if (end === from) state = worse(state, NO_LINK);
      this.#ends[at] = end;
    }
    return state;
  }

  #addItems(list: readonly Json[], from: number): number {
    let end = from;
    for (const item of list) {
      const code = this.#vocabulary.codeOf(item);
      if (code >= 0) end = this.#push(code, end);
    }
    return orderDistinct(this.#codes, from, end);
  }

  #push(code: number, end: number): number {
    if (end === this.#codes.length) this.#codes = enlarged(this.#codes, end * 2);
    this.#codes[end] = code;
    return end + 1;
  }

  #combinations(width: number): number {
    let product = 1;
    for (let at = 0; at < width; at++) product *= (this.#ends[at] as number) - this.#startOf(at);
    return product;
  }

  #searchAll(rows: TupleSet, tell: (row: number) => void): void {
    const { width } = rows;
    for (let at = 0; at < width; at++) this.#choose(at, this.#startOf(at));
    for (;;) {
      const row = rows.find(this.#tuple);
      if (row >= 0) tell(row);
      let at = width - 1;
      while (at >= 0 && (this.#chosen[at] as number) + 1 === this.#ends[at]) at -= 1;
      if (at < 0) return;
      this.#choose(at, (this.#chosen[at] as number) + 1);
      while (++at < width) this.#choose(at, this.#startOf(at));
    }
  }

  #walk(rows: TupleSet, tell: (row: number) => void): void {
    for (let row = rows.next(-1); row >= 0; row = rows.next(row)) {
      rows.read(row, this.#tuple);
      if (this.#fits(rows.width)) tell(row);
    }
  }

  #fits(width: number): boolean {
    for (let at = 0; at < width; at++) {
      const code = this.#tuple[at] as number;
      const end = this.#ends[at] as number;
      const place = placeIn(this.#codes, code, this.#startOf(at), end);
      if (place === end || this.#codes[place] !== code) return false;
    }
    return true;
  }

  #choose(at: number, place: number): void {
    this.#chosen[at] = place;
    this.#tuple[at] = this.#codes[place] as number;
  }

  #startOf(at: number): number {
    return at === 0 ? 0 : (this.#ends[at - 1] as number);
  }

  #widen(width: number): void {
    this.#tuple = new Int32Array(width);
    this.#ends = new Int32Array(width);
    this.#chosen = new Int32Array(width);
  }
}

// What failed counts for more than what is missing, and that for more than a value that no link has.
function worse(state: number, code: number): number {
  if (state === FAILED_BINDING || code === FAILED) return FAILED_BINDING;
  return state === UNKNOWN_BINDING || code === MISSING_CODE ? UNKNOWN_BINDING : NO_LINK;
}

/** Orders part of a list and keeps one of equal numbers; answers where it then ends. */
function orderDistinct(numbers: Int32Array, from: number, end: number): number {
  if (end - from < 2) return end;
  if (end - from > LONG) numbers.subarray(from, end).sort();
  else insertionSort(numbers, from, end);
  let last = from;
  for (let at = from + 1; at < end; at++) {
    if (numbers[at] !== numbers[last]) numbers[++last] = numbers[at] as number;
  }
  return last + 1;
}

/** For short lists: it allocates nothing. */
function insertionSort(numbers: Int32Array, from: number, end: number): void {
  for (let next = from + 1; next < end; next++) {
    const number = numbers[next] as number;
    let at = next;
    for (; at > from && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}

/** The first place of an ordered list whose number is not less. */
function placeIn(numbers: Int32Array, wanted: number, from: number, end: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function enlarged(numbers: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(numbers);
  return larger;
}
