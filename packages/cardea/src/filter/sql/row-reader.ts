import type { ColumnsMapping } from '../columns/column-mapping.ts';
import { inColumn, readerOfRows, type RowReader } from '../columns/row-reader.ts';
import { SQL_DIALECTS, type SqlDialectName } from './sql-dialect.ts';

/** Of a mapping what reading rows needs. */
interface RowMapping extends Pick<ColumnsMapping, 'columns'> {
  /** PostgreSQL's drivers read JSON; of others a text is JSON that is still to be read. */
  readonly dialect?: SqlDialectName;
}

/**
 * Makes of rows what an inquiry about them has: a dictionary of the attributes, or, with a type, an entity with the
 * attribute `id`. It is what filters are equal to deciding about.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a row has a `Date` for a day: which day that is depends on a time zone
 *
 * @example
 * ```ts
 * const toResource = rowReader(books, 'book');
 * await guard.isAllowed({ subject, action: 'read', resource: toResource(row) });
 * ```
 */
export function rowReader({ columns, dialect = 'sqlite' }: RowMapping, type?: string): RowReader {
  return readerOfRows(columns, type, inColumnOfTable, SQL_DIALECTS[dialect].parse);
}

/** Of a row that has each column under its name without the table before it. */
export function inColumnOfTable(column: string): (row: Readonly<Record<string, unknown>>) => unknown {
  return inColumn(column.slice(column.lastIndexOf('.') + 1));
}
