/**
 * Plans as `where` of Prisma Client.
 *
 * @packageDocumentation
 */
export type { Contract } from '../columns/column-condition.ts';
export type { FilterOptions } from '../columns/columns-filter.ts';
export type { RowReader } from '../columns/row-reader.ts';
export { type PrismaFilter, prismaFilter, recordReader } from './prisma-filter.ts';
export {
  type PrismaFieldMapping,
  type PrismaMapping,
  prismaMapping,
  type PrismaProvider,
  type TextComparison,
} from './prisma-mapping.ts';
export type { PrismaWhere } from './prisma-queries.ts';
