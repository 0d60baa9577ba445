/**
 * Plans as SQL, for SQLite, PostgreSQL, MySQL and MariaDB.
 *
 * @packageDocumentation
 */
export { rowReader } from './row-reader.ts';
export type { Contract } from './sql-condition.ts';
export type { SqlDialectName } from './sql-dialect.ts';
export { type FilterOptions, type SqlFilter, sqlFilter } from './sql-filter.ts';
export type { SqlFragment, SqlPart, SqlValue } from './sql-fragment.ts';
export type { ColumnType } from './sql-column.ts';
export { type ColumnMapping, type SqlMapping, sqlMapping } from './sql-mapping.ts';
export { type SqlText, sqlText, type SqlTextOptions } from './sql-text.ts';
