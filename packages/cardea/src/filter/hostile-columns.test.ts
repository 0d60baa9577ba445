import { afterAll, beforeAll, expect, it } from 'vitest';
import { and, attr, every, item, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { run } from '../../test/sql-connections.ts';
import { SQL_DATABASES, type SqlPlace } from '../../test/sql-databases.ts';
import { cardea } from './kysely/index.ts';
import { predicate } from './memory/predicate.ts';
import { rowReader, type SqlDialectName, type SqlMapping } from './sql/index.ts';

const DIALECTS: Readonly<Record<string, SqlDialectName>> = {
  'better-sqlite3': 'sqlite',
  postgres: 'postgres',
  mariadb: 'mysql',
};

/** JSON that databases read in more than one way; with `ruled out` that which no filter need select. */
const DOCUMENTS: readonly (readonly [text: string | null, 'ruled out'?])[] = [
  ['{"kind":"a"}'],
  ['{"kind":"b","level":2,"labels":["a","b"],"deep":{"mark":"a"}}'],
  ['{"kind":"a\\u0062"}'],
  ['{"kind":"\\u00e9\\/\\n\\"\\\\"}'],
  ['{"kind":null,"level":null,"labels":null,"deep":{"mark":null}}'],
  ['{"labels":[],"deep":null}'],
  ['{}'],
  ['[]'],
  ['"a"'],
  ['null'],
  [null],
  ['{"kind":"a","kind":"b"}', 'ruled out'],
  ['{"kind":"b","kind":"a"}', 'ruled out'],
  ['{"kind":"a","\\u006bind":"b"}', 'ruled out'],
  ['{"\\u006bind":"a","kind":"b"}', 'ruled out'],
  ['{"deep":{"mark":"a"},"deep":{"mark":"b"}}', 'ruled out'],
  ['{"deep":{"mark":"a"},"deep":5}', 'ruled out'],
  ['{"deep":[{"mark":"a"}]}'],
  ['{"deep":"a"}'],
  ['{"\\u006bind":"a"}', 'ruled out'],
  ['{"kind":"\\ud83d\\ude00"}', 'ruled out'],
  ['{"kind":"\\ud800"}', 'ruled out'],
  ['{"kind":"a\\u0000"}', 'ruled out'],
  ['{"kind":5}', 'ruled out'],
  ['{"kind":["a"]}', 'ruled out'],
  ['{"kind":{"a":1}}', 'ruled out'],
  ['{"kind":true}', 'ruled out'],
  ['{kind:"a"}', 'ruled out'],
  ['no json', 'ruled out'],
  ['{"level":1.0}', 'ruled out'],
  ['{"level":1.5}', 'ruled out'],
  ['{"level":"1"}', 'ruled out'],
  ['{"level":1e400}', 'ruled out'],
  ['{"level":1e-400}', 'ruled out'],
  ['{"level":9007199254740993}', 'ruled out'],
  ['{"level":12345678901234567890123}', 'ruled out'],
  ['{"level":-1}'],
  ['{"labels":["a",null]}', 'ruled out'],
  ['{"labels":["a",1]}', 'ruled out'],
  ['{"labels":["a",["a"]]}', 'ruled out'],
  ['{"labels":["\\ud800"]}', 'ruled out'],
  ['{"labels":"a"}', 'ruled out'],
  ['{"labels":{"0":"a"}}', 'ruled out'],
];

const kind = attr('resource', 'kind');
const level = attr('resource', 'level');
const labels = attr('resource', 'labels');
const mark = attr('resource', 'mark');
const isA = test('eq', kind, value('a'));
const ofLabel = test('in', item('label'), value(['a', 'c']));
const JSON_CONDITIONS: readonly Condition[] = [
  isA,
  not(isA),
  not(sure(isA)),
  test('in', kind, value(['a', 'ab', 'é/\n"\\'])),
  test('startsWith', kind, value('a')),
  test('endsWith', kind, value('b')),
  test('ge', kind, value('b')),
  test('present', kind),
  not(test('present', kind)),
  not(sure(test('truthy', kind))),
  not(sure(test('eq', kind, mark))),
  test('ge', level, value(1)),
  not(sure(test('ge', level, value(1)))),
  test('eq', level, value(1)),
  test('eq', level, value(null)),
  not(test('present', level)),
  some(labels, 'label', ofLabel),
  not(sure(some(labels, 'label', ofLabel))),
  every(labels, 'label', ofLabel),
  not(sure(every(labels, 'label', ofLabel))),
  test('in', value('b'), labels),
  test('truthy', labels),
  test('isType', labels, value('list')),
  test('eq', mark, value(null)),
  not(sure(test('eq', mark, value('a')))),
  or(test('present', mark), and(isA, test('known', level))),
];

/** What stands in columns of days and points in time, as literals, where a dialect takes them. */
const MOMENTS: readonly (readonly [literal: string, 'ruled out'?])[] = [
  ['null'],
  ["'2024-05-31 12:00:00.123'"],
  ["'2024-05-31T12:00:00.123Z'"],
  ["'2024-05-31 12:00:00.1234'", 'ruled out'],
  ["'2024-06-01 00:00:00'"],
  ["'2024-06-01T00:00:00.000Z'"],
  ["'2024-05-31T12:00:00.123z'", 'ruled out'],
  ["'2024-02-30T12:00:00.123Z'", 'ruled out'],
  ["'2024-05-31T12:00:00.123+02:00'", 'ruled out'],
  ["'now'", 'ruled out'],
  ["''", 'ruled out'],
  ['5', 'ruled out'],
  ["'infinity'", 'ruled out'],
  ["'-infinity'", 'ruled out'],
  ["'0044-03-15 12:00:00 BC'", 'ruled out'],
  ["'12024-05-31 12:00:00'", 'ruled out'],
];

const seen = attr('resource', 'seen');
const SEEN_CONDITIONS: readonly Condition[] = [
  test('eq', seen, value('2024-05-31T12:00:00.123Z')),
  not(sure(test('eq', seen, value('2024-05-31T12:00:00.123Z')))),
  test('in', seen, value(['2024-05-31T12:00:00.123Z', '2024-06-01T00:00:00.000Z', 'now'])),
  test('lt', seen, value('2024-06-01')),
  test('le', seen, value('2024-06-01')),
  not(sure(test('gt', seen, value('2024-06-01')))),
  not(sure(test('ge', seen, value('2024-06-01T00:00:00.000Z')))),
  test('known', seen),
  not(test('present', seen)),
];

/** Which dialect takes `2024-05-31T…Z` alone, and which a text with a space alone. */
const isOfDialect = (literal: string, dialect: SqlDialectName): boolean =>
  dialect === 'postgres' || dialect === 'sqlite' || !/[Zz]'|\+02/.test(literal);

for (const database of SQL_DATABASES) {
  const dialect = DIALECTS[database.name];
  if (dialect === undefined) continue;
  database.describe(`columns in which anything stands, in ${database.name}`, (create) => {
    let place: SqlPlace;
    beforeAll(async () => {
      place = await create();
    }, 60_000);
    afterAll(() => place.dispose());

    it('selects by JSON what is allowed, and never what may be read in another way', async () => {
      const type = dialect === 'postgres' ? 'jsonb' : dialect === 'mysql' ? 'longtext character set utf8mb4' : 'text';
      const texts = DOCUMENTS.map(([text]) =>
        text === null ? 'null' : `'${dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text}'`,
      );
      const ruledOut = await filled('documents', type, texts, DOCUMENTS);
      const mapping: SqlMapping = {
        dialect,
        mismatch: 'decide',
        columns: {
          kind: { column: 'held', json: ['kind'], type: 'text', nulls: 'missing' },
          level: { column: 'held', json: ['level'], type: 'integer', nulls: 'null' },
          labels: { column: 'held', json: ['labels'], type: 'text', list: true, nulls: 'null' },
          mark: { column: 'held', json: ['deep', 'mark'], type: 'text', nulls: 'null' },
        },
      };
      await compare('documents', mapping, JSON_CONDITIONS, ruledOut);
    });

    it('selects by points in time what is allowed, and never what is no millisecond', async () => {
      const type = { sqlite: 'text', postgres: 'timestamptz', mysql: 'datetime(6)' }[dialect];
      const taken = MOMENTS.filter(([literal]) => isOfDialect(literal, dialect));
      const literals = taken.map(([literal]) => literal);
      const written = await filled('moments', type, literals, taken);
      // Of texts only those are moments that are written as they are when deciding.
      const isOther = (literal: string | undefined): boolean => dialect === 'sqlite' && literal?.includes(' ') === true;
      const ruledOut = new Set([...literals.keys()].filter((n) => written.has(n) || isOther(literals[n])));
      const mapping: SqlMapping = {
        dialect,
        columns: { seen: { column: 'held', type: 'timestamp', nulls: 'missing' } },
      };
      await compare('moments', mapping, SEEN_CONDITIONS, ruledOut);
    });

    /** Makes a table of what the database takes, and tells which rows are ruled out. */
    async function filled(
      table: string,
      type: string,
      literals: readonly string[],
      given: readonly (readonly [unknown, 'ruled out'?])[],
    ): Promise<ReadonlySet<number>> {
      const db = place.connect();
      await run(db, `create table ${table} (n integer primary key, held ${type})`);
      const ruledOut = new Set<number>();
      for (const [n, literal] of literals.entries()) {
        try {
          await run(db, `insert into ${table} values (${n}, ${literal})`);
        } catch (error) {
          if (given[n]?.[1] === undefined && type !== 'jsonb' && !type.startsWith('datetime')) throw error;
        }
        if (given[n]?.[1] !== undefined) ruledOut.add(n);
      }
      return ruledOut;
    }

    async function compare(
      table: string,
      mapping: SqlMapping,
      conditions: readonly Condition[],
      ruledOut: ReadonlySet<number>,
    ): Promise<void> {
      const db = place.connect().withTables<Record<string, { n: number; held: unknown }>>();
      const toResource = rowReader(mapping);
      const rows = await db.selectFrom(table).select(['n', 'held']).execute();
      expect(rows.filter(({ n }) => !ruledOut.has(n)).length).toBeGreaterThan(1);
      for (const condition of conditions) {
        const plan: QueryPlan = {
          kind: 'conditional',
          condition,
          over: 'resource',
          functions: new Map(),
          revision: 1,
          diagnostics: [],
        };
        const found = await db
          .selectFrom(table)
          .select('n')
          .where(cardea(plan, { ...mapping, mismatch: 'decide' }))
          .execute();
        const selected = found.map(({ n }) => n);
        const allows = predicate(plan);
        const allowed = rows.filter((row) => allows(toResource({ ...row }))).map(({ n }) => n);
        const told = { condition: JSON.stringify(condition), over: selected.filter((n) => !allowed.includes(n)) };
        expect(told).toEqual({ condition: told.condition, over: [] });
        const under = allowed.filter((n) => !selected.includes(n) && !ruledOut.has(n));
        expect({ condition: told.condition, under }).toEqual({ condition: told.condition, under: [] });
      }
    }
  });
}
