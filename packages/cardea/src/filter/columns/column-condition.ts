import type { CallOperand, Condition, EachCondition, Operand, TestCondition } from '../../ast/condition.ts';
import type { Json } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import { printCondition } from '../../ast/print.ts';
import { CardeaError, quote } from '../../errors.ts';
import type { OpenCategory } from '../../model/query-plan.ts';
import type { ColumnsMapping } from './column-mapping.ts';
import { comparedCells } from './column-pairs.ts';
import type { ColumnTests, Unwritten } from './column-tests.ts';
import { type Cell, cellOf, type ColumnsTarget } from './columns-target.ts';

/** What an exact filter selects is allowed; of what a superset selects some rows may not be. */
export type Contract = 'exact' | 'superset';

/** What conditions are written for. */
export interface ColumnsScope<T> {
  readonly target: ColumnsTarget<T>;
  readonly tests: ColumnTests<T>;
  /** Those of columns that hold lists. */
  readonly listTests: ColumnTests<T>;
  readonly over: OpenCategory;
  readonly mapping: ColumnsMapping;
  /** With `superset`, what cannot be expressed is left out so that more is selected, never less. */
  readonly accepted: Contract;
}

/** A condition in a target's terms. */
export interface ColumnCondition<T> {
  readonly contract: Contract;
  readonly written: T;
  /** The columns that it reads. */
  readonly cells: readonly Cell[];
}

/**
 * A condition on columns: unknown exactly where it is, so that junctions and negation are those of the target.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed, where `exact` is asked for
 * @throws CARDEA_INVALID_CONDITION when there is no such operator
 */
export function columnCondition<T>(condition: Condition, scope: ColumnsScope<T>): ColumnCondition<T> {
  const writer = new ConditionWriter(scope);
  const written = writer.write(condition, 'more');
  return { contract: writer.contract, written, cells: [...writer.cells.values()] };
}

/** What is to be selected in place of what cannot be expressed: more than that, or, under a negation, less. */
type Instead = 'more' | 'less';

/** The item of a list that a condition is of. */
interface Within {
  readonly as: string;
  readonly cell: Cell;
  /** `three` where the condition is unknown of some item. */
  truths: 'definite' | 'three';
}

class ConditionWriter<T> {
  contract: Contract = 'exact';
  readonly cells = new Map<string, Cell>();
  readonly #scope: ColumnsScope<T>;
  readonly #target: ColumnsTarget<T>;
  #within: Within | undefined;

  constructor(scope: ColumnsScope<T>) {
    this.#scope = scope;
    this.#target = scope.target;
  }

  write(condition: Condition, instead: Instead): T {
    const target = this.#target;
    switch (condition.kind) {
      case 'const':
        return target.truth(condition.value);
      case 'and':
      case 'or':
        return this.#junction(condition.kind, condition.of, instead);
      case 'not':
        return target.not(this.write(condition.of, instead === 'more' ? 'less' : 'more'));
      case 'sure':
        return target.sure(this.write(condition.of, instead));
      case 'test':
        return this.#test(condition, instead);
      case 'each':
        return this.#each(condition, instead);
    }
  }

  #junction(kind: 'and' | 'or', of: readonly Condition[], instead: Instead): T {
    if (of.length === 0) return this.#target.truth(kind === 'and');
    return this.#target.junction(
      kind,
      of.map((part) => this.write(part, instead)),
    );
  }

  #test(condition: TestCondition, instead: Instead): T {
    const { op, args } = condition;
    const [left, right] = args;
    if (!Object.hasOwn(this.#scope.tests, op))
      throw new CardeaError('CARDEA_INVALID_CONDITION', `there is no operator ${quote(op)}`);
    if (op === 'isTrue' && left?.kind === 'value')
      return typeof left.value === 'boolean' ? this.#target.truth(left.value) : this.#unknown();
    if (isWhole(left, this.#scope.over)) {
      const truth = WHOLE[op]?.(right);
      if (truth === undefined) return this.#refuse('a row is no single value', condition, instead);
      return truth === 'unknown' ? this.#unknown() : this.#target.truth(truth);
    }
    if (op === 'in' && left?.kind === 'value' && right !== undefined) return this.#contained(condition, instead);
    const cell = this.#cell(left);
    if (typeof cell === 'string') return this.#refuse(cell, condition, instead);
    if (right === undefined || right.kind === 'value') return this.#constantTest(condition, cell, instead);
    const other = this.#cell(right);
    if (typeof other === 'string') return this.#refuse(other, condition, instead);
    const isOther = [cell, other].some(({ folded, list, item }) => (folded ?? list ?? item) === true);
    const compared = isOther ? undefined : comparedCells(this.#target, op, cell, other);
    if (compared === undefined) return this.#refuse(`\`${op}\` does not compare these columns`, condition, instead);
    return this.#whereStored(cell, this.#whereStored(other, compared));
  }

  #constantTest(condition: TestCondition, cell: Cell, instead: Instead): T {
    const { op, args } = condition;
    const [, right] = args;
    const constant = right?.kind === 'value' ? right.value : null;
    const test = (cell.list === true ? this.#scope.listTests : this.#scope.tests)[op];
    if (test === null) return this.#refuse(`\`${op}\` is not expressed`, condition, instead);
    const refused = refusedOfFolded(op, cell, constant) ?? this.#target.refuses?.(op, cell, constant);
    if (refused !== undefined) return this.#refuse(refused, condition, instead);
    const written = test(cell, constant);
    if ('is' in written) return this.#stored(op, cell, written.is);
    const decides = written.refused === 'mismatch' && this.#scope.mapping.mismatch === 'decide';
    if (decides && written.otherwise !== undefined) return this.#stored(op, cell, written.otherwise);
    return this.#refuse(REASONS[written.refused](cell), condition, instead);
  }

  /** A list has a constant among its items. */
  #contained(condition: TestCondition, instead: Instead): T {
    const [constant, over] = condition.args;
    const list = this.#cell(over);
    if (typeof list === 'string' || list.list === undefined || constant === undefined || over === undefined)
      return this.#refuse(typeof list === 'string' ? list : 'the column must come first', condition, instead);
    const where: Condition = { kind: 'test', op: 'eq', args: [{ kind: 'item', name: ITEM, path: [] }, constant] };
    return this.#each({ kind: 'each', quantifier: 'some', over, as: ITEM, where }, instead);
  }

  #each(condition: EachCondition, instead: Instead): T {
    const { quantifier, over, as, where } = condition;
    if (this.#within !== undefined) return this.#refuse('it looks through a list for each item', condition, instead);
    const list = this.#cell(over);
    if (typeof list === 'string') return this.#refuse(list, condition, instead);
    if (list.list === undefined || list.folded === true)
      return this.#scope.mapping.mismatch === 'decide'
        ? this.#unknown()
        : this.#refuse(`its column holds ${list.type}`, condition, instead);
    const { list: _, ...cell } = list;
    // Lists with null in them are never selected.
    const within: Within = { as, cell: { ...cell, nulls: 'never', item: true }, truths: 'definite' };
    this.#within = within;
    const test = this.write(where, instead);
    this.#within = undefined;
    const { truths } = within;
    const some = this.#target.some?.(list, quantifier === 'some' ? test : this.#target.not(test), truths);
    if (some === undefined) return this.#refuse('such a test of items is not expressed', condition, instead);
    return this.#whereStored(list, quantifier === 'some' ? some : this.#target.not(some));
  }

  #unknown(): T {
    if (this.#within !== undefined) this.#within.truths = 'three';
    return this.#target.unknown;
  }

  /** What is not stored is not present, and of all else nobody knows. */
  #stored(op: Operator, cell: Cell, written: T): T {
    if (written === this.#target.unknown) return this.#unknown();
    const stored = this.#whereStored(cell, written);
    return op === 'present' && stored !== written ? this.#target.sure(stored) : stored;
  }

  #whereStored(cell: Cell, written: T): T {
    // A missing column is NULL where that means missing, and ruled out where there is always a value.
    return cell.nulls === 'null' ? (this.#target.whereStored?.(cell, written) ?? written) : written;
  }

  /** The column of an operand, or why there is none. */
  #cell(operand: Operand | undefined): Cell | string {
    if (operand?.kind === 'call') return this.#folded(operand);
    if (this.#within !== undefined) return itemOf(operand, this.#within);
    if (operand?.kind !== 'attr' || operand.of !== this.#scope.over) return 'the column must come first';
    const cell = cellOf(operand, this.#scope.mapping);
    if (cell === undefined) return `there is no column for ${quote(operand.path.join('.'))}`;
    this.cells.set(placeOf(cell), cell);
    return cell;
  }

  #folded({ fn, args }: CallOperand): Cell | string {
    const [of] = args;
    if (fn !== 'lower' || !this.#target.folds) return `\`${fn}\` is a function of the library`;
    const cell = of?.kind === 'attr' ? this.#cell(of) : `\`${fn}\` is of no column`;
    if (typeof cell === 'string') return cell;
    if (cell.type !== 'text' || cell.list === true) return `its column holds ${holdingOf(cell)}`;
    // Null has no lower case.
    const folded = { ...cell, nulls: cell.nulls === 'null' ? 'missing' : cell.nulls, folded: true } as const;
    this.cells.set(`lower ${placeOf(cell)}`, folded);
    return folded;
  }

  #refuse(reason: string, condition: Condition, instead: Instead): T {
    if (this.#scope.accepted === 'exact') {
      const what = `${this.#target.name} has no filter for ${quote(printCondition(condition))}: ${reason}`;
      throw new CardeaError('CARDEA_UNSUPPORTED', what);
    }
    this.contract = 'superset';
    return this.#target.truth(instead === 'more');
  }
}

/** The name of an item that no policy names. */
const ITEM = '';

const REASONS: Readonly<Record<Unwritten<unknown>['refused'], (cell: Cell) => string>> = {
  mismatch: (cell) => `its column holds ${holdingOf(cell)}`,
  unstorable: () => 'no column can hold that text',
  moment: ({ type }) => `a ${type} compares with texts such as ${EXAMPLES[type === 'date' ? 'date' : 'timestamp']}`,
  list: () => 'lists are not compared as a whole',
};

const EXAMPLES = { date: '`2024-05-31`', timestamp: '`2024-05-31` or `2024-05-31T12:00:00.000Z`' } as const;

function holdingOf({ type, list }: Cell): string {
  return list === true ? `lists of ${type}` : type;
}

function placeOf({ column, json }: Cell): string {
  return JSON.stringify([column, json]);
}

/** The item of a list, or why something else within is not expressed. */
function itemOf(operand: Operand | undefined, { as, cell }: Within): Cell | string {
  if (operand?.kind !== 'item' || operand.name !== as) return 'tests of items look at nothing else';
  return operand.path.length === 0 ? cell : 'its items have no members';
}

const OF_FOLDED: readonly Operator[] = ['eq', 'in', 'startsWith', 'endsWith', 'contains'];

// Databases have their own lower case beyond ASCII, but nothing beyond it is ASCII in it.
function refusedOfFolded(op: Operator, { folded }: Cell, constant: Json): string | undefined {
  if (folded === undefined) return undefined;
  if (!OF_FOLDED.includes(op)) return `\`${op}\` is not expressed of lower case`;
  const constants: readonly unknown[] = Array.isArray(constant) ? constant : [constant];
  const isAscii = constants.every((each) => typeof each !== 'string' || /^[\x01-\x7f]*$/.test(each));
  return isAscii ? undefined : 'lower case beyond ASCII differs';
}

/** What a test is of a row as a whole, which is a dictionary. */
const WHOLE: Partial<Readonly<Record<Operator, (right: Operand | undefined) => boolean | 'unknown' | undefined>>> = {
  eq: (right) => (right?.kind === 'value' && !isDictionary(right.value) ? false : undefined),
  in: (right) => {
    if (right?.kind !== 'value' || !Array.isArray(right.value)) return undefined;
    return right.value.some(isDictionary) ? undefined : false;
  },
  lt: unknownOfDictionaries,
  le: unknownOfDictionaries,
  gt: unknownOfDictionaries,
  ge: unknownOfDictionaries,
  startsWith: unknownOfDictionaries,
  endsWith: unknownOfDictionaries,
  contains: unknownOfDictionaries,
  matches: unknownOfDictionaries,
  cidr: unknownOfDictionaries,
  isTrue: unknownOfDictionaries,
  isType: (right) => (right?.kind === 'value' ? right.value === 'object' : undefined),
};

function unknownOfDictionaries(right: Operand | undefined): 'unknown' | undefined {
  return right === undefined || right.kind === 'value' ? 'unknown' : undefined;
}

function isDictionary(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(operand: Operand | undefined, over: OpenCategory): boolean {
  return operand?.kind === 'attr' && operand.of === over && operand.path.length === 0;
}
