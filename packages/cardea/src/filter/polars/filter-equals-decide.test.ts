import { Bool, DataFrame, Date as Day, Datetime, Float64, Int64, List, Series, Utf8 } from 'nodejs-polars';
import { describe } from 'vitest';
import { LAW_COLUMNS, LAW_JSON, LAW_LISTS, LAW_MOMENTS, type LawRow, lawRows } from '../../../test/filter-law.ts';
import { filterEqualsDecide } from '../../../test/filter-law-cases.ts';
import type { ColumnMapping, ColumnsMapping, ColumnType } from '../columns/column-mapping.ts';
import { memberOf } from '../columns/row-reader.ts';
import { rowReader } from '../sql/row-reader.ts';
import { polarsFilter } from './polars-filter.ts';

const ROWS = 80;
const TYPES = {
  text: Utf8,
  integer: Int64,
  number: Float64,
  boolean: Bool,
  date: Day,
  timestamp: Datetime('ms'),
} as const;

// What is JSON elsewhere is a column of its own.
const COLUMNS = Object.fromEntries(
  Object.entries<ColumnMapping>({ ...LAW_COLUMNS, ...LAW_MOMENTS, ...LAW_LISTS, ...LAW_JSON }).map(
    ([attribute, { json, ...mapping }]) => [
      attribute,
      { ...mapping, column: [mapping.column, ...(json ?? [])].join('/') },
    ],
  ),
);

describe('filter ≡ decide in Polars', () => {
  filterEqualsDecide(() => {
    const rows = lawRows(ROWS);
    const mapping: ColumnsMapping = { columns: COLUMNS };
    const toResource = rowReader(mapping);
    const frame = DataFrame([
      Series(
        'n',
        rows.map(({ n }) => n),
        Int64,
      ),
      ...Object.values(COLUMNS).map(({ column, type, list }) =>
        Series(
          column,
          rows.map((row) => cellOf(row, column, type)),
          list === true ? List(TYPES[type]) : TYPES[type],
        ),
      ),
    ]);
    return {
      rows,
      oneIn: 10,
      refusedAtMost: 0.65,
      mapping,
      documentOf,
      toResource: (row) =>
        toResource(Object.fromEntries(Object.values(COLUMNS).map(({ column }) => [column, valueOf(row, column)]))),
      filter: (plan, given, contract) => polarsFilter(plan, given, { contract }),
      select: ({ expression }) => frame.filter(expression).getColumn('n').toArray() as readonly number[],
    };
  });
});

function documentOf(row: LawRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.values(COLUMNS).map(({ column, type }) => [column, cellOf(row, column, type)]));
}

function cellOf(row: LawRow, column: string, type: ColumnType): unknown {
  const value = valueOf(row, column);
  return typeof value === 'string' && (type === 'date' || type === 'timestamp') ? new Date(value) : value;
}

function valueOf(row: LawRow, column: string): unknown {
  return column.split('/').reduce<unknown>(memberOf, row) ?? null;
}
