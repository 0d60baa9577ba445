import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { allowing } from '../../../test/policies.ts';
import { run } from '../../../test/sql-connections.ts';
import { SQL_DATABASES, type SqlDatabase } from '../../../test/sql-databases.ts';
import { candidatesStatement } from './sql-candidates.ts';
import { detectDialect } from './detect-dialect.ts';
import { SqlSession, type SqlRow } from './sql-session.ts';
import { sqlTables } from './sql-tables.ts';
import { raw, sql, type SqlText } from './sql-text.ts';

/** How a database says what a statement will do, and what it says of a table of which it reads every row. */
const PLANS: Readonly<Record<SqlDatabase['name'], { explain: string; full: RegExp; indexed: readonly RegExp[] }>> = {
  'better-sqlite3': {
    explain: 'explain query plan ',
    full: /SCAN (?!k\b|f\b|l\b)/,
    indexed: [
      /SEARCH t USING PRIMARY KEY \(policy_key=\?\)/,
      /SEARCH t USING COVERING INDEX \S+ \(link_key=\?\)/,
      /SEARCH p USING INTEGER PRIMARY KEY/,
      /SEARCH x USING PRIMARY KEY \(seq=\?\)/,
    ],
  },
  'node:sqlite': {
    explain: 'explain query plan ',
    full: /SCAN (?!k\b|f\b|l\b)/,
    indexed: [/policy_key=\?/, /link_key=\?/],
  },
  postgres: {
    explain: 'explain (format text) ',
    full: /Seq Scan on (?!cardea_head)/,
    indexed: [/cardea_policy_keys_pkey/, /cardea_links_by_key/, /cardea_policies_pkey/, /cardea_links_pkey/],
  },
  mariadb: {
    explain: 'explain ',
    full: /"table":"[phtlx]","type":"(?:ALL|index)"/,
    indexed: [/"table":"t","type":"(?:ref|range)"/, /"table":"p","type":"eq_ref"/],
  },
};

const ROWS = 20_000;

for (const database of SQL_DATABASES) {
  database.describe(`candidates over ${database.name}`, (create) => {
    for (const analysed of [false, true]) {
      const when = analysed ? 'that the database knows' : 'that the database knows nothing of yet';
      it.each([1, 20, 512])(`no-full-scan: %d keys are looked up by indexes, in tables ${when}`, async (count) => {
        const place = await create();
        try {
          const storage = place.storage();
          await storage.add(allowing('t', { slots: ['who'], subjects: [{ $slot: 'who' }] }));
          const kysely = place.connect();
          const session = new SqlSession(kysely, detectDialect(kysely));
          await fill(session);
          if (analysed) await analyse(kysely, database.name);
          const keys = Array.from({ length: count }, (_, at) => keyOf(at * 7));
          const { dialect } = session;
          const statement = candidatesStatement(keys, sqlTables('cardea_'), dialect);
          const plan = planOf(await session.rows(explained(statement, PLANS[database.name].explain)));
          expect(plan).not.toMatch(PLANS[database.name].full);
          for (const index of PLANS[database.name].indexed) expect(plan).toMatch(index);
        } finally {
          await place.dispose();
        }
      });
    }
  });
}

describe('candidatesStatement', () => {
  it('is one statement, whatever is asked', () => {
    expect(candidatesStatement('everything', sqlTables('x_'), { name: 'sqlite' } as never).text).not.toContain(';');
  });
});

function keyOf(at: number): string {
  return at.toString(16).padStart(16, '0');
}

function explained(statement: SqlText, explain: string): SqlText {
  return sql`${raw(explain)}${statement}`;
}

function planOf(rows: readonly SqlRow[]): string {
  return rows.map((row) => JSON.stringify(row, ['detail', 'QUERY PLAN', 'table', 'type', 'key', 'rows'])).join('\n');
}

async function analyse(kysely: Kysely<unknown>, name: SqlDatabase['name']): Promise<void> {
  const tables = ['cardea_policies', 'cardea_policy_keys', 'cardea_links'];
  for (const table of tables) await run(kysely, `analyze ${name === 'mariadb' ? 'table ' : ''}${table}`);
}

async function fill(session: SqlSession): Promise<void> {
  const tables = sqlTables('cardea_');
  const seqs = Array.from({ length: ROWS }, (_, at) => at + 2);
  const columns = ['seq', 'uid', 'document', 'is_template'];
  await session.insert({ table: tables.policies, columns, rows: seqs.map((seq) => [seq, `"p${seq}"`, '{}', 0]) });
  const keys = seqs.map((seq) => [keyOf(seq), seq]);
  await session.insert({ table: tables.policy_keys, columns: ['policy_key', 'seq'], rows: keys });
  const links = seqs.map((seq) => [1, `{"who":${seq}}`, keyOf(seq)]);
  await session.insert({ table: tables.links, columns: ['seq', 'link', 'link_key'], rows: links });
}
