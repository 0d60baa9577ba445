import { FALSE, TRUE } from '../../ast/build.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { predicate } from '../memory/predicate.ts';
import { rowReader } from './row-reader.ts';
import { type Contract, sqlCondition } from './sql-condition.ts';
import { SQL_DIALECTS } from './sql-dialect.ts';
import { joined, type SqlFragment } from './sql-fragment.ts';
import { type SqlMapping, sqlMapping } from './sql-mapping.ts';

/** What a filter may be. */
export interface FilterOptions {
  /**
   * `exact`, and when absent: the filter selects what is allowed, or is refused. `superset`: where something cannot be
   * expressed it may select more, and every row must be checked.
   */
  readonly contract?: Contract;
}

/** A plan as a part of a statement. */
export interface SqlFilter {
  /** What the filter turned out to be. INVARIANT: never less than what is allowed is selected. */
  readonly contract: Contract;
  readonly fragment: SqlFragment;
  /** Whether a selected row, with the columns of the mapping, is allowed: where the contract is `superset`, ask it of each. */
  readonly check: (row: Readonly<Record<string, unknown>>) => boolean;
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
  const { contract = 'exact' } = options;
  const { dialect, strict = false } = sqlMapping(mapping);
  const condition = plan.kind === 'conditional' ? plan.condition : plan.kind === 'always' ? TRUE : FALSE;
  const written = sqlCondition(condition, plan.over, mapping, contract);
  const { sound } = SQL_DIALECTS[dialect];
  const guards = written.cells
    .map(({ column, type }) => sound(column, type, strict))
    .filter((guard) => guard !== undefined);
  const read = rowReader(mapping, plan.type);
  const allows = predicate(plan);
  return {
    contract: written.contract,
    fragment: guards.length === 0 ? written.fragment : joined([written.fragment, ...guards], 'and'),
    check: (row) => allows(read(row)),
  };
}
