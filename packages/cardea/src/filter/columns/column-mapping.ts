import { isJsonObject } from '../../ast/json.ts';
import { CardeaError, quote } from '../../errors.ts';

/**
 * What a column holds: texts of any length but not padded ones (`char(n)`), integers within ±(2^53 − 1), double precision
 * numbers, booleans, days, points in time to the millisecond. A row that holds anything else in a column that matters is
 * not selected. Days and points in time are texts when deciding: `2024-05-31`, and `2024-05-31T12:00:00.000Z` as
 * `toISOString` gives them.
 */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp';

/** Where an attribute is in a table. */
export interface ColumnMapping {
  /** The column, or table and column with a dot between them. */
  readonly column: string;
  readonly type: ColumnType;
  /**
   * What NULL is to whoever decides about the row: the attribute is `missing`, or it is `null`. `never`: the column is
   * NOT NULL. It is said for each attribute, because no one answer is right for all. The same is said of null in JSON.
   */
  readonly nulls: 'missing' | 'null' | 'never';
  /**
   * The column holds JSON, and the value is in it: the names of the members that lead there, `[]` where it is all of the
   * JSON. What is not there is missing.
   */
  readonly json?: readonly string[];
  /** The column, or the place in its JSON, holds a list of values of the type: an array of the database, or of JSON. */
  readonly list?: true;
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

/** What a target says of the columns that it is given. */
export interface ColumnRules {
  /** Whether a text that is not empty can name a column. */
  readonly isColumn: (column: string) => boolean;
  /** Why it has no filter for a column; undefined where it has. */
  readonly refuses: (mapping: ColumnMapping) => string | undefined;
}

const TYPES: readonly unknown[] = [
  'text',
  'integer',
  'number',
  'boolean',
  'date',
  'timestamp',
] satisfies readonly ColumnType[];
const NULLS: readonly unknown[] = ['missing', 'null', 'never'] satisfies readonly ColumnMapping['nulls'][];
const LISTED: readonly ColumnType[] = ['text', 'integer', 'number'];

/**
 * Checks what a mapping says of columns.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong
 * @throws CARDEA_UNSUPPORTED with what the target has no filter for
 */
export function requireColumns({ columns }: ColumnsMapping, { isColumn, refuses }: ColumnRules): void {
  for (const [attribute, given] of Object.entries<unknown>(columns)) {
    const { column, type, nulls, json, list } = isJsonObject(given) ? given : {};
    if (typeof column !== 'string' || column === '' || !isColumn(column)) throw wrong(attribute, 'column', column);
    if (!TYPES.includes(type)) throw wrong(attribute, 'type', type);
    if (!NULLS.includes(nulls)) throw wrong(attribute, 'nulls', nulls);
    if (json !== undefined && !isJsonPath(json)) throw wrong(attribute, 'json', json);
    if (list !== undefined && list !== true) throw wrong(attribute, 'list', list);
    const mapping = given as ColumnMapping;
    const reason = refusedAnywhere(mapping) ?? refuses(mapping);
    if (reason !== undefined)
      throw new CardeaError('CARDEA_UNSUPPORTED', `attribute ${quote(attribute)}, column ${quote(column)}: ${reason}`);
  }
}

// Names that every database writes alike; a number would be a place in a list.
function isJsonPath(json: unknown): boolean {
  return Array.isArray(json) && json.every((name) => typeof name === 'string' && /^[A-Za-z_][\w-]*$/.test(name));
}

function refusedAnywhere({ type, json, list }: ColumnMapping): string | undefined {
  if (list === true && !LISTED.includes(type)) return `lists hold ${LISTED.join(', ')}, not ${type}`;
  if (json !== undefined && (type === 'date' || type === 'timestamp')) return `JSON has no ${type}: it is a text there`;
  return undefined;
}

function wrong(attribute: string, member: string, given: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `attribute ${quote(attribute)}: \`${member}\` cannot be ${quote(given)}`,
  );
}
