import BetterSqlite from 'better-sqlite3';
import { type SqlMapping, sqlMapping } from 'cardea/filter/sql';

/** Where a product is sold, as the application keeps it. */
export interface Footprint {
  readonly id: number;
  readonly name: string;
  readonly countryId: string;
  readonly customerId: string;
  readonly globalAccountId: string;
  readonly salesChannelId: string;
  readonly storeFormatId: number;
  readonly kamId: number | null;
  readonly comment: string | null;
}

/** Which attribute of a footprint is in which column. */
export const MAPPING: SqlMapping = sqlMapping({
  dialect: 'sqlite',
  strict: true,
  columns: {
    id: { column: 'id', type: 'integer', nulls: 'never' },
    countryId: { column: 'countryId', type: 'text', nulls: 'never' },
    globalAccountId: { column: 'globalAccountId', type: 'text', nulls: 'never' },
    salesChannelId: { column: 'salesChannelId', type: 'text', nulls: 'never' },
    storeFormatId: { column: 'storeFormatId', type: 'integer', nulls: 'never' },
    kamId: { column: 'kamId', type: 'integer', nulls: 'null' },
  },
});

export const COUNTRIES: readonly string[] = Array.from({ length: 20 }, (_, at) => String(70 + at).padStart(3, '0'));
const ACCOUNTS = 20;
/** Rows come country by country, so many at a time. */
const BATCH = 100;

/** A table of so many footprints, the same ones each time. */
export function makeTable(rows: number): BetterSqlite.Database {
  const database = new BetterSqlite(':memory:');
  database.exec(`create table footprints (id integer primary key, name text not null, countryId text not null,
    customerId text not null, globalAccountId text not null, salesChannelId text not null,
    storeFormatId integer not null, kamId integer, comment text) strict`);
  const insert = database.prepare('insert into footprints values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const all = database.transaction(() => {
    for (let id = 1; id <= rows; id++) insert.run(Object.values(footprintOf(id)));
  });
  all();
  database.exec(`create index by_country on footprints (countryId, id);
    create index by_account on footprints (globalAccountId, id);
    create index by_account_and_country on footprints (globalAccountId, countryId, id)`);
  return database;
}

function footprintOf(id: number): Footprint {
  const mixed = Math.imul(id, 2_654_435_761) >>> 0;
  return {
    id,
    name: `Customer ${id}`,
    countryId: COUNTRIES[Math.floor((id - 1) / BATCH) % COUNTRIES.length] as string,
    customerId: `7121.${mixed % 1_000_003}`,
    globalAccountId: String(900 + ((mixed >>> 8) % ACCOUNTS)),
    salesChannelId: String(480 + ((mixed >>> 4) % 3)),
    storeFormatId: (mixed >>> 12) % 9,
    kamId: (mixed >>> 16) % 10 === 0 ? null : 90 + ((mixed >>> 20) % 20),
    comment: (mixed >>> 24) % 2 === 0 ? null : `visited by ${(mixed >>> 20) % 20}`,
  };
}
