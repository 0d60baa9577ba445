import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { QueryPlan } from '../../model/query-plan.ts';
import { type SqlFilter, sqlFilter } from '../sql/sql-filter.ts';
import type { SqlFragment } from '../sql/sql-fragment.ts';
import type { SqlMapping } from '../sql/sql-mapping.ts';

/**
 * A plan as an expression of Kysely.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 *
 * @example
 * ```ts
 * const books = await db.selectFrom('books').selectAll().where(cardea(plan, mapping)).execute();
 * ```
 */
export function cardea(plan: QueryPlan, mapping: SqlMapping): Expression<SqlBool> {
  return expressionOf(sqlFilter(plan, mapping).fragment);
}

/** A filter that may select more than is allowed. */
export interface KyselyFilter extends Pick<SqlFilter, 'contract' | 'check'> {
  readonly expression: Expression<SqlBool>;
}

/**
 * As {@link cardea}, where something may not be expressed: then more is selected, and `check` must be asked of each row.
 *
 * @example
 * ```ts
 * const { expression, check } = cardeaSuperset(plan, mapping);
 * const rows = await db.selectFrom('books').selectAll().where(expression).execute();
 * return rows.filter(check);
 * ```
 */
export function cardeaSuperset(plan: QueryPlan, mapping: SqlMapping): KyselyFilter {
  const { contract, check, fragment } = sqlFilter(plan, mapping, { contract: 'superset' });
  return { contract, check, expression: expressionOf(fragment) };
}

function expressionOf(fragment: SqlFragment): RawBuilder<SqlBool> {
  const parts = fragment.map((part) => {
    // Text of the library's own: what comes from elsewhere is a column or a parameter.
    if (typeof part === 'string') return sql.raw(part);
    return 'column' in part ? sql.ref(part.column) : sql.val(part.parameter);
  });
  return sql<SqlBool>`${sql.join(parts, sql``)}`;
}
