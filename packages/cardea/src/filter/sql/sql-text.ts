import type { QueryPlan } from '../../model/query-plan.ts';
import type { FilterOptions } from '../columns/columns-filter.ts';
import { SQL_DIALECTS } from './sql-dialect.ts';
import { type SqlFilter, sqlFilter } from './sql-filter.ts';
import type { SqlValue } from './sql-fragment.ts';
import type { SqlMapping } from './sql-mapping.ts';

/** A filter as text, with its parameters. */
export interface SqlText extends Pick<SqlFilter, 'contract' | 'check'> {
  /** To stand behind `where`, in parentheses where something else stands there too. */
  readonly text: string;
  /** What is bound to the placeholders, in their order. Lists are arrays of PostgreSQL. */
  readonly parameters: readonly SqlValue[];
}

/** How text is written. */
export interface SqlTextOptions extends FilterOptions {
  /** The number of the first placeholder, for PostgreSQL; 1 when absent. */
  readonly firstParameter?: number;
}

/**
 * A plan as SQL text with placeholders, for any driver or builder of queries that takes them.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 *
 * @example
 * ```ts
 * const { text, parameters } = sqlText(plan, books);
 * await client.query(`select * from books where ${text}`, parameters);
 * ```
 */
export function sqlText(plan: QueryPlan, mapping: SqlMapping, options: SqlTextOptions = {}): SqlText {
  const { contract, check, fragment } = sqlFilter(plan, mapping, options);
  const { placeholder, quote } = SQL_DIALECTS[mapping.dialect];
  const { firstParameter = 1 } = options;
  const parameters: SqlValue[] = [];
  const text = fragment.map((part) => {
    if (typeof part === 'string') return part;
    if ('column' in part) return part.column.split('.').map(quote).join('.');
    parameters.push(part.parameter);
    return placeholder(firstParameter + parameters.length - 1);
  });
  return { contract, check, text: text.join(''), parameters };
}
