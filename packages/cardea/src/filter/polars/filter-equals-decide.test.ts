import { Bool, DataFrame, Float64, Int64, Series, Utf8 } from 'nodejs-polars';
import { describe } from 'vitest';
import { LAW_COLUMNS, lawRows } from '../../../test/filter-law.ts';
import { filterEqualsDecide } from '../../../test/filter-law-cases.ts';
import type { ColumnsMapping } from '../columns/column-mapping.ts';
import { rowReader } from '../columns/row-reader.ts';
import { polarsFilter } from './polars-filter.ts';

const ROWS = 80;
const TYPES = { text: Utf8, integer: Int64, number: Float64, boolean: Bool } as const;

describe('filter ≡ decide in Polars', () => {
  filterEqualsDecide(() => {
    const rows = lawRows(ROWS);
    const mapping: ColumnsMapping = { columns: LAW_COLUMNS };
    const toResource = rowReader(mapping);
    const frame = DataFrame([
      Series(
        'n',
        rows.map(({ n }) => n),
        Int64,
      ),
      ...Object.values(LAW_COLUMNS).map(({ column, type }) =>
        Series(
          column,
          rows.map((row) => row[column]),
          TYPES[type],
        ),
      ),
    ]);
    return {
      rows,
      oneIn: 10,
      refusedAtMost: 0.65,
      mapping,
      toResource: (row) => toResource({ ...row }),
      filter: (plan, given, contract) => polarsFilter(plan, given, { contract }),
      select: ({ expression }) => frame.filter(expression).getColumn('n').toArray() as readonly number[],
    };
  });
});
