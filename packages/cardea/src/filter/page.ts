import { CardeaError, quote } from '../errors.ts';

/** Rows in an order in which no two are equal. */
export interface PageSource<Row, Key> {
  /** So many rows behind a place, or from the first one: fewer where there are no more. */
  readonly rows: (after: Key | undefined, limit: number) => Promise<readonly Row[]>;
  /** The place of a row: what the order is by. */
  readonly keyOf: (row: Row) => Key;
  /** Whether a row is allowed, where the filter selects more than is; all are when absent. */
  readonly check?: (row: Row) => boolean;
}

/** Which page is wanted. */
export interface PageOptions<Key> {
  /** `next` of the page before; absent for the first one. */
  readonly after?: Key | undefined;
  /** Rows at most, at least 1. */
  readonly limit: number;
  /** How many rows may be read for a page, at least one more than its limit; 10,000 when absent. */
  readonly readAtMost?: number;
}

/** Some of the rows that are allowed. INVARIANT: none is left out between one page and the next. */
export interface Page<Row, Key> {
  readonly rows: readonly Row[];
  /** Whether there are no more. Where not, the page may still be short: so many rows were read, and few allowed. */
  readonly complete: boolean;
  /** Where the next page begins; undefined where there is none. */
  readonly next: Key | undefined;
}

const READ_AT_MOST = 10_000;
const LARGEST_READ = 1_000;

/**
 * A page of rows that are allowed: filled up where a check takes rows away, and never cut without saying so.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the limits are none
 *
 * @example
 * ```ts
 * const { expression, check } = cardeaSuperset(plan, mapping);
 * const books = db.selectFrom('books').selectAll().where(expression).orderBy('id');
 * const source = {
 *   rows: (after: number | undefined, limit: number) =>
 *     (after === undefined ? books : books.where('id', '>', after)).limit(limit).execute(),
 *   keyOf: (book: Book) => book.id,
 *   check,
 * };
 * const { rows, complete, next } = await page(source, { limit: 50 });
 * ```
 */
export async function page<Row, Key>(
  source: PageSource<Row, Key>,
  { after, limit, readAtMost = READ_AT_MOST }: PageOptions<Key>,
): Promise<Page<Row, Key>> {
  requireCount('limit', limit, 1);
  requireCount('readAtMost', readAtMost, limit + 1);
  const rows: Row[] = [];
  let place = after;
  let read = 0;
  // One more than is wanted tells whether there are more.
  for (let wanted = limit + 1; read < readAtMost; wanted = Math.min(LARGEST_READ, wanted * 2)) {
    const count = Math.min(wanted, readAtMost - read);
    const found = await source.rows(place, count);
    for (const row of found) {
      const isAllowed = source.check?.(row) ?? true;
      if (isAllowed && rows.length === limit) return { rows, complete: false, next: place };
      if (isAllowed) rows.push(row);
      place = source.keyOf(row);
    }
    if (found.length < count) return { rows, complete: true, next: undefined };
    read += found.length;
  }
  return { rows, complete: false, next: place };
}

function requireCount(name: string, given: number, least: number): void {
  if (Number.isSafeInteger(given) && given >= least) return;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`${name}\` must be an integer from ${least}, not ${quote(given)}`);
}
