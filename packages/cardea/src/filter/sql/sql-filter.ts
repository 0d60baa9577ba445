import type { QueryPlan } from '../../model/query-plan.ts';
import { type ColumnsFilter, columnsFilter, type FilterOptions } from '../columns/columns-filter.ts';
import type { Cell } from '../columns/columns-target.ts';
import { inColumnOfTable } from './row-reader.ts';
import { SQL_DIALECTS } from './sql-dialect.ts';
import type { SqlFragment } from './sql-fragment.ts';
import { type SqlMapping, sqlMapping } from './sql-mapping.ts';
import { soundInSql, sqlTarget } from './sql-target.ts';

/** A plan as a part of a statement. */
export interface SqlFilter extends Pick<ColumnsFilter<SqlFragment>, 'contract' | 'check'> {
  readonly fragment: SqlFragment;
}

/**
 * A plan as a part of a statement, for whoever writes statements of their own kind.
 *
 * INVARIANT filter-equals-decide: an exact filter selects the rows that `decide` allows one by one, but for rows that hold
 * values which the mapping rules out: these are never selected.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 *
 * @example
 * ```ts
 * for (const part of sqlFilter(plan, books).fragment) {
 *   if (typeof part === 'string') query.text(part);
 *   else if ('column' in part) query.column(part.column);
 *   else query.bind(part.parameter);
 * }
 * ```
 */
export function sqlFilter(plan: QueryPlan, mapping: SqlMapping, options: FilterOptions = {}): SqlFilter {
  const { dialect, strict = false } = sqlMapping(mapping);
  const scope = {
    target: sqlTarget(dialect),
    mapping,
    sound: (cell: Cell) => soundInSql(dialect, cell, strict),
    valueIn: inColumnOfTable,
    parse: SQL_DIALECTS[dialect].parse,
  };
  const { contract, check, written } = columnsFilter(plan, scope, options);
  return { contract, check, fragment: written };
}
