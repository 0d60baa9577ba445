/**
 * Plans as expressions of Polars, over `nodejs-polars`.
 *
 * @packageDocumentation
 */
export type { Contract } from '../columns/column-condition.ts';
export type { ColumnMapping, ColumnsMapping, ColumnType } from '../columns/column-mapping.ts';
export type { FilterOptions } from '../columns/columns-filter.ts';
export { type PolarsFilter, polarsFilter } from './polars-filter.ts';
