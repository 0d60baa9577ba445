import type { Expr } from 'nodejs-polars';
import type { QueryPlan } from '../../model/query-plan.ts';
import { type ColumnRules, type ColumnsMapping, requireColumns } from '../columns/column-mapping.ts';
import { type ColumnsFilter, columnsFilter, type FilterOptions } from '../columns/columns-filter.ts';
import { inColumn, type ValueIn } from '../columns/row-reader.ts';
import { POLARS, soundInPolars } from './polars-target.ts';

/** A plan as an expression. */
export interface PolarsFilter extends Pick<ColumnsFilter<Expr>, 'contract' | 'check'> {
  /** True of the rows that are allowed, for `filter` of data frames and of lazy ones. */
  readonly expression: Expr;
}

/**
 * A plan as an expression of Polars. Columns of text are of the type `String`; null in a column is what the mapping says.
 *
 * INVARIANT filter-equals-decide: an exact filter selects the rows that `decide` allows one by one, but for rows that hold
 * values which the mapping rules out, of which NaN is one: these are never selected.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 * @throws CARDEA_INVALID_ARGUMENT when the mapping is none, or names a column as `*` or `^…$`, which is a pattern
 *
 * @example
 * ```ts
 * const { expression } = polarsFilter(await guard.plan({ subject: 'max', action: 'read' }), {
 *   columns: { country: { column: 'geo', type: 'text', nulls: 'missing' } },
 * });
 * const visible = scanCSV('values.csv').filter(expression).collectSync();
 * ```
 */
export function polarsFilter(plan: QueryPlan, mapping: ColumnsMapping, options: FilterOptions = {}): PolarsFilter {
  requireColumns(mapping, RULES);
  const scope = { target: POLARS, mapping, sound: soundInPolars, valueIn: valueIn(mapping) };
  const { contract, check, written } = columnsFilter(plan, scope, options);
  return { contract, check, expression: written };
}

const RULES: ColumnRules = {
  isColumn: (column) => column !== '*' && !/^\^.*\$$/s.test(column),
  refuses: ({ json }) => (json === undefined ? undefined : 'there is no filter for JSON inside a column of text'),
};

/** A day of a data frame is the beginning of it in UTC. */
function valueIn({ columns }: ColumnsMapping): ValueIn {
  const days = new Set(Object.values(columns).flatMap(({ column, type }) => (type === 'date' ? [column] : [])));
  return (column) => {
    const read = inColumn(column);
    if (!days.has(column)) return read;
    return (row) => {
      const value = read(row);
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : value;
    };
  };
}
