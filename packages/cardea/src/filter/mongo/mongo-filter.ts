import type { QueryPlan } from '../../model/query-plan.ts';
import type { ColumnsMapping } from '../columns/column-mapping.ts';
import { type ColumnsFilter, columnsFilter, type FilterOptions } from '../columns/columns-filter.ts';
import type { Cell } from '../columns/columns-target.ts';
import { memberOf, readerOfRows, type RowReader } from '../columns/row-reader.ts';
import { type Pair, twoValuedTarget } from '../columns/two-valued.ts';
import { type MongoMapping, mongoMapping } from './mongo-mapping.ts';
import { mongoQueries, type MongoQuery, soundInMongo } from './mongo-queries.ts';

/** A plan as a query. */
export interface MongoFilter extends Pick<ColumnsFilter<MongoQuery>, 'contract' | 'check'> {
  /** For `find`, `countDocuments`, `$match` and whatever else takes one. */
  readonly query: MongoQuery;
}

/**
 * A plan as a query of MongoDB. It has no `$where`, and no pattern but a text without anything special in it.
 *
 * INVARIANT filter-equals-decide: an exact filter selects the documents that `decide` allows one by one, but for those
 * that hold values which the mapping rules out: these are never selected.
 *
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed
 * @throws CARDEA_INVALID_ARGUMENT as {@link mongoMapping} does
 *
 * @example
 * ```ts
 * const { query } = mongoFilter(await guard.plan({ subject: 'max', action: 'read' }), books);
 * const visible = await db.collection('books').find(query).toArray();
 * ```
 */
export function mongoFilter(plan: QueryPlan, mapping: MongoMapping, options: FilterOptions = {}): MongoFilter {
  const queries = mongoQueries(mongoMapping(mapping));
  const soundOf = soundInMongo(mapping);
  const scope = {
    target: twoValuedTarget(queries),
    mapping: columnsOf(mapping),
    sound: (cell: Cell): Pair<MongoQuery> => ({ holds: soundOf(cell), fails: queries.never }),
    valueIn: inDocument,
  };
  const { contract, check, written } = columnsFilter(plan, scope, options);
  return { contract, check, query: written.holds };
}

/**
 * Makes of documents what an inquiry about them has: a dictionary of the attributes, or, with a type, an entity with the
 * attribute `id`. It is what filters are equal to deciding about.
 *
 * @example
 * ```ts
 * const toResource = documentReader(books, 'book');
 * await guard.isAllowed({ subject, action: 'read', resource: toResource(document) });
 * ```
 */
export function documentReader(mapping: MongoMapping, type?: string): RowReader {
  return readerOfRows(columnsOf(mapping).columns, type, inDocument);
}

function columnsOf({ fields, mismatch = 'refuse' }: MongoMapping): ColumnsMapping {
  const columns = Object.entries(fields).map(
    ([attribute, { field, type, nulls, list }]) =>
      [attribute, { column: field, type, nulls, ...(list && { list }) }] as const,
  );
  return { columns: Object.fromEntries(columns), mismatch };
}

function inDocument(field: string): (document: Readonly<Record<string, unknown>>) => unknown {
  const path = field.split('.');
  return (document) => path.reduce<unknown>(memberOf, document);
}
