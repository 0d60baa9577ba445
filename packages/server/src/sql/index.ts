/**
 * What a decision point keeps and finds in tables of SQL, over an instance of Kysely that is handed in.
 *
 * @packageDocumentation
 */
export type { ColumnValue } from './column-value.ts';
export { type EntityTable, type ParentColumn, type PropertyColumn, sqlEntities } from './sql-entities.ts';
export { sqlHistory } from './sql-history.ts';
