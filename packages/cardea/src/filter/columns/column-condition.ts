import type { CallOperand, Condition, Operand, TestCondition } from '../../ast/condition.ts';
import type { Json } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import { printCondition } from '../../ast/print.ts';
import { CardeaError, quote } from '../../errors.ts';
import type { OpenCategory } from '../../model/query-plan.ts';
import type { ColumnsMapping } from './column-mapping.ts';
import { comparedCells } from './column-pairs.ts';
import type { ColumnTests } from './column-tests.ts';
import { type Cell, cellOf, type ColumnsTarget } from './columns-target.ts';

/** What an exact filter selects is allowed; of what a superset selects some rows may not be. */
export type Contract = 'exact' | 'superset';

/** What conditions are written for. */
export interface ColumnsScope<T> {
  readonly target: ColumnsTarget<T>;
  readonly tests: ColumnTests<T>;
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

class ConditionWriter<T> {
  contract: Contract = 'exact';
  readonly cells = new Map<string, Cell>();
  readonly #scope: ColumnsScope<T>;
  readonly #target: ColumnsTarget<T>;

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
        return this.#refuse('columns hold no lists', condition, instead);
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
      return typeof left.value === 'boolean' ? this.#target.truth(left.value) : this.#target.unknown;
    if (isWhole(left, this.#scope.over)) {
      const truth = WHOLE[op]?.(right);
      if (truth === undefined) return this.#refuse('a row is no single value', condition, instead);
      return truth === 'unknown' ? this.#target.unknown : this.#target.truth(truth);
    }
    const cell = this.#cell(left);
    if (typeof cell === 'string') return this.#refuse(cell, condition, instead);
    if (right === undefined || right.kind === 'value') return this.#constantTest(condition, cell, instead);
    const other = this.#cell(right);
    if (typeof other === 'string') return this.#refuse(other, condition, instead);
    const isFolded = cell.folded === true || other.folded === true;
    const compared = isFolded ? undefined : comparedCells(this.#target, op, cell, other);
    if (compared === undefined) return this.#refuse(`\`${op}\` does not compare these columns`, condition, instead);
    return this.#whereStored(cell, this.#whereStored(other, compared));
  }

  #constantTest(condition: TestCondition, cell: Cell, instead: Instead): T {
    const { op, args } = condition;
    const [, right] = args;
    const constant = right?.kind === 'value' ? right.value : null;
    const test = this.#scope.tests[op];
    if (test === null) return this.#refuse(`\`${op}\` is not expressed`, condition, instead);
    const refused = refusedOfFolded(op, cell, constant) ?? this.#target.refuses?.(op, cell, constant);
    if (refused !== undefined) return this.#refuse(refused, condition, instead);
    const written = test(cell, constant);
    if ('is' in written) return this.#stored(op, cell, written.is);
    const decides = written.refused === 'mismatch' && this.#scope.mapping.mismatch === 'decide';
    if (decides && written.otherwise !== undefined) return this.#stored(op, cell, written.otherwise);
    const reason = written.refused === 'mismatch' ? `its column holds ${cell.type}` : 'no column can hold that text';
    return this.#refuse(reason, condition, instead);
  }

  /** What is not stored is not present, and of all else nobody knows. */
  #stored(op: Operator, cell: Cell, written: T): T {
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
    if (operand?.kind !== 'attr' || operand.of !== this.#scope.over) return 'the column must come first';
    const cell = cellOf(operand, this.#scope.mapping);
    if (cell === undefined) return `there is no column for ${quote(operand.path.join('.'))}`;
    this.cells.set(cell.column, cell);
    return cell;
  }

  #folded({ fn, args }: CallOperand): Cell | string {
    const [of] = args;
    if (fn !== 'lower' || !this.#target.folds) return `\`${fn}\` is a function of the library`;
    const cell = of?.kind === 'attr' ? this.#cell(of) : `\`${fn}\` is of no column`;
    if (typeof cell === 'string') return cell;
    if (cell.type !== 'text') return `its column holds ${cell.type}`;
    // Null has no lower case.
    const folded = { ...cell, nulls: cell.nulls === 'null' ? 'missing' : cell.nulls, folded: true } as const;
    this.cells.set(`lower ${cell.column}`, folded);
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
