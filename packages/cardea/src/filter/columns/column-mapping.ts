import { isJsonObject } from '../../ast/json.ts';
import { CardeaError, quote } from '../../errors.ts';

/**
 * What a column holds: texts of any length but not padded ones (`char(n)`), integers within ±(2^53 − 1), double precision
 * numbers, booleans. A row that holds anything else in a column that matters is not selected.
 */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean';

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

/** Which attributes are in which columns. */
export interface ColumnsMapping {
  /** By attribute, nested ones with dots: `owner.country`. Those that are not here are refused. */
  readonly columns: Readonly<Record<string, ColumnMapping>>;
  /**
   * What becomes of a comparison with a constant of another type than the column's, which can hardly be meant: it is
   * refused, or is what it is when deciding, never true.
   */
  readonly mismatch?: 'refuse' | 'decide';
}

const TYPES: readonly unknown[] = ['text', 'integer', 'number', 'boolean'] satisfies readonly ColumnType[];
const NULLS: readonly unknown[] = ['missing', 'null', 'never'] satisfies readonly ColumnMapping['nulls'][];

/**
 * Checks what a mapping says of columns.
 *
 * @param isColumn whether a text that is not empty can name a column
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong
 */
export function requireColumns({ columns }: ColumnsMapping, isColumn: (column: string) => boolean): void {
  for (const [attribute, given] of Object.entries<unknown>(columns)) {
    const { column, type, nulls } = isJsonObject(given) ? given : {};
    if (typeof column !== 'string' || column === '' || !isColumn(column)) throw wrong(attribute, 'column', column);
    if (!TYPES.includes(type)) throw wrong(attribute, 'type', type);
    if (!NULLS.includes(nulls)) throw wrong(attribute, 'nulls', nulls);
  }
}

function wrong(attribute: string, member: string, given: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `attribute ${quote(attribute)}: \`${member}\` cannot be ${quote(given)}`,
  );
}
