/**
 * What a decision point keeps and finds in tables of SQL, over an instance of Kysely that is handed in.
 *
 * @packageDocumentation
 */
export type { ColumnValue } from './column-value.ts';
export type { EntityTable, ParentColumn, PropertyColumn } from './entity-table.ts';
export { sqlEntities } from './sql-entities.ts';
export { sqlHistory } from './sql-history.ts';
