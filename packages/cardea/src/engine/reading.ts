import { CATEGORIES, type Category } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { type Address, parseAddress } from '../ast/network.ts';
import { isEntity, NAME_MEMBERS, nameOfEntity, readPath } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { Failure } from './failure.ts';
import type { MemberNumbers } from './member-numbers.ts';
import type { Operands, Source } from './operands.ts';
import { codeOfId, FAILED, type Vocabulary } from './vocabulary.ts';

const UNREAD: unique symbol = Symbol('unread');
const ACTION = CATEGORIES.indexOf('action');
const UNCODED = -2_147_483_648;
const NO_INQUIRY: Inquiry = Object.freeze({});

/** A dictionary that has so many times more members than are wanted is not gone through to its end. */
const LONGEST_PASS = 4;

// Unlike `Object.hasOwn` it costs nothing for a member that a loop has just met.
const { hasOwnProperty: hasOwn } = Object.prototype as {
  readonly hasOwnProperty: (this: object, name: string) => boolean;
};

type Read = Json | undefined | Failure | typeof UNREAD;

/**
 * One inquiry while it is decided: what was read of it is remembered until the next one begins. Operands numbered
 * later are unknown to it.
 */
export class Reading {
  inquiry: Inquiry = NO_INQUIRY;
  /** The items that the enclosing `each` conditions have bound, by their depth. */
  readonly items: (Json | undefined)[] = [];
  readonly #operands: Operands;
  readonly #vocabulary: Vocabulary;
  #codes = new Int32Array(0);
  readonly #values: Read[] = [];
  // The numbers of the operands that were read, so that forgetting them takes no longer than reading them took.
  #touched = new Int32Array(0);
  #touches = 0;
  // A bit for each category that was passed, and for those that are entities; beside CATEGORIES what there is as a
  // whole.
  #passed = 0;
  #entities = 0;
  readonly #wholes: (Json | undefined)[] = CATEGORIES.map(() => undefined);
  #addressText: string | undefined;
  #address: Address | undefined;

  constructor(operands: Operands, vocabulary: Vocabulary) {
    this.#operands = operands;
    this.#vocabulary = vocabulary;
  }

  /**
   * Forgets the inquiry before, and reads this one from now on: at once what operands ask for of its categories and
   * their dictionaries, because most of it is needed, and going through takes a third of what looking up takes.
   */
  begin(inquiry: Inquiry): this {
    this.end();
    this.inquiry = inquiry;
    if (this.#values.length < this.#operands.limit) this.#grow(this.#operands.limit);
    try {
      for (const name in inquiry) {
        if (!hasOwn.call(inquiry, name)) continue;
        const category = placeOf(name);
        if (category >= 0) this.#pass(category, inquiry[name as Category] as Json | undefined);
      }
    } catch {
      // An accessor threw: whoever asks for that category will be told.
      return this;
    }
    return this;
  }

  /** Lets go of the inquiry and of what was read of it. */
  end(): void {
    for (let at = 0; at < this.#touches; at++) {
      const number = this.#touched[at] as number;
      this.#values[number] = UNREAD;
      this.#codes[number] = UNCODED;
    }
    this.#touches = 0;
    if (this.#passed !== 0) {
      for (let category = 0; category < CATEGORIES.length; category++) this.#wholes[category] = undefined;
      this.#passed = 0;
      this.#entities = 0;
    }
    this.inquiry = NO_INQUIRY;
    if (this.items.length > 0) this.items.length = 0;
  }

  /** What stands for the value in comparisons: see {@link Vocabulary}. */
  code(number: number): number {
    const known = this.#codes[number] as number;
    return known === UNCODED ? this.#readCode(number) : known;
  }

  /** As `code` for each of some operands: what their texts need of memory they wait for together. */
  codes(numbers: readonly number[], into: Int32Array): void {
    const { length } = numbers;
    const { texts } = this.#vocabulary;
    if (texts.isLarge) {
      // All are read before the first one waits: what a called function looks up would take its place.
      for (let at = 0; at < length; at++) this.tryValue(numbers[at] as number);
      for (let at = 0; at < length; at++) texts.await(at, this.#textOf(numbers[at] as number) ?? '');
      texts.touch(length);
      for (let at = 0; at < length; at++) {
        const number = numbers[at] as number;
        const text = this.#textOf(number);
        if (text !== undefined) this.#codes[number] = codeOfId(texts.findWaiting(at, text));
      }
    }
    for (let at = 0; at < length; at++) into[at] = this.code(numbers[at] as number);
  }

  /** @throws whatever a called function throws, each time */
  value(number: number): Json | undefined {
    const value = this.tryValue(number);
    if (value instanceof Failure) throw value.reason;
    return value;
  }

  /** As `value`, with what was thrown as a value. */
  tryValue(number: number): Json | undefined | Failure {
    const known = this.#values[number];
    return known === UNREAD ? this.#read(number) : known;
  }

  /** The address that a text is, or undefined. */
  address(text: string): Address | undefined {
    if (text !== this.#addressText) {
      this.#address = parseAddress(text);
      this.#addressText = text;
    }
    return this.#address;
  }

  #textOf(number: number): string | undefined {
    const value = this.#values[number];
    return typeof value === 'string' ? value : undefined;
  }

  #readCode(number: number): number {
    let value = this.#values[number];
    if (value === UNREAD) value = this.#read(number);
    const code =
      typeof value === 'string'
        ? this.#vocabulary.codeOfText(value)
        : value instanceof Failure
          ? FAILED
          : this.#vocabulary.codeOf(value);
    this.#codes[number] = code;
    return code;
  }

  #read(number: number): Json | undefined | Failure {
    const source = this.#operands.sourceOf(number);
    let value: Json | undefined | Failure;
    try {
      if (source.category >= 0) {
        this.#requirePassed(source.category);
        const known = this.#values[number];
        if (known !== UNREAD) return known;
        value = this.#attribute(source.category, source.path);
      } else value = this.#call(source);
    } catch (reason) {
      value = new Failure(reason);
    }
    this.#remember(number, value);
    return value;
  }

  #call({ fn, args }: Source): Json | undefined {
    return this.#operands.call(
      fn,
      args.map((arg) => ('value' in arg ? arg.value : this.value(arg.number))),
    );
  }

  #remember(number: number, value: Json | undefined | Failure): void {
    this.#values[number] = value;
    this.#touched[this.#touches] = number;
    this.#touches += 1;
  }

  // Of a category that was passed.
  #attribute(category: number, path: readonly string[]): Json | undefined {
    const whole = this.#wholes[category];
    const isNamed = (this.#entities & (1 << category)) !== 0;
    if (path.length === 0) return isNamed ? nameOfEntity(whole as JsonObject, CATEGORIES[category] as Category) : whole;
    if (typeof whole !== 'object') return undefined;
    if (!isNamed) return readPath(whole, path);
    const entity = whole as JsonObject;
    const [first] = path;
    if (path.length === 1 && namesOf(category).includes(first as string)) return entity[first as string];
    return readPath(Object.hasOwn(entity, 'properties') ? entity['properties'] : undefined, path);
  }

  // A category that is missing, is not enumerable, or stands behind one whose accessor threw.
  #requirePassed(category: number): void {
    if ((this.#passed & (1 << category)) !== 0) return;
    const { inquiry } = this;
    const name = CATEGORIES[category] as Category;
    this.#pass(category, Object.hasOwn(inquiry, name) ? (inquiry[name] as Json | undefined) : undefined);
  }

  #pass(category: number, whole: Json | undefined): void {
    const bit = 1 << category;
    this.#wholes[category] = whole;
    this.#passed |= bit;
    const asked = this.#operands.membersOf(category);
    if (asked.operands === 0) return;
    if (typeof whole !== 'object') {
      if (asked.whole >= 0) this.#remember(asked.whole, whole);
      return;
    }
    try {
      if (isEntity(whole, CATEGORIES[category] as Category)) {
        this.#entities |= bit;
        this.#readNames(category, whole, asked);
        this.#readMembers(whole['properties'], asked);
      } else this.#readMembers(whole, asked);
    } catch {
      // An accessor threw: whoever asks for that member will be told.
      return;
    }
  }

  // What it does not meet is looked up when it is asked for.
  #readMembers(dictionary: Json | undefined, asked: MemberNumbers): void {
    if (asked.size === 0 || !isJsonObject(dictionary)) return;
    let place = 0;
    const end = asked.size * LONGEST_PASS;
    for (const name in dictionary) {
      if (!hasOwn.call(dictionary, name)) continue;
      const number = asked.at(place, name);
      place += 1;
      if (number >= 0 && this.#values[number] === UNREAD) this.#remember(number, dictionary[name]);
      if (place === end) return;
    }
  }

  // Before the properties, which cannot contradict the name.
  #readNames(category: number, entity: JsonObject, { type, id, name }: MemberNumbers): void {
    if (category === ACTION) {
      if (name >= 0) this.#remember(name, entity['name']);
      return;
    }
    if (type >= 0) this.#remember(type, entity['type']);
    if (id >= 0) this.#remember(id, entity['id']);
  }

  #grow(limit: number): void {
    const size = Math.max(16, limit, this.#values.length * 2);
    while (this.#values.length < size) this.#values.push(UNREAD);
    this.#codes = new Int32Array(size).fill(UNCODED);
    this.#touched = new Int32Array(size);
  }
}

function placeOf(category: string): number {
  if (category === 'subject') return 0;
  if (category === 'action') return 1;
  if (category === 'resource') return 2;
  return category === 'context' ? 3 : -1;
}

function namesOf(category: number): readonly string[] {
  return NAME_MEMBERS[CATEGORIES[category] as Exclude<Category, 'context'>];
}
