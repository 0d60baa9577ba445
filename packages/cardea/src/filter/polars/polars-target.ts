import { Bool, col, type Expr, Int64, lit, when } from 'nodejs-polars';
import { type Cell, type ColumnsTarget, hasLoneSurrogate } from '../columns/columns-target.ts';

// Expressions are dear to make: each is an object with some hundred functions.
const TRUE = lit(true);
const FALSE = lit(false);
const UNKNOWN = lit(null).cast(Bool);

/** Conditions as expressions of Polars: null exactly where they are unknown, as `and`, `or` and `not` of Polars have it. */
export const POLARS: ColumnsTarget<Expr> = {
  name: 'polars',
  truth: (truth) => (truth ? TRUE : FALSE),
  unknown: UNKNOWN,
  junction: (kind, parts) => parts.reduce((all, part) => (kind === 'and' ? all.and(part) : all.or(part))),
  not: (of) => of.not(),
  sure: (of) => of.fillNull(FALSE),
  isNull: ({ column }) => col(column).isNull(),
  byNull: (cell, whereNull, otherwise) => when(col(cell.column).isNull()).then(whereNull).otherwise(otherwise),
  equals: (cell, value) => columnOf(cell).eq(lit(value)),
  among: (cell, values) => columnOf(cell).isIn([...values]),
  // Of texts by their bytes in UTF-8, which is by code points.
  compares: (cell, op, value) => ORDERS[op](columnOf(cell), lit(value)),
  startsWith: (cell, text) => columnOf(cell).str.startsWith(text),
  endsWith: (cell, text) => columnOf(cell).str.endsWith(text),
  contains: (cell, text) => columnOf(cell).str.contains(lit(text), true),
  isNotEmpty: (cell) => columnOf(cell).notEquals(lit('')),
  equalCells: (left, right) => columnOf(left).eq(columnOf(right)),
  comparedCells: (left, op, right) => ORDERS[op](columnOf(left), columnOf(right)),
  folds: true,
  isUnstorable: hasLoneSurrogate,
};

const ORDERS = {
  lt: (left: Expr, right: Expr) => left.lt(right),
  le: (left: Expr, right: Expr) => left.ltEq(right),
  gt: (left: Expr, right: Expr) => left.gt(right),
  ge: (left: Expr, right: Expr) => left.gtEq(right),
} as const;

function columnOf({ column, folded }: Cell): Expr {
  return folded === true ? col(column).str.toLowerCase() : col(column);
}

/** Of rows that hold what the mapping of a column rules out it is not true; undefined where Polars itself refuses them. */
export function soundInPolars(cell: Cell): Expr | undefined {
  const column = columnOf(cell);
  if (cell.type === 'number') return column.isNull().or(isBetween(column, Number.MAX_VALUE));
  if (cell.type !== 'integer') return undefined;
  // Numbers of JavaScript become a column of fractions.
  const isWhole = column.cast(Int64).eq(column);
  return column.isNull().or(isWhole.and(isBetween(column, Number.MAX_SAFE_INTEGER)));
}

// NaN is more than any number.
function isBetween(column: Expr, most: number): Expr {
  return column.gtEq(lit(-most)).and(column.ltEq(lit(most)));
}
