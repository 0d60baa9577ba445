import type BetterSqlite from 'better-sqlite3';
import type { QueryPlan } from 'cardea';
import { sqlText } from 'cardea/filter/sql';
import { type Footprint, MAPPING } from './table.ts';

/** Reads footprints of which a condition is true. */
export interface Reader {
  readonly all: (after: number, limit: number) => readonly Footprint[];
  readonly ofAccount: (account: string, after: number, limit: number) => readonly Footprint[];
}

/** Reads whatever there is. */
export function openReader(database: BetterSqlite.Database): Reader {
  return readerOf(queriesFor(database, 'true'), []);
}

/**
 * Gives readers of what a plan allows. A guard gives the same plan until statements change, so that its text is written
 * once; it goes with the plan. Users whose plans differ in values alone have one text, which is prepared once for all.
 */
export function plannedReaders(database: BetterSqlite.Database): (plan: QueryPlan) => Reader {
  const readers = new WeakMap<QueryPlan, Reader>();
  const prepared = new Map<string, Queries>();
  return (plan) => {
    const known = readers.get(plan);
    if (known !== undefined) return known;
    const { text, parameters } = sqlText(plan, MAPPING);
    const queries = prepared.get(text) ?? queriesFor(database, text);
    if (prepared.size >= MOST_TEXTS) prepared.clear();
    prepared.set(text, queries);
    const reader = readerOf(queries, parameters);
    readers.set(plan, reader);
    return reader;
  };
}

const MOST_TEXTS = 1_000;

type Query = BetterSqlite.Statement<unknown[], Footprint>;

interface Queries {
  readonly all: Query;
  readonly ofAccount: Query;
}

/**
 * SQLite plans a prepared statement anew each time that it runs, which can take as long as to read a page, where the plan
 * depends on the value of a parameter: on a limit, on what a column equals while there is an order, unless its collation is
 * said, and on all of them once `analyze` has left samples of the table (`sqlite_stat4`).
 */
function queriesFor(database: BetterSqlite.Database, condition: string): Queries {
  const select = (where: string): Query =>
    database.prepare(`select * from footprints where ${where} and (${condition}) and id > ? order by id limit ? + 0`);
  return { all: select('true'), ofAccount: select('globalAccountId = ? collate binary') };
}

function readerOf({ all, ofAccount }: Queries, parameters: readonly unknown[]): Reader {
  return {
    all: (after, limit) => all.all(...parameters, after, limit),
    ofAccount: (account, after, limit) => ofAccount.all(account, ...parameters, after, limit),
  };
}
