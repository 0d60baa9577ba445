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
  return makeReader(database, 'true', []);
}

/**
 * Gives readers of what a plan allows. A guard gives the same plan until statements change, so that its text is written
 * and prepared once; it goes with the plan.
 */
export function plannedReaders(database: BetterSqlite.Database): (plan: QueryPlan) => Reader {
  const readers = new WeakMap<QueryPlan, Reader>();
  return (plan) => {
    const known = readers.get(plan);
    if (known !== undefined) return known;
    const { text, parameters } = sqlText(plan, MAPPING);
    const reader = makeReader(database, text, parameters);
    readers.set(plan, reader);
    return reader;
  };
}

function makeReader(database: BetterSqlite.Database, condition: string, parameters: readonly unknown[]): Reader {
  const select = (where: string): BetterSqlite.Statement<unknown[], Footprint> =>
    database.prepare(`select * from footprints where ${where} and (${condition}) and id > ? order by id limit ?`);
  const [all, ofAccount] = [select('true'), select('globalAccountId = ?')];
  return {
    all: (after, limit) => all.all(...parameters, after, limit),
    ofAccount: (account, after, limit) => ofAccount.all(account, ...parameters, after, limit),
  };
}
