import type { Cell, ColumnsTarget, Comparison } from '../columns/columns-target.ts';
import { SQL_DIALECTS, type SqlDialect, type SqlDialectName } from './sql-dialect.ts';
import { isMomentType } from '../columns/moment.ts';
import { bound, joined, sql, type SqlFragment, type SqlOperand, type SqlPart } from './sql-fragment.ts';
import { listOrNull, soundInJson, type SqlItems } from './sql-json.ts';
import { textAfter } from '../columns/text-after.ts';

const SIGNS: Readonly<Record<Comparison, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=' };

/** Conditions as SQL: NULL exactly where they are unknown, so that junctions, negation and `is true` are those of SQL. */
export function sqlTarget(name: SqlDialectName): ColumnsTarget<SqlFragment> {
  const dialect = SQL_DIALECTS[name];
  const columnOf = (cell: Cell): SqlOperand => operandOf(dialect, cell);
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
    isNull: (cell) => sql`${columnOf(cell)} is null`,
    byNull: (cell, whereNull, otherwise) =>
      sql`(case when ${columnOf(cell)} is null then ${whereNull} else ${otherwise} end)`,
    equals: (cell, value) => {
      if (isMomentType(cell.type)) return sql`(${columnOf(cell)} = ${dialect.moment(String(value), cell.type)})`;
      if (typeof value === 'string') return sql`(${dialect.textEquals(columnOf(cell), bound(value))})`;
      const constant = typeof value === 'boolean' ? truth(value) : dialect.number(value, cell.type);
      return sql`(${columnOf(cell)} = ${constant})`;
    },
    among: (cell, values) => {
      const { type } = cell;
      if (isMomentType(type)) {
        const equal = (value: string | number): SqlFragment =>
          sql`${columnOf(cell)} = ${dialect.moment(String(value), type)}`;
        return joined(values.map(equal), 'or');
      }
      return typeof values[0] === 'string'
        ? sql`(${dialect.amongTexts(columnOf(cell), values as readonly string[])})`
        : sql`(${dialect.amongNumbers(columnOf(cell), values as readonly number[], type)})`;
    },
    compares: (cell, op, value) => {
      const { type } = cell;
      if (isMomentType(type)) return sql`(${columnOf(cell)} ${SIGNS[op]} ${dialect.moment(String(value), type)})`;
      return typeof value === 'number'
        ? sql`(${columnOf(cell)} ${SIGNS[op]} ${dialect.number(value, type)})`
        : sql`(${dialect.ordered(columnOf(cell))} ${SIGNS[op]} ${dialect.ordered(bound(value))})`;
    },
    startsWith: (cell, text) => sql`(${startsWith(dialect, columnOf(cell), text)})`,
    endsWith: (cell, text) => sql`(${dialect.endsWith(columnOf(cell), text)})`,
    contains: (cell, text) => sql`(${dialect.contains(columnOf(cell), text)})`,
    isNotEmpty: (cell) => sql`(${dialect.bytesOf(columnOf(cell))} > 0)`,
    equalCells: (left, right) => compared(dialect, left, '=', right),
    comparedCells: (left, op, right) => compared(dialect, left, SIGNS[op], right),
    some: (list, test, truths) => someOf(dialect, list, test, truths),
    isUnstorable: dialect.isUnstorable,
    folds: true,
    whereStored: (cell, of) => {
      const { json, column } = cell;
      // Where the column itself is NULL, there is no JSON whose member could be null.
      if (json === undefined || json.length === 0) return of;
      const name = dialect.json.typeName({ column: { column }, path: json });
      return sql`(case when ${name} is null then ${dialect.unknown} else ${of} end)`;
    },
  };
}

/** What a cell is in an expression: NULL where it has no value, or null. */
function operandOf(dialect: SqlDialect, cell: Cell): SqlOperand {
  const value = valueOf(dialect, cell);
  return cell.folded === true ? dialect.folded(value) : value;
}

function valueOf(dialect: SqlDialect, cell: Cell): SqlOperand {
  const { column, type, json, list, item } = cell;
  if (item === true) return itemsOf(dialect, cell).item;
  if (json === undefined) return { column };
  const place = { column: { column }, path: json };
  return list === true ? listOrNull(dialect.json, place) : dialect.json.value(place, type);
}

/** The items of a list that a cell is, or is one of. */
function itemsOf(dialect: SqlDialect, { column, type, json }: Cell): SqlItems {
  if (json !== undefined) return dialect.json.items({ column: { column }, path: json }, type);
  // A mapping names no array where a dialect has none.
  return (dialect.items as NonNullable<SqlDialect['items']>)({ column });
}

function someOf(dialect: SqlDialect, list: Cell, test: SqlFragment, truths: 'definite' | 'three'): SqlFragment {
  const rows = sql`select 1 from ${itemsOf(dialect, list).rows} where `;
  const unknown = truths === 'three' ? sql` when exists (${rows}(${test}) is null) then ${dialect.unknown}` : [];
  const isMissing = sql`${operandOf(dialect, list)} is null`;
  return sql`(case when ${isMissing} then ${dialect.unknown} when exists (${rows}${test}) then true${unknown} else false end)`;
}

/** True of rows in which a cell holds what its mapping says; undefined where it can hold nothing else. */
export function soundInSql(name: SqlDialectName, cell: Cell, isStrict: boolean): SqlFragment | undefined {
  const dialect = SQL_DIALECTS[name];
  const { column, type, json, list, folded } = cell;
  if (folded === true) return dialect.whole(valueOf(dialect, cell));
  if (json !== undefined) return soundInJson(dialect.json, { column: { column }, path: json }, cell);
  if (list !== true) return dialect.sound({ column }, type, isStrict);
  const { rows, item } = itemsOf(dialect, cell);
  const isItem = dialect.sound(item as SqlPart, type, false);
  const isOther = isItem === undefined ? sql`${item} is null` : sql`(${item} is null or not ${isItem})`;
  return joined(
    [dialect.isArray?.({ column }) ?? ['true'], sql`not exists (select 1 from ${rows} where ${isOther})`],
    'and',
  );
}

// A range, which may use an index.
function startsWith(dialect: SqlDialect, column: SqlOperand, start: string): SqlFragment {
  const text = dialect.ordered(column);
  const from = sql`${text} >= ${dialect.ordered(bound(start))}`;
  const after = textAfter(start);
  return after === undefined ? from : sql`${from} and ${text} < ${dialect.ordered(bound(after))}`;
}

function compared(dialect: SqlDialect, left: Cell, sign: string, right: Cell): SqlFragment {
  const orderedOf = (cell: Cell): SqlOperand => {
    const operand = operandOf(dialect, cell);
    return cell.type === 'text' ? dialect.ordered(operand) : operand;
  };
  return sql`(${orderedOf(left)} ${sign} ${orderedOf(right)})`;
}
