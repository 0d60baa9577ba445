import { type AttrOperand, CATEGORIES, type CallOperand, type Operand } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import { attributeSlots } from './attribute-slots.ts';
import { invalidSnapshot } from './binary.ts';
import { MemberNumbers } from './member-numbers.ts';
import { operandName } from './operand-name.ts';
import { readCount, readList, readObject, readOperand } from './snapshot-json.ts';

/** Where the value of an operand comes from: the inquiry, or a function called with other operands. */
export interface Source {
  /** The place in `CATEGORIES` of an attribute, -1 of a call. */
  readonly category: number;
  readonly path: readonly string[];
  readonly fn: string;
  readonly args: readonly Argument[];
}

/** A constant, or the number of an operand. */
export type Argument = { readonly value: Json } | { readonly number: number };

interface Entry {
  readonly name: string;
  readonly operand: AttrOperand | CallOperand;
  readonly source: Source;
  uses: number;
}

/**
 * The operands that depend on the inquiry alone, by number: equal ones have one number, so that whatever
 * number of policies read one, it is read once an inquiry. The number of one that nobody uses any more becomes
 * another's.
 */
export class Operands {
  readonly #functions: FunctionTable;
  readonly #numbers = new Map<string, number>();
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];
  // Beside CATEGORIES: what operands ask for of that category.
  readonly #members: readonly MemberNumbers[] = CATEGORIES.map(() => new MemberNumbers());

  constructor(functions: FunctionTable) {
    this.#functions = functions;
  }

  /** Operands in use. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Every number in use is below it. */
  get limit(): number {
    return this.#entries.length;
  }

  /**
   * The number of an operand, or undefined where it depends on an item of a list or a slot. Counts one use: as many
   * {@link Operands.drop} forget the operand.
   */
  use(operand: Operand): number | undefined {
    if (operand.kind !== 'attr' && operand.kind !== 'call') return undefined;
    // A name that is there already costs no text.
    const name = attributeSlots(operand)?.value().name ?? operandName(operand);
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      (this.#entries[known] as Entry).uses += 1;
      return known;
    }
    const source = operand.kind === 'attr' ? attrSource(operand) : this.#callSource(operand, (arg) => this.use(arg));
    if (source === undefined) return undefined;
    const number = this.#free.pop() ?? this.#entries.length;
    this.#entries[number] = { name, operand, source, uses: 1 };
    this.#numbers.set(name, number);
    this.#noteMember(source, number);
    return number;
  }

  /** Forgets one use of the operand of a number. */
  drop(number: number): void {
    const entry = this.#entries[number] as Entry;
    entry.uses -= 1;
    if (entry.uses > 0) return;
    this.#entries[number] = undefined;
    this.#numbers.delete(entry.name);
    this.#free.push(number);
    const { source } = entry;
    for (const arg of source.args) this.#dropArgument(arg);
    if (source.category >= 0) this.membersOf(source.category).delete(source.path);
  }

  /** The number of an operand in use. */
  find(operand: Operand): number | undefined {
    return this.#numbers.get(operandName(operand));
  }

  /** The operand of a number. */
  operandOf(number: number): Operand {
    return (this.#entries[number] as Entry).operand;
  }

  sourceOf(number: number): Source {
    return (this.#entries[number] as Entry).source;
  }

  /** @param category the place in `CATEGORIES` */
  membersOf(category: number): MemberNumbers {
    return this.#members[category] as MemberNumbers;
  }

  /** @throws whatever the function throws, and where there is none of this name */
  call(fn: string, values: readonly (Json | undefined)[]): Json | undefined {
    return callFunction(this.#functions, fn, values);
  }

  /** What `fromJson` needs: the operands by number, each with its uses. */
  toJson(): Json {
    return this.#entries.map((entry) =>
      entry === undefined ? null : { operand: entry.operand as unknown as Json, uses: entry.uses },
    );
  }

  /**
   * The operands that `toJson` was called of.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for anything else
   */
  static fromJson(json: Json, functions: FunctionTable): Operands {
    const made = new Operands(functions);
    const items = readList(json).map((item) => (item === null ? undefined : readUsed(item)));
    // First the names of all: a call may have a lower number than its arguments.
    for (const [number, item] of items.entries()) {
      if (item === undefined) made.#free.push(number);
      else made.#numbers.set(operandName(item.operand), number);
    }
    for (const [number, item] of items.entries()) made.#entries.push(item && made.#restored(number, item));
    return made;
  }

  #restored(number: number, { operand, uses }: Used): Entry {
    const source = operand.kind === 'attr' ? attrSource(operand) : this.#callSource(operand, (arg) => this.find(arg));
    const name = operandName(operand);
    if (source === undefined || this.#numbers.get(name) !== number) throw invalidSnapshot('operands are inconsistent');
    this.#noteMember(source, number);
    return { name, operand, source, uses };
  }

  #noteMember(source: Source, number: number): void {
    if (source.category >= 0) this.membersOf(source.category).add(source.path, number);
  }

  // Undefined where an argument is no operand of the inquiry alone: those before it are then not used.
  #callSource({ fn, args }: CallOperand, numberOf: (arg: Operand) => number | undefined): Source | undefined {
    const used: Argument[] = [];
    for (const arg of args) {
      const number = arg.kind === 'value' ? undefined : numberOf(arg);
      if (arg.kind === 'value') used.push({ value: arg.value });
      else if (number !== undefined) used.push({ number });
      else {
        for (const before of used) this.#dropArgument(before);
        return undefined;
      }
    }
    return { category: -1, path: [], fn, args: used };
  }

  #dropArgument(arg: Argument): void {
    if ('number' in arg) this.drop(arg.number);
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

interface Used {
  readonly operand: AttrOperand | CallOperand;
  readonly uses: number;
}

function readUsed(json: Json): Used {
  const { operand: data, uses } = readObject(json);
  const operand = readOperand(data);
  if (operand.kind !== 'attr' && operand.kind !== 'call') throw invalidSnapshot('a constant is among the operands');
  return { operand, uses: readCount(uses) };
}

function attrSource({ of, path }: AttrOperand): Source {
  return { category: CATEGORIES.indexOf(of), path, fn: '', args: [] };
}
