import { CardeaError, quote } from '../../errors.ts';
import { type ColumnsMapping, requireColumns } from '../columns/column-mapping.ts';
import { SQL_DIALECTS, type SqlDialectName } from './sql-dialect.ts';

/** Which attributes are in which columns, of one dialect. */
export interface SqlMapping extends ColumnsMapping {
  readonly dialect: SqlDialectName;
  /**
   * SQLite only: whether the table is STRICT, so that no column can hold a value of another type than its own. Where it is
   * not, the query looks at the type of each value that matters.
   */
  readonly strict?: boolean;
}

/**
 * Checks a mapping at once, rather than with the first query that needs it: identity with types.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong
 * @throws CARDEA_UNSUPPORTED with a column that the dialect has no filter for
 *
 * @example
 * ```ts
 * const books = sqlMapping({
 *   dialect: 'postgres',
 *   columns: { owner: { column: 'owner_id', type: 'text', nulls: 'missing' } },
 * });
 * ```
 */
export function sqlMapping(mapping: SqlMapping): SqlMapping {
  if (!Object.hasOwn(SQL_DIALECTS, mapping.dialect)) {
    const known = Object.keys(SQL_DIALECTS).join(', ');
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `there is no dialect ${quote(mapping.dialect)}, but ${known}`);
  }
  const { refuses } = SQL_DIALECTS[mapping.dialect];
  requireColumns(mapping, { isColumn: (column) => !column.includes('\0'), refuses });
  return mapping;
}
