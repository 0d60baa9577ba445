import type { Operator } from '../../ast/operators.ts';
import type { Cell } from './sql-cell.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { sql, type SqlFragment } from './sql-fragment.ts';

/** A test of two columns; undefined where it cannot be expressed, or the columns hold values of two types. */
export function comparedCells(op: Operator, left: Cell, right: Cell, dialect: SqlDialect): SqlFragment | undefined {
  if (familyOf(left) !== familyOf(right)) return undefined;
  if (op === 'eq') return equalCells(left, right, dialect);
  const sign = SIGNS[op];
  if (sign === undefined || left.type === 'boolean') return undefined;
  if (left.type !== 'text') return sql`(${left.column} ${sign} ${right.column})`;
  return sql`(${dialect.ordered(left.column)} ${sign} ${dialect.ordered(right.column)})`;
}

const SIGNS: Partial<Readonly<Record<Operator, string>>> = { lt: '<', le: '<=', gt: '>', ge: '>=' };

function familyOf({ type }: Cell): string {
  return type === 'integer' ? 'number' : type;
}

// What is missing makes it unknown; null equals null and nothing else.
function equalCells(left: Cell, right: Cell, dialect: SqlDialect): SqlFragment {
  const equal =
    left.type === 'text'
      ? sql`${dialect.ordered(left.column)} = ${dialect.ordered(right.column)}`
      : sql`${left.column} = ${right.column}`;
  const cells = [left, right];
  if (cells.every(({ nulls }) => nulls !== 'null')) return sql`(${equal})`;
  const missing = cells
    .filter(({ nulls }) => nulls === 'missing')
    .flatMap(({ column }) => sql`when ${column} is null then null `);
  const isNull = ({ column, nulls }: Cell): SqlFragment => (nulls === 'null' ? sql`${column} is null` : ['false']);
  const either = sql`(${isNull(left)} or ${isNull(right)})`;
  const both = sql`(${isNull(left)} and ${isNull(right)})`;
  return sql`(case ${missing}when ${either} then ${both} else ${equal} end)`;
}
