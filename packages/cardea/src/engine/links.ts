import type { Operand } from '../ast/condition.ts';
import { isJsonObject, isScalar, type Json, type Scalar } from '../ast/json.ts';
import type { Binding } from '../ast/template.ts';
import { CardeaError } from '../errors.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { invalidSnapshot } from './binary.ts';
import { Failure } from './failure.ts';
import { LinkProbe, type LinkTable, NO_LINK, type VisitLink } from './link-probe.ts';
import type { Operands } from './operands.ts';
import type { Reading } from './reading.ts';
import { tokenOf } from './slot.ts';
import { TupleSet, type TupleSetOptions } from './tuple-set.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Texts that wait together: with more of them they push each other out of the nearest cache. */
const TEXTS_AT_ONCE = 48;

/**
 * The links of all templates: for each link a row of codes, and no object. Templates go by the numbers that the
 * index gives them, rows by where they are, which is good until the next change.
 *
 * INVARIANT links-are-policies: the rows that a search finds are those of the links whose bindings are true, and
 * no link has a binding that is true where a search says that a binding is unknown or failed.
 */
export class Links {
  readonly #operands: Operands;
  readonly #vocabulary: Vocabulary;
  readonly #options: TupleSetOptions;
  readonly #tables = new Map<number, LinkTable>();
  readonly #keyless: LinkTable[] = [];
  #last: LinkTable | undefined;
  #codes: Int32Array = new Int32Array(4);
  #size = 0;
  /** A function that a decision calls may decide, and then needs buffers of its own. */
  readonly #probes: LinkProbe[] = [];
  #depth = 0;

  constructor(operands: Operands, vocabulary: Vocabulary, options: TupleSetOptions = {}) {
    this.#operands = operands;
    this.#vocabulary = vocabulary;
    this.#options = options;
  }

  /** The links of all templates. */
  get size(): number {
    return this.#size;
  }

  /** Memory held, free slots included; that of the values is the dictionary's. */
  get bytes(): number {
    let bytes = 0;
    for (const { rows } of this.#tables.values()) bytes += rows.bytes;
    return bytes;
  }

  /** The templates to which no key leads: every inquiry is held against their links. */
  get keyless(): readonly LinkTable[] {
    return this.#keyless;
  }

  /** How many links a template has. */
  count(template: number): number {
    return this.#tables.get(template)?.rows.size ?? 0;
  }

  /**
   * Adds a template, or changes the bindings of one, which then keeps its links.
   *
   * @param bindings one a slot, in the order of the slots
   * @param found how inquiries find the template: it is in the list of the `keyless` where no key leads to it
   * @throws {@link CardeaError} `CARDEA_CONFLICT` where a template with links would have other slots
   */
  putTemplate(template: number, bindings: readonly Binding[], found: 'by keys' | 'keyless' = 'by keys'): void {
    const slots = bindings.map(({ slot }) => slot);
    const before = this.#tables.get(template);
    const rows =
      before === undefined ? new TupleSet(slots.length, this.#options) : rowsFor(slots, before, this.#options);
    const operands = bindings.map(({ over }) => this.#operandOf(over));
    const members = bindings.map(({ member }) => member);
    const keyless = found === 'keyless';
    if (before !== undefined) this.#forget(before);
    this.#know({ template, slots, operands, members, several: members.includes(true), keyless, rows });
  }

  /** Takes a template away with its links. */
  removeTemplate(template: number): void {
    const taken = this.takeTemplate(template);
    if (taken !== undefined) this.releaseTemplate(taken);
  }

  /** Takes a template away with its links, which {@link Links.restoreTemplate} puts back. */
  takeTemplate(template: number): LinkTable | undefined {
    const table = this.#tables.get(template);
    if (table === undefined) return undefined;
    this.#forget(table);
    this.#size -= table.rows.size;
    return table;
  }

  restoreTemplate(table: LinkTable): void {
    this.#know(table);
    this.#size += table.rows.size;
  }

  /** Frees what only a template held that was taken away. */
  releaseTemplate(table: LinkTable): void {
    this.releaseBindings(table);
    const { rows } = table;
    const codes = this.#codesFor(rows.width);
    for (let row = rows.next(-1); row >= 0; row = rows.next(row)) {
      rows.read(row, codes);
      this.#drop(codes, rows.width);
    }
  }

  /** Frees what only the bindings of a template held that has others now, or none. */
  releaseBindings({ operands }: LinkTable): void {
    for (const operand of operands) this.#operands.drop(operand);
  }

  /**
   * Adds links, a few at a time, whose values wait together for what they need of memory.
   *
   * @param links their values, one a slot, in the order of the slots
   * @param added gets those that were not there, as soon as each is
   * @throws {@link CardeaError} `CARDEA_INVALID_LINK` for other values than one scalar a slot, or where there is no such template
   */
  linkAll(template: number, links: readonly (readonly Scalar[])[], added: (readonly Scalar[])[]): void {
    const { rows } = this.#tableOf(template);
    const { width } = rows;
    const count = Math.ceil(TEXTS_AT_ONCE / width);
    for (let from = 0; from < links.length; from += count) {
      const some = links.slice(from, from + count);
      for (const [at, values] of some.entries()) this.#await(values, at * width, width);
      this.#vocabulary.texts.touch(some.length * width);
      for (const [at, values] of some.entries()) if (this.#add(rows, values, at * width)) added.push(values);
    }
  }

  /** Takes a link away; false where there is none. */
  unlink(template: number, values: readonly Scalar[]): boolean {
    const { rows } = this.#tableOf(template);
    requireWidth(values, rows.width);
    const codes = this.#codesFor(rows.width);
    for (const [at, value] of values.entries()) {
      const code = this.#vocabulary.codeOf(value);
      if (code < 0) return false;
      codes[at] = code;
    }
    if (!rows.delete(codes)) return false;
    this.#drop(codes, rows.width);
    this.#size -= 1;
    return true;
  }

  /**
   * Visits the links of a template whose values an inquiry has, or the template itself where a binding cannot be
   * read: see {@link VisitLink}. What else the template demands is the caller's to evaluate.
   *
   * @returns a row that was visited, or what was in the place of one, or {@link NO_LINK}
   */
  searchIn(template: number, reading: Reading, visit?: VisitLink): number {
    const table = this.#find(template);
    if (table === undefined || table.rows.size === 0) return NO_LINK;
    const depth = this.#depth++;
    try {
      const probe = (this.#probes[depth] ??= new LinkProbe(this.#vocabulary));
      return probe.search(table, reading, visit);
    } finally {
      this.#depth = depth;
    }
  }

  /** The values of the link of a row, in the order of the slots. */
  valuesAt(template: number, row: number): readonly Scalar[] {
    const { rows } = this.#tables.get(template) as LinkTable;
    const codes = this.#codesFor(rows.width);
    rows.read(row, codes);
    return Array.from({ length: rows.width }, (_, at) => this.#vocabulary.scalar(codes[at] as number));
  }

  /** The values of all links of a template, in no order. There must be no change meanwhile. */
  *links(template: number): Iterable<readonly Scalar[]> {
    const rows = this.#tables.get(template)?.rows;
    if (rows === undefined) return;
    for (let row = rows.next(-1); row >= 0; row = rows.next(row)) yield this.valuesAt(template, row);
  }

  /**
   * The values of the links that an inquiry could yet come to have, of which some bindings cannot be read: the others
   * fit. Reads all links of the template.
   */
  fitting(template: number, reading: Reading): readonly (readonly Scalar[])[] {
    const table = this.#tables.get(template);
    if (table === undefined) return [];
    const { operands, members, rows } = table;
    const wanted = operands.map((operand, at) => this.#codesOf(operand, members[at] === true, reading));
    const codes = new Int32Array(rows.width);
    const found: (readonly Scalar[])[] = [];
    for (let row = rows.next(-1); row >= 0; row = rows.next(row)) {
      rows.read(row, codes);
      if (wanted.every((some, at) => some?.has(codes[at] as number) ?? true)) found.push(this.valuesAt(template, row));
    }
    return found;
  }

  /** The codes of which a binding must have one; undefined where it cannot be read. */
  #codesOf(operand: number, isMember: boolean, reading: Reading): ReadonlySet<number> | undefined {
    const value = reading.tryValue(operand);
    if (value instanceof Failure) return undefined;
    if (!isMember) return new Set([reading.code(operand)]);
    return new Set(Array.isArray(value) ? (value as readonly Json[]).map((item) => this.#vocabulary.codeOf(item)) : []);
  }

  /** The templates, without their links: {@link Links.toArrays} has these. */
  toJson(): Json {
    return [...this.#tables.values()].map(({ template, slots, operands, members, keyless }) => ({
      template,
      slots,
      operands,
      members,
      keyless,
    }));
  }

  /** The links as the arrays that they live in, one template after another. */
  toArrays(): readonly Int32Array[] {
    return joinArrays(
      [],
      [...this.#tables.values()].map(({ rows }) => rows.toArrays()),
    );
  }

  /**
   * Links over what {@link Links.toJson} and {@link Links.toArrays} gave; the arrays are not copied.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for anything else
   */
  static fromArrays(
    json: Json,
    arrays: readonly Int32Array[],
    context: { readonly operands: Operands; readonly vocabulary: Vocabulary; readonly options?: TupleSetOptions },
  ): Links {
    const made = new Links(context.operands, context.vocabulary, context.options);
    const templates = Array.isArray(json) ? json : [];
    const { parts } = splitArrays(arrays, { header: 0, parts: templates.length });
    for (const [at, part] of parts.entries()) {
      made.restoreTemplate(tableOf(templates[at], TupleSet.fromArrays(part, context.options)));
    }
    return made;
  }

  #know(table: LinkTable): void {
    this.#tables.set(table.template, table);
    if (table.keyless) this.#keyless.push(table);
    this.#last = undefined;
  }

  #forget(table: LinkTable): void {
    this.#tables.delete(table.template);
    const place = this.#keyless.indexOf(table);
    if (place >= 0) this.#keyless.splice(place, 1);
    this.#last = undefined;
  }

  /** The table of a template: mostly that of the last time. */
  #find(template: number): LinkTable | undefined {
    if (this.#last?.template !== template) this.#last = this.#tables.get(template);
    return this.#last;
  }

  #await(values: readonly Scalar[], place: number, width: number): void {
    requireWidth(values, width);
    for (let at = 0; at < width; at++) {
      const value = values[at];
      if (!isScalar(value)) throw new CardeaError('CARDEA_INVALID_LINK', 'a link has values that are no scalars');
      this.#vocabulary.texts.await(place + at, tokenOf(value));
    }
  }

  /** Adds a link whose values wait from `place` on; false where it was there. */
  #add(rows: TupleSet, values: readonly Scalar[], place: number): boolean {
    const codes = this.#codesFor(rows.width);
    let used = 0;
    let added = false;
    try {
      for (; used < rows.width; used++) {
        codes[used] = this.#vocabulary.useWaiting(place + used, values[used] as Scalar);
      }
      added = rows.add(codes);
    } finally {
      if (!added) this.#drop(codes, used);
    }
    if (added) this.#size += 1;
    return added;
  }

  #tableOf(template: number): LinkTable {
    const table = this.#find(template);
    if (table !== undefined) return table;
    throw new CardeaError('CARDEA_INVALID_LINK', `no template has the number ${template}`);
  }

  #operandOf(over: Operand): number {
    const operand = this.#operands.use(over);
    if (operand !== undefined) return operand;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'a slot stands where an item of a list or another slot is read');
  }

  #drop(codes: Int32Array, count: number): void {
    for (let at = 0; at < count; at++) this.#vocabulary.drop(codes[at] as number);
  }

  #codesFor(width: number): Int32Array {
    if (this.#codes.length < width) this.#codes = new Int32Array(width);
    return this.#codes;
  }
}

function requireWidth({ length }: readonly Scalar[], width: number): void {
  if (length === width) return;
  throw new CardeaError('CARDEA_INVALID_LINK', `a link has ${length} values for ${width} slots`);
}

/** The rows of a template for slots that may stand in another order now. */
function rowsFor(slots: readonly string[], { slots: before, rows }: LinkTable, options: TupleSetOptions): TupleSet {
  const from = slots.map((slot) => before.indexOf(slot));
  if (from.length === before.length && from.every((slot, at) => slot === at)) return rows;
  if (rows.size > 0 && (from.length !== before.length || from.includes(-1))) {
    throw new CardeaError('CARDEA_CONFLICT', 'a template that has links cannot change its slots');
  }
  const made = new TupleSet(slots.length, options);
  const [codes, moved] = [new Int32Array(before.length), new Int32Array(slots.length)];
  for (let row = rows.next(-1); row >= 0; row = rows.next(row)) {
    rows.read(row, codes);
    for (const [at, slot] of from.entries()) moved[at] = codes[slot] as number;
    made.add(moved);
  }
  return made;
}

function tableOf(json: Json | undefined, rows: TupleSet): LinkTable {
  const { template, slots, operands, members, keyless } = isJsonObject(json) ? json : {};
  if (!isNumber(template) || !isListOf(slots, rows, isText) || !isListOf(operands, rows, isNumber)) throw noTemplate();
  if (!isListOf(members, rows, isBoolean) || typeof keyless !== 'boolean') throw noTemplate();
  return { template, slots, operands, members, several: members.includes(true), keyless, rows };
}

function noTemplate(): CardeaError {
  return invalidSnapshot('links have no template of their width');
}

function isListOf<T extends Json>(
  json: Json | undefined,
  rows: TupleSet,
  is: (item: Json) => item is T,
): json is readonly T[] {
  return Array.isArray(json) && json.length === rows.width && json.every(is);
}

function isNumber(json: Json | undefined): json is number {
  return typeof json === 'number' && Number.isInteger(json) && json >= 0;
}

function isText(json: Json): json is string {
  return typeof json === 'string';
}

function isBoolean(json: Json): json is boolean {
  return typeof json === 'boolean';
}
