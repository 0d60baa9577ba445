import { Bool, col, Date as Day, Datetime, type Expr, first, Int64, lit, when } from 'nodejs-polars';
import type { ColumnType } from '../columns/column-mapping.ts';
import { type Cell, type ColumnsTarget, hasLoneSurrogate } from '../columns/columns-target.ts';
import { isMomentType } from '../columns/moment.ts';

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
  equals: (cell, value) => columnOf(cell).eq(literalOf(cell, value)),
  among: (cell, values) =>
    isMomentType(cell.type)
      ? values.map((value) => columnOf(cell).eq(literalOf(cell, value))).reduce((any, one) => any.or(one))
      : columnOf(cell).isIn([...values]),
  // Of texts by their bytes in UTF-8, which is by code points.
  compares: (cell, op, value) => ORDERS[op](columnOf(cell), literalOf(cell, value)),
  startsWith: (cell, text) => columnOf(cell).str.startsWith(text),
  endsWith: (cell, text) => columnOf(cell).str.endsWith(text),
  contains: (cell, text) => columnOf(cell).str.contains(lit(text), true),
  isNotEmpty: (cell) => columnOf(cell).notEquals(lit('')),
  equalCells: (left, right) => columnOf(left).eq(columnOf(right)),
  comparedCells: (left, op, right) => ORDERS[op](columnOf(left), columnOf(right)),
  some: ({ column }, test, truths) => {
    const items = col(column).lst.eval(test);
    // A test of nothing is an item even of an empty list.
    const isNotEmpty = col(column).lst.lengths().gt(lit(0));
    const holds = isNotEmpty.and(items.lst.contains(TRUE));
    if (truths === 'definite') return holds;
    const isUnknown = isNotEmpty.and(items.lst.eval(first().isNull()).lst.contains(TRUE));
    return when(holds).then(TRUE).when(isUnknown).then(UNKNOWN).otherwise(holds);
  },
  folds: true,
  isUnstorable: hasLoneSurrogate,
};

const ORDERS = {
  lt: (left: Expr, right: Expr) => left.lt(right),
  le: (left: Expr, right: Expr) => left.ltEq(right),
  gt: (left: Expr, right: Expr) => left.gt(right),
  ge: (left: Expr, right: Expr) => left.gtEq(right),
} as const;

function columnOf({ column, folded, item }: Cell): Expr {
  if (item === true) return first();
  return folded === true ? col(column).str.toLowerCase() : col(column);
}

function literalOf({ type }: Pick<Cell, 'type'>, value: string | number | boolean): Expr {
  if (type === 'date') return lit(String(value)).str.strptime(Day, '%Y-%m-%d');
  return type === 'timestamp' ? lit(new Date(String(value))) : lit(value);
}

/** Of rows that hold what the mapping of a column rules out it is not true; undefined where Polars itself refuses them. */
export function soundInPolars(cell: Cell): Expr | undefined {
  const sound = SOUND[cell.type];
  if (cell.list !== true) {
    const column = columnOf(cell);
    return sound && column.isNull().or(sound(column));
  }
  const item = first();
  const isItem = sound === undefined ? item.isNotNull() : item.isNotNull().and(sound(item));
  return col(cell.column).isNull().or(col(cell.column).lst.eval(isItem).lst.contains(FALSE).not());
}

const SOUND: Partial<Readonly<Record<ColumnType, (values: Expr) => Expr>>> = {
  number: (values) => isBetween(values, Number.MAX_VALUE),
  // Numbers of JavaScript become a column of fractions.
  integer: (values) => values.cast(Int64).eq(values).and(isBetween(values, Number.MAX_SAFE_INTEGER)),
  date: (values) =>
    isWithin(values, literalOf({ type: 'date' }, '0001-01-01'), literalOf({ type: 'date' }, '9999-12-31')),
  timestamp: (values) => {
    const isInYears = isWithin(
      values,
      lit(new Date('0001-01-01T00:00:00.000Z')),
      lit(new Date('9999-12-31T23:59:59.999Z')),
    );
    return isInYears.and(values.cast(Datetime('ms')).eq(values));
  },
};

// NaN is more than any number.
function isBetween(values: Expr, most: number): Expr {
  return isWithin(values, lit(-most), lit(most));
}

function isWithin(values: Expr, least: Expr, most: Expr): Expr {
  return values.gtEq(least).and(values.ltEq(most));
}
