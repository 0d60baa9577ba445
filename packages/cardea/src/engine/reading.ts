import { CATEGORIES, type Category } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { type Address, parseAddress } from '../ast/network.ts';
import { entityName, NAME_MEMBERS, readPath } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { Failure } from './failure.ts';
import type { Operands, Source } from './operands.ts';
import { FAILED, type Vocabulary } from './vocabulary.ts';

const UNREAD: unique symbol = Symbol('unread');
const UNCODED = -2_147_483_648;
const NO_INQUIRY: Inquiry = Object.freeze({});

/** Fewer members of a dictionary than this are read one by one. */
const LEAST_PASS = 2;

/** A dictionary that has so many times more members than are wanted is not gone through to its end. */
const LONGEST_PASS = 4;

type Named = Exclude<Category, 'context'>;
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
  // A bit for each category whose dictionary was gone through, and for each whose entity was named.
  #passed = 0;
  #named = 0;
  readonly #names: (string | undefined)[] = CATEGORIES.map(() => undefined);
  #addressText: string | undefined;
  #address: Address | undefined;
  #found: Map<object, boolean> | undefined;

  constructor(operands: Operands, vocabulary: Vocabulary) {
    this.#operands = operands;
    this.#vocabulary = vocabulary;
  }

  /** Forgets the inquiry before, and reads this one from now on. */
  begin(inquiry: Inquiry): this {
    this.end();
    this.inquiry = inquiry;
    if (this.#values.length < this.#operands.limit) this.#grow(this.#operands.limit);
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
    this.#passed = 0;
    this.#named = 0;
    this.inquiry = NO_INQUIRY;
    if (this.items.length > 0) this.items.length = 0;
    if (this.#found !== undefined) this.#found = undefined;
  }

  /** What stands for the value in comparisons: see {@link Vocabulary}. */
  code(number: number): number {
    const known = this.#codes[number] as number;
    return known === UNCODED ? this.#readCode(number) : known;
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

  /** As `readAttribute` of the model, which names the entity anew each time. */
  attribute(of: Category, path: readonly string[]): Json | undefined {
    const whole = this.#whole(of);
    const name = this.#nameOf(CATEGORIES.indexOf(of), of, whole);
    if (name === undefined) return readPath(whole, path);
    if (path.length === 0) return name;
    const entity = whole as JsonObject;
    const [first] = path;
    if (path.length === 1 && NAME_MEMBERS[of as Named].includes(first as string)) return entity[first as string];
    return readPath(Object.hasOwn(entity, 'properties') ? entity['properties'] : undefined, path);
  }

  /** The address that a text is, or undefined. */
  address(text: string): Address | undefined {
    if (text !== this.#addressText) {
      this.#address = parseAddress(text);
      this.#addressText = text;
    }
    return this.#address;
  }

  /** What `find` finds, found once for each key. */
  once(key: object, find: () => boolean): boolean {
    this.#found ??= new Map();
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.#found.set(key, found);
    return found;
  }

  #readCode(number: number): number {
    const value = this.tryValue(number);
    const code = value instanceof Failure ? FAILED : this.#vocabulary.codeOf(value);
    this.#codes[number] = code;
    return code;
  }

  #read(number: number): Json | undefined | Failure {
    const source = this.#operands.sourceOf(number);
    if (source.kind === 'attr') {
      const bit = 1 << source.category;
      if ((this.#passed & bit) === 0) {
        this.#passed |= bit;
        this.#readMembers(source.category, source.of);
        const value = this.#values[number];
        if (value !== UNREAD) return value;
      }
    }
    const value = this.#tryToRead(source);
    this.#remember(number, value);
    return value;
  }

  #tryToRead(source: Source): Json | undefined | Failure {
    try {
      if (source.kind === 'attr') return this.attribute(source.of, source.path);
      const values = source.args.map((arg) => ('value' in arg ? arg.value : this.value(arg.number)));
      return this.#operands.call(source.fn, values);
    } catch (reason) {
      return new Failure(reason);
    }
  }

  #remember(number: number, value: Json | undefined | Failure): void {
    this.#values[number] = value;
    this.#touched[this.#touches] = number;
    this.#touches += 1;
  }

  /**
   * Reads the members of a dictionary that operands ask for, all at once: going through a dictionary takes half as
   * long as looking each of its members up. What it does not meet is looked up when it is asked for.
   */
  #readMembers(category: number, of: Category): void {
    const members = this.#operands.membersOf(category);
    if (members.size < LEAST_PASS) return;
    try {
      const whole = this.#whole(of);
      const isEntity = this.#nameOf(category, of, whole) !== undefined;
      if (isEntity) this.#readNames(of, whole as JsonObject);
      const dictionary = isEntity ? (whole as JsonObject)['properties'] : whole;
      if (!isPlain(dictionary)) return;
      let place = 0;
      const end = members.size * LONGEST_PASS;
      for (const name in dictionary) {
        const number = members.at(place, name);
        place += 1;
        if (number >= 0 && this.#values[number] === UNREAD) this.#remember(number, dictionary[name]);
        if (place === end) return;
      }
    } catch {
      // An accessor threw: whoever asks for that member will be told.
      return;
    }
  }

  // Before the properties, which cannot contradict the name.
  #readNames(of: Category, entity: JsonObject): void {
    const members = this.#operands.membersOf(CATEGORIES.indexOf(of));
    for (const name of NAME_MEMBERS[of as Named]) {
      const number = members.get(name);
      if (number >= 0) this.#remember(number, entity[name]);
    }
  }

  #whole(of: Category): Json | undefined {
    const { inquiry } = this;
    return Object.hasOwn(inquiry, of) ? (inquiry[of] as Json | undefined) : undefined;
  }

  #nameOf(category: number, of: Category, whole: Json | undefined): string | undefined {
    if (of === 'context') return undefined;
    // Most values are no entities, which one member tells.
    if (!isJsonObject(whole) || !Object.hasOwn(whole, of === 'action' ? 'name' : 'type')) return undefined;
    const bit = 1 << category;
    if ((this.#named & bit) === 0) {
      this.#names[category] = entityName(whole, of);
      this.#named |= bit;
    }
    return this.#names[category];
  }

  #grow(limit: number): void {
    const size = Math.max(16, limit, this.#values.length * 2);
    while (this.#values.length < size) this.#values.push(UNREAD);
    this.#codes = new Int32Array(size).fill(UNCODED);
    this.#touched = new Int32Array(size);
  }
}

/** Whether going through the members of a value meets no inherited ones. */
function isPlain(value: Json | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  if (prototype !== Object.prototype) return false;
  // Somebody may have given every object a member.
  for (const name in Object.prototype) return name === undefined;
  return true;
}
