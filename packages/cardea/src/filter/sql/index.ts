/**
 * Plans as SQL, for SQLite, PostgreSQL, MySQL and MariaDB.
 *
 * @packageDocumentation
 */
export type { Contract } from '../columns/column-condition.ts';
export type { ColumnMapping, ColumnsMapping, ColumnType } from '../columns/column-mapping.ts';
export type { FilterOptions } from '../columns/columns-filter.ts';
export type { RowReader } from '../columns/row-reader.ts';
export { rowReader } from './row-reader.ts';
export type { SqlDialectName } from './sql-dialect.ts';
export { type SqlFilter, sqlFilter } from './sql-filter.ts';
export type { SqlFragment, SqlPart, SqlValue } from './sql-fragment.ts';
export { type SqlMapping, sqlMapping } from './sql-mapping.ts';
export { type SqlText, sqlText, type SqlTextOptions } from './sql-text.ts';
