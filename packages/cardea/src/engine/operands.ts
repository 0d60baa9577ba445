import type { AttrOperand, CallOperand, Category, Operand } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { entityName, readPath } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { type Address, parseAddress } from '../ast/network.ts';
import { Failure } from './failure.ts';
import { operandName } from './operand-name.ts';
import { FAILED, type Vocabulary } from './vocabulary.ts';

const UNREAD: unique symbol = Symbol('unread');
const UNCODED = -2_147_483_648;

type Read = (reading: Reading) => Json | undefined;

/**
 * The operands that depend on the inquiry alone, by number: equal ones have one number, so that whatever
 * number of policies read one, it is read once an inquiry.
 */
export class Operands {
  readonly #functions: FunctionTable;
  readonly #numbers = new Map<string, number>();
  readonly #reads: Read[] = [];

  constructor(functions: FunctionTable) {
    this.#functions = functions;
  }

  /** What a reading has of every operand at first: copied, which is the quickest way to an array of this length. */
  readonly nothingRead: (typeof UNREAD)[] = [];
  readonly nothingCoded: number[] = [];

  /** The number of an operand, or undefined where it depends on an item of a list or an unfilled slot. */
  numberOf(operand: Operand): number | undefined {
    if (operand.kind !== 'attr' && operand.kind !== 'call') return undefined;
    const name = operandName(operand);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const read = operand.kind === 'attr' ? readerOf(operand) : this.#callerOf(operand);
    if (read === undefined) return undefined;
    const number = this.#reads.push(read) - 1;
    this.nothingRead.push(UNREAD);
    this.nothingCoded.push(UNCODED);
    this.#numbers.set(name, number);
    return number;
  }

  /** @throws whatever a called function throws */
  read(number: number, reading: Reading): Json | undefined {
    return (this.#reads[number] as Read)(reading);
  }

  #callerOf({ fn, args }: CallOperand): Read | undefined {
    const reads: Read[] = [];
    for (const arg of args) {
      const number = arg.kind === 'value' ? undefined : this.numberOf(arg);
      if (arg.kind === 'value') reads.push(() => arg.value);
      else if (number === undefined) return undefined;
      else reads.push((reading) => reading.value(number));
    }
    const functions = this.#functions;
    return (reading) =>
      callFunction(
        functions,
        fn,
        reads.map((read) => read(reading)),
      );
  }
}

/**
 * The result of a registered function, undefined for *unknown*.
 *
 * @throws what the function throws, and where there is none of this name
 */
export function callFunction(
  functions: FunctionTable,
  name: string,
  values: readonly (Json | undefined)[],
): Json | undefined {
  const definition = functions.get(name);
  if (definition === undefined) throw new Error(`function ${name} is not registered`);
  if (definition.missing !== 'pass' && values.includes(undefined)) return undefined;
  return definition.call(values);
}

function readerOf({ of, path }: AttrOperand): Read {
  return (reading) => reading.attribute(of, path);
}

/** One inquiry while it is decided: what was read of it is remembered. Operands numbered later are unknown to it. */
export class Reading {
  readonly inquiry: Inquiry;
  /** The items that the enclosing `each` conditions have bound, by their depth. */
  readonly items: (Json | undefined)[] = [];
  readonly #operands: Operands;
  readonly #vocabulary: Vocabulary;
  readonly #codes: number[];
  readonly #values: (Json | undefined | Failure | typeof UNREAD)[];
  #names: { subject?: string | undefined; action?: string | undefined; resource?: string | undefined } | undefined;
  #addresses: Map<string, Address | undefined> | undefined;
  #found: Map<object, boolean> | undefined;

  constructor(inquiry: Inquiry, operands: Operands, vocabulary: Vocabulary) {
    this.inquiry = inquiry;
    this.#operands = operands;
    this.#vocabulary = vocabulary;
    this.#codes = operands.nothingCoded.slice();
    this.#values = operands.nothingRead.slice();
  }

  /** What stands for the value in comparisons: see {@link Vocabulary}. */
  code(number: number): number {
    const known = this.#codes[number] as number;
    if (known !== UNCODED) return known;
    const value = this.tryValue(number);
    const code = value instanceof Failure ? FAILED : this.#vocabulary.codeOf(value);
    this.#codes[number] = code;
    return code;
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
    const { inquiry } = this;
    const whole = Object.hasOwn(inquiry, of) ? (inquiry[of] as Json | undefined) : undefined;
    const name = of === 'context' ? undefined : this.#nameOf(of, whole);
    if (name === undefined) return readPath(whole, path);
    const [first] = path;
    if (first === undefined) return name;
    const entity = whole as JsonObject;
    if (path.length === 1 && first !== 'properties' && Object.hasOwn(entity, first)) return entity[first];
    return readPath(Object.hasOwn(entity, 'properties') ? entity['properties'] : undefined, path);
  }

  /** The address that a text is, or undefined. */
  address(text: string): Address | undefined {
    this.#addresses ??= new Map();
    if (this.#addresses.has(text)) return this.#addresses.get(text);
    const address = parseAddress(text);
    this.#addresses.set(text, address);
    return address;
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

  #read(number: number): Json | undefined | Failure {
    const value = Failure.of(() => this.#operands.read(number, this));
    this.#values[number] = value;
    return value;
  }

  #nameOf(of: Exclude<Category, 'context'>, whole: Json | undefined): string | undefined {
    // Most values are no entities, which one member tells.
    if (!isJsonObject(whole) || !Object.hasOwn(whole, of === 'action' ? 'name' : 'type')) return undefined;
    this.#names ??= {};
    if (!(of in this.#names)) this.#names[of] = entityName(whole, of);
    return this.#names[of];
  }
}
