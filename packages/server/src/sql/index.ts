/**
 * What a decision point keeps and finds in tables of SQL, over an instance of Kysely that is handed in.
 *
 * @packageDocumentation
 */
export { sqlHistory } from './sql-history.ts';
