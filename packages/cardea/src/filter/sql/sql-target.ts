import type { Cell, ColumnsTarget, Comparison } from '../columns/columns-target.ts';
import { SQL_DIALECTS, type SqlDialect, type SqlDialectName } from './sql-dialect.ts';
import { bound, joined, sql, type SqlFragment, type SqlOperand } from './sql-fragment.ts';
import { textAfter } from '../columns/text-after.ts';

const SIGNS: Readonly<Record<Comparison, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=' };

/** Conditions as SQL: NULL exactly where they are unknown, so that junctions, negation and `is true` are those of SQL. */
export function sqlTarget(name: SqlDialectName): ColumnsTarget<SqlFragment> {
  const dialect = SQL_DIALECTS[name];
  const columnOf = ({ column, folded }: Cell): SqlOperand =>
    folded === true ? dialect.folded({ column }) : { column };
  const truth = (of: boolean): SqlFragment => [String(of)];
  return {
    name,
    truth,
    unknown: dialect.unknown,
    junction: (kind, parts) => {
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return only;
      // The shorter first: databases evaluate in order, and may stop early.
      return joined(
        parts.toSorted((a, b) => a.length - b.length),
        kind,
      );
    },
    not: (of) => sql`(not ${of})`,
    sure: (of) => sql`(${of} is true)`,
    isNull: ({ column }) => sql`${{ column }} is null`,
    byNull: ({ column }, whereNull, otherwise) =>
      sql`(case when ${{ column }} is null then ${whereNull} else ${otherwise} end)`,
    equals: (cell, value) => {
      if (typeof value === 'string') return sql`(${dialect.textEquals(columnOf(cell), bound(value))})`;
      const constant = typeof value === 'boolean' ? truth(value) : dialect.number(value, cell.type);
      return sql`(${columnOf(cell)} = ${constant})`;
    },
    among: (cell, values) =>
      typeof values[0] === 'string'
        ? sql`(${dialect.amongTexts(columnOf(cell), values as readonly string[])})`
        : sql`(${dialect.amongNumbers(columnOf(cell), values as readonly number[], cell.type)})`,
    compares: (cell, op, value) =>
      typeof value === 'number'
        ? sql`(${columnOf(cell)} ${SIGNS[op]} ${dialect.number(value, cell.type)})`
        : sql`(${dialect.ordered(columnOf(cell))} ${SIGNS[op]} ${dialect.ordered(bound(value))})`,
    startsWith: (cell, text) => sql`(${startsWith(dialect, columnOf(cell), text)})`,
    endsWith: (cell, text) => sql`(${dialect.endsWith(columnOf(cell), text)})`,
    contains: (cell, text) => sql`(${dialect.contains(columnOf(cell), text)})`,
    isNotEmpty: (cell) => sql`(${dialect.bytesOf(columnOf(cell))} > 0)`,
    equalCells: (left, right) => compared(dialect, left, '=', right),
    comparedCells: (left, op, right) => compared(dialect, left, SIGNS[op], right),
    isUnstorable: dialect.isUnstorable,
    folds: true,
  };
}

// A range, which may use an index.
function startsWith(dialect: SqlDialect, column: SqlOperand, start: string): SqlFragment {
  const text = dialect.ordered(column);
  const from = sql`${text} >= ${dialect.ordered(bound(start))}`;
  const after = textAfter(start);
  return after === undefined ? from : sql`${from} and ${text} < ${dialect.ordered(bound(after))}`;
}

function compared(dialect: SqlDialect, left: Cell, sign: string, right: Cell): SqlFragment {
  const operandOf = ({ column, type }: Cell): SqlOperand =>
    type === 'text' ? dialect.ordered({ column }) : { column };
  return sql`(${operandOf(left)} ${sign} ${operandOf(right)})`;
}
