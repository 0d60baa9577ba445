import { FALSE, TRUE } from '../../ast/build.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { predicate } from '../memory/predicate.ts';
import { columnCondition, type ColumnsScope, type Contract } from './column-condition.ts';
import { columnTests } from './column-tests.ts';
import type { Cell } from './columns-target.ts';
import { listTests } from './list-tests.ts';
import { readerOfRows, type ValueIn } from './row-reader.ts';

/** What a filter may be. */
export interface FilterOptions {
  /**
   * `exact`, and when absent: the filter selects what is allowed, or is refused. `superset`: where something cannot be
   * expressed it may select more, and every row must be checked.
   */
  readonly contract?: Contract;
}

/** A plan in a target's terms. */
export interface ColumnsFilter<T> {
  /** What the filter turned out to be. INVARIANT: never less than what is allowed is selected. */
  readonly contract: Contract;
  readonly written: T;
  /** Whether a selected row, with the columns of the mapping, is allowed: where the contract is `superset`, ask it of each. */
  readonly check: (row: Readonly<Record<string, unknown>>) => boolean;
}

/** What a plan is written for. */
export interface ColumnsFilterScope<T> extends Pick<ColumnsScope<T>, 'target' | 'mapping'> {
  /** Of rows that hold what the mapping of a column rules out it is not true; undefined where there are none. */
  readonly sound: (cell: Cell) => T | undefined;
  readonly valueIn: ValueIn;
  /** What a driver gives for a column of JSON, as a value; of texts what they say when absent. */
  readonly parse?: (stored: unknown) => unknown;
}

/**
 * A plan in a target's terms, true of the rows that it allows.
 *
 * INVARIANT filter-equals-decide: an exact filter selects the rows that `decide` allows one by one, but for rows that hold
 * values which the mapping rules out: these are never selected.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 */
export function columnsFilter<T>(
  plan: QueryPlan,
  { target, mapping, sound, valueIn, parse }: ColumnsFilterScope<T>,
  { contract: accepted = 'exact' }: FilterOptions,
): ColumnsFilter<T> {
  const condition = plan.kind === 'conditional' ? plan.condition : plan.kind === 'always' ? TRUE : FALSE;
  const tests = columnTests(target);
  const scope = { target, tests, listTests: listTests(target, tests), over: plan.over, mapping, accepted };
  const { contract, written, cells } = columnCondition(condition, scope);
  const guards = cells.map(sound).filter((guard) => guard !== undefined);
  const read = readerOfRows(mapping.columns, plan.type, valueIn, parse);
  const allows = predicate(plan);
  return {
    contract,
    written: guards.length === 0 ? written : target.junction('and', [written, ...guards]),
    check: (row) => allows(read(row)),
  };
}
