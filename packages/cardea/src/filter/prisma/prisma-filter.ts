import type { QueryPlan } from '../../model/query-plan.ts';
import type { ColumnsMapping, ColumnType } from '../columns/column-mapping.ts';
import { type ColumnsFilter, columnsFilter, type FilterOptions } from '../columns/columns-filter.ts';
import type { Cell } from '../columns/columns-target.ts';
import { inColumn, readerOfRows, type RowReader } from '../columns/row-reader.ts';
import { type Pair, twoValuedTarget } from '../columns/two-valued.ts';
import { type PrismaFieldMapping, type PrismaMapping, prismaMapping } from './prisma-mapping.ts';
import { prismaQueries, type PrismaWhere, soundInPrisma } from './prisma-queries.ts';

/** A plan as a `where`. */
export interface PrismaFilter extends Pick<ColumnsFilter<PrismaWhere>, 'contract' | 'check'> {
  /** For `findMany`, `count` and whatever else takes one. */
  readonly where: PrismaWhere;
}

/**
 * A plan as a `where` of Prisma Client, over the fields of one model.
 *
 * INVARIANT filter-equals-decide: an exact filter selects the records that `decide` allows one by one, but for those that
 * hold values which the mapping rules out: these are never selected.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed: for most providers searching in texts, among others
 * @throws CARDEA_INVALID_ARGUMENT as {@link prismaMapping} does
 *
 * @example
 * ```ts
 * const { where } = prismaFilter(await guard.plan({ subject: 'max', action: 'read' }), books);
 * const visible = await prisma.book.findMany({ where: { AND: [where, { open: true }] } });
 * ```
 */
export function prismaFilter(plan: QueryPlan, mapping: PrismaMapping, options: FilterOptions = {}): PrismaFilter {
  const queries = prismaQueries(prismaMapping(mapping));
  const soundOf = soundInPrisma(mapping);
  const scope = {
    target: twoValuedTarget(queries),
    mapping: columnsOf(mapping),
    sound: (cell: Cell): Pair<PrismaWhere> | undefined => {
      const holds = soundOf(cell);
      return holds && { holds, fails: queries.never };
    },
    valueIn: inColumn,
  };
  const { contract, check, written } = columnsFilter(plan, scope, options);
  return { contract, check, where: written.holds };
}

/**
 * Makes of records what an inquiry about them has: a dictionary of the attributes, or, with a type, an entity with the
 * attribute `id`. It is what filters are equal to deciding about.
 *
 * @example
 * ```ts
 * const toResource = recordReader(books, 'book');
 * await guard.isAllowed({ subject, action: 'read', resource: toResource(record) });
 * ```
 */
export function recordReader(mapping: PrismaMapping, type?: string): RowReader {
  return readerOfRows(columnsOf(mapping).columns, type, inColumn);
}

const COLUMN_TYPES: Readonly<Record<PrismaFieldMapping['type'], ColumnType>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'integer',
  Float: 'number',
  Boolean: 'boolean',
};

function columnsOf({ fields, mismatch = 'refuse' }: PrismaMapping): ColumnsMapping {
  const columns = Object.entries(fields).map(
    ([attribute, { field, type, nulls }]) => [attribute, { column: field, type: COLUMN_TYPES[type], nulls }] as const,
  );
  return { columns: Object.fromEntries(columns), mismatch };
}
