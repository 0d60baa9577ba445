import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINE_TIMEOUT, filterRuns } from '../../../../test/runs.ts';
import { filterEqualsDecide } from '../../test/filter-law-cases.ts';
import {
  allowedRows,
  LAW_COLUMNS,
  LAW_JSON,
  LAW_LISTS,
  LAW_MOMENTS,
  lawCaseArb,
  lawPlan,
  type LawRow,
  lawRows,
  Tally,
} from '../../test/filter-law.ts';
import { run } from '../../test/sql-connections.ts';
import { SQL_DATABASES, type SqlPlace } from '../../test/sql-databases.ts';
import type { ColumnsMapping } from './columns/column-mapping.ts';
import { cardea, cardeaSuperset } from './kysely/index.ts';
import { predicate } from './memory/predicate.ts';
import { rowReader, type SqlDialectName, type SqlMapping } from './sql/index.ts';

const ROWS = 80;

interface Things extends Record<string, Record<string, unknown>> {
  readonly things: Record<string, unknown> & { readonly n: number };
}

const DIALECTS: Readonly<Record<string, SqlDialectName>> = {
  'better-sqlite3': 'sqlite',
  postgres: 'postgres',
  mariadb: 'mysql',
};

// With collations that ignore case where a database has them.
const TABLES: Readonly<Record<SqlDialectName, string>> = {
  sqlite:
    'n integer primary key, owner text collate nocase, title text collate rtrim, status text not null, age integer, size integer not null, price real, open integer, flag integer, born text, seen text collate nocase, tags text, sizes text, data text',
  postgres:
    'n integer primary key, owner text, title text, status varchar(100) not null, age bigint, size bigint not null, price double precision, open boolean, flag boolean, born date, seen timestamptz, tags text[], sizes bigint[], scores double precision[], data jsonb',
  mysql:
    'n integer primary key, owner varchar(100) character set utf8mb4 collate utf8mb4_general_ci, title varchar(100) character set utf8mb4 collate utf8mb4_unicode_ci, status varchar(100) character set utf8mb4 not null, age bigint, size bigint not null, price double, open boolean, flag boolean, born date, seen datetime(3), tags json, sizes json, scores json, data json',
};

// What is no column of its own is JSON in it.
const JSON_LISTS = {
  tags: { ...LAW_LISTS.tags, json: [] },
  sizes: { ...LAW_LISTS.sizes, json: [] },
  scores: { ...LAW_LISTS.scores, json: [] },
} as const;
const { 'data.weight': _weight, ...JSON_OF_SQLITE } = LAW_JSON;
const { scores: _scores, ...LISTS_OF_SQLITE } = JSON_LISTS;

const COLUMNS: Readonly<Record<SqlDialectName, ColumnsMapping['columns']>> = {
  sqlite: { ...LAW_COLUMNS, ...LAW_MOMENTS, ...LISTS_OF_SQLITE, ...JSON_OF_SQLITE },
  postgres: { ...LAW_COLUMNS, ...LAW_MOMENTS, ...LAW_LISTS, ...LAW_JSON },
  mysql: { ...LAW_COLUMNS, ...LAW_MOMENTS, ...JSON_LISTS, ...LAW_JSON },
};

const STORED: Readonly<Record<SqlDialectName, (row: LawRow) => Record<string, unknown>>> = {
  sqlite: ({ scores: _scores, ...row }) => ({ ...row, ...jsonOf(row), open: bit(row.open), flag: bit(row.flag) }),
  postgres: (row) => ({ ...row, data: jsonOf(row).data }),
  mysql: (row) => ({ ...row, ...jsonOf(row), scores: text(row.scores), seen: row.seen?.replace(/[TZ]/g, ' ') ?? null }),
};

describe('filter ≡ decide in memory', () => {
  it(
    'the predicate allows what is allowed one by one',
    () => {
      const rows = lawRows(ROWS);
      const toResource = rowReader({ columns: COLUMNS.postgres });
      const tally = new Tally();
      fc.assert(
        fc.property(lawCaseArb, (given) => {
          const allows = predicate(lawPlan(given));
          const selected = rows.filter((row) => allows(toResource({ ...row }))).map(({ n }) => n);
          tally.compare(
            selected,
            allowedRows(given, rows, (row) => toResource({ ...row })),
            rows.length,
          );
        }),
        filterRuns(),
      );
      expect(tally.telling / filterRuns().numRuns).toBeGreaterThan(0.2);
    },
    ENGINE_TIMEOUT,
  );
});

for (const database of SQL_DATABASES) {
  if (database.name === 'node:sqlite') continue;
  database.describe(`filter ≡ decide in ${database.name}`, (create) => {
    const dialect = DIALECTS[database.name] as SqlDialectName;
    const rows = lawRows(ROWS);
    let place: SqlPlace | undefined;
    let db: Kysely<unknown>;

    beforeAll(async () => {
      place = await create();
      db = place.connect();
      await run(db, `create table things (${TABLES[dialect]})`);
      await things().insertInto('things').values(rows.map(STORED[dialect])).execute();
    }, 60_000);
    afterAll(() => place?.dispose());
    const things = (): Kysely<Things> => db.withTables<Things>();

    const selected = async (filter: ReturnType<typeof cardea>): Promise<readonly number[]> => {
      const found = await things().selectFrom('things').select('n').where(filter).execute();
      return found.map(({ n }) => n);
    };

    filterEqualsDecide(() => {
      const mapping: SqlMapping = { dialect, columns: COLUMNS[dialect] };
      const toResource = rowReader(mapping);
      return {
        rows,
        mapping,
        toResource: (row) => toResource({ ...row }),
        filter: (plan, given, contract) =>
          contract === 'superset'
            ? cardeaSuperset(plan, given)
            : { contract, expression: cardea(plan, given), check: () => true },
        select: ({ expression }) => selected(expression),
      };
    });
  });
}

function jsonOf({ tags, sizes, data }: Omit<LawRow, 'scores'>): Record<'tags' | 'sizes' | 'data', string | null> {
  return { tags: text(tags), sizes: text(sizes), data: text(data) };
}

function text(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function bit(flag: boolean | null): number | null {
  return flag === null ? null : Number(flag);
}
