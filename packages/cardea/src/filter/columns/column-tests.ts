import type { Json, JsonType } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import type { ColumnType } from './column-mapping.ts';
import type { Cell, ColumnsTarget, Comparison } from './columns-target.ts';
import { isMoment, isMomentType, momentComparison } from './moment.ts';

/**
 * A test of a column and a constant, unknown exactly where the test is; or why there is none: `mismatch` where the types
 * do not compare.
 */
export type ColumnTest<T> = (cell: Cell, constant: Json) => Written<T> | Unwritten<T>;

interface Written<T> {
  readonly is: T;
}

/** Why there is no test. */
export interface Unwritten<T> {
  /** `mismatch`: of another type. `unstorable`: no text for a database. `moment`: no moment in time. `list`: of a list. */
  readonly refused: 'mismatch' | 'unstorable' | 'moment' | 'list';
  /** What it is nevertheless, where that is certain. */
  readonly otherwise?: T;
}

/** By operator. `null`: it is not pushed down. */
export type ColumnTests<T> = Readonly<Record<Operator, ColumnTest<T> | null>>;

/**
 * What every operator is in a target: its own table begins with this one. Patterns and networks are not pushed down,
 * because nothing else reads them as we do.
 */
export function columnTests<T>(target: ColumnsTarget<T>): ColumnTests<T> {
  const compared =
    (op: Comparison): ColumnTest<T> =>
    (cell, constant) =>
      comparedWith(target, cell, op, constant);
  return {
    eq: (cell, constant) => {
      if (constant === null) return is(isJsonNull(target, cell));
      if (!isOf(cell, constant)) return mismatch(whereKnown(target, cell, false));
      return is(falseOfNull(target, cell, equals(target, cell, constant) ?? whereKnown(target, cell, false)));
    },
    in: (cell, constant) => among(target, cell, constant),
    lt: compared('lt'),
    le: compared('le'),
    gt: compared('gt'),
    ge: compared('ge'),
    startsWith: textTest(target, target.startsWith),
    endsWith: textTest(target, target.endsWith),
    contains: textTest(target, target.contains),
    matches: null,
    cidr: null,
    truthy: (cell) => is(falseOfNull(target, cell, isTruthy(target, cell))),
    isTrue: (cell) => is(cell.type === 'boolean' ? target.equals(cell, true) : target.unknown),
    isType: typeTest(target, ({ type }) => JSON_TYPES[type]),
    known: (cell) => is(whereKnown(target, cell, true)),
    present: (cell) => is(cell.nulls === 'missing' ? target.not(target.isNull(cell)) : target.truth(true)),
  };
}

const JSON_TYPES = {
  text: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  date: 'string',
  timestamp: 'string',
} as const satisfies Record<ColumnType, JsonType>;

/** The test of what JSON type a value has, of columns whose values have one. */
export function typeTest<T>(target: ColumnsTarget<T>, typeOf: (cell: Cell) => JsonType): ColumnTest<T> {
  return (cell, constant) => {
    const ofValue = constant === typeOf(cell);
    if (cell.nulls !== 'null') return is(whereKnown(target, cell, ofValue));
    return is(target.byNull(cell, target.truth(constant === 'null'), target.truth(ofValue)));
  };
}

function is<T>(written: T): Written<T> {
  return { is: written };
}

function mismatch<T>(otherwise: T): Unwritten<T> {
  return { refused: 'mismatch', otherwise };
}

function isOf({ type }: Cell, constant: Json): boolean {
  return typeof constant === JSON_TYPES[type];
}

/** A truth that does not depend on the value of a column, but may depend on there being one. */
export function whereKnown<T>(target: ColumnsTarget<T>, cell: Cell, truth: boolean): T {
  return cell.nulls === 'missing' ? unlessNull(target, cell, truth) : target.truth(truth);
}

/** A truth that holds of every value but null, of which a test is unknown. */
function unlessNull<T>(target: ColumnsTarget<T>, cell: Cell, truth: boolean): T {
  return cell.nulls === 'never' ? target.truth(truth) : target.byNull(cell, target.unknown, target.truth(truth));
}

/** A test that is false of null, where a query says that nobody knows. */
function falseOfNull<T>(target: ColumnsTarget<T>, { nulls }: Cell, of: T): T {
  return nulls === 'null' ? target.sure(of) : of;
}

/** Whether a value is null, which is not known of one that is missing. */
export function isJsonNull<T>(target: ColumnsTarget<T>, cell: Cell): T {
  return cell.nulls === 'null' ? target.isNull(cell) : whereKnown(target, cell, false);
}

/** Undefined where no column can hold the constant. */
function equals<T>(target: ColumnsTarget<T>, cell: Cell, constant: Json): T | undefined {
  if (typeof constant === 'string' && target.isUnstorable(constant)) return undefined;
  if (cell.type === 'integer' && !Number.isSafeInteger(constant)) return undefined;
  if (isMomentType(cell.type) && !isMoment(cell.type, constant as string)) return undefined;
  return target.equals(cell, constant as string | number | boolean);
}

function among<T>(target: ColumnsTarget<T>, cell: Cell, constant: Json): ReturnType<ColumnTest<T>> {
  if (!Array.isArray(constant)) return mismatch(target.unknown);
  const list = constant as readonly Json[];
  const found = amongMembers(
    target,
    cell,
    list.filter((member) => isOf(cell, member)),
  );
  const test =
    list.includes(null) && cell.nulls === 'null'
      ? target.junction('or', [target.isNull(cell), found])
      : falseOfNull(target, cell, found);
  return list.every((member) => member === null || isOf(cell, member)) ? is(test) : mismatch(test);
}

function amongMembers<T>(target: ColumnsTarget<T>, cell: Cell, members: readonly Json[]): T {
  const none = (): T => whereKnown(target, cell, false);
  const { type } = cell;
  if (type === 'text' || isMomentType(type)) {
    const isOne = (text: string): boolean => (isMomentType(type) ? isMoment(type, text) : !target.isUnstorable(text));
    const texts = (members as readonly string[]).filter(isOne);
    return texts.length === 0 ? none() : target.among(cell, texts);
  }
  if (type === 'boolean') {
    if (members.length === 0) return none();
    return members.includes(true) && members.includes(false)
      ? target.byNull(cell, target.unknown, target.truth(true))
      : target.equals(cell, members[0] as boolean);
  }
  const numbers = (members as readonly number[]).filter((number) => type === 'number' || Number.isSafeInteger(number));
  return numbers.length === 0 ? none() : target.among(cell, numbers);
}

function comparedWith<T>(
  target: ColumnsTarget<T>,
  cell: Cell,
  op: Comparison,
  constant: Json,
): ReturnType<ColumnTest<T>> {
  if (cell.type === 'boolean' || !isOf(cell, constant)) return mismatch(target.unknown);
  if (isMomentType(cell.type)) {
    const comparison = momentComparison(cell.type, op, constant as string);
    if (comparison === undefined) return { refused: 'moment' };
    return is(target.compares(cell, comparison.op, comparison.moment));
  }
  if (typeof constant === 'string' && target.isUnstorable(constant)) return { refused: 'unstorable' };
  const value = cell.type === 'integer' ? integerFor(op, constant as number) : (constant as string | number);
  return is(target.compares(cell, op, value));
}

const SAFE = 2 ** 53;

/** The integer that compares with integers as a number does. */
function integerFor(op: Comparison, number: number): number {
  const integer = op === 'lt' || op === 'ge' ? Math.ceil(number) : Math.floor(number);
  return Math.min(SAFE, Math.max(-SAFE, integer));
}

function textTest<T>(target: ColumnsTarget<T>, test: (cell: Cell, text: string) => T): ColumnTest<T> {
  return (cell, constant) => {
    if (isMomentType(cell.type)) return { refused: 'moment' };
    if (cell.type !== 'text' || typeof constant !== 'string') return mismatch(target.unknown);
    if (constant === '') return is(unlessNull(target, cell, true));
    return is(target.isUnstorable(constant) ? unlessNull(target, cell, false) : test(cell, constant));
  };
}

function isTruthy<T>(target: ColumnsTarget<T>, cell: Cell): T {
  if (cell.type === 'boolean') return target.equals(cell, true);
  if (isMomentType(cell.type)) return unlessNull(target, cell, true);
  return cell.type === 'text' ? target.isNotEmpty(cell) : target.not(target.equals(cell, 0));
}
