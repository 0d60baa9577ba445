/**
 * Plans as queries of MongoDB.
 *
 * @packageDocumentation
 */
export type { Contract } from '../columns/column-condition.ts';
export type { FilterOptions } from '../columns/columns-filter.ts';
export type { RowReader } from '../columns/row-reader.ts';
export { documentReader, type MongoFilter, mongoFilter } from './mongo-filter.ts';
export { type FieldMapping, type MongoMapping, mongoMapping } from './mongo-mapping.ts';
export type { MongoQuery } from './mongo-queries.ts';
