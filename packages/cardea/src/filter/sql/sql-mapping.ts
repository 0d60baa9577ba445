import { isJsonObject } from '../../ast/json.ts';
import { CardeaError, quote } from '../../errors.ts';
import type { ColumnType } from './sql-column.ts';
import { SQL_DIALECTS, type SqlDialectName } from './sql-dialect.ts';

/** Where an attribute is in a table. */
export interface ColumnMapping {
  /** The column, or table and column with a dot between them. */
  readonly column: string;
  readonly type: ColumnType;
  /**
   * What NULL is to whoever decides about the row: the attribute is `missing`, or it is `null`. `never`: the column is
   * NOT NULL. It is said for each attribute, because no one answer is right for all.
   */
  readonly nulls: 'missing' | 'null' | 'never';
}

/** Which attributes are in which columns, of one dialect. */
export interface SqlMapping {
  readonly dialect: SqlDialectName;
  /** By attribute, nested ones with dots: `owner.country`. Those that are not here are refused. */
  readonly columns: Readonly<Record<string, ColumnMapping>>;
  /**
   * SQLite only: whether the table is STRICT, so that no column can hold a value of another type than its own. Where it is
   * not, the query looks at the type of each value that matters.
   */
  readonly strict?: boolean;
  /**
   * What becomes of a comparison with a constant of another type than the column's, which can hardly be meant: it is
   * refused, or is what it is when deciding, never true.
   */
  readonly mismatch?: 'refuse' | 'decide';
}

const TYPES: readonly unknown[] = ['text', 'integer', 'number', 'boolean'] satisfies readonly ColumnType[];
const NULLS: readonly unknown[] = ['missing', 'null', 'never'] satisfies readonly ColumnMapping['nulls'][];

/**
 * Checks a mapping at once, rather than with the first query that needs it: identity with types.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong
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
  for (const [attribute, given] of Object.entries<unknown>(mapping.columns)) {
    const { column, type, nulls } = isJsonObject(given) ? given : {};
    if (typeof column !== 'string' || column === '' || column.includes('\0')) throw wrong(attribute, 'column', column);
    if (!TYPES.includes(type)) throw wrong(attribute, 'type', type);
    if (!NULLS.includes(nulls)) throw wrong(attribute, 'nulls', nulls);
  }
  return mapping;
}

function wrong(attribute: string, member: string, given: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `attribute ${quote(attribute)}: \`${member}\` cannot be ${quote(given)}`,
  );
}
