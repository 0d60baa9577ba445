import type { BackendLimits } from '../stored/backend.ts';
import { joined, raw, sql, type SqlText } from './sql-text.ts';

/** The databases that are spoken to; MariaDB is spoken to as MySQL. */
export type SqlDialectName = 'sqlite' | 'postgres' | 'mysql';

/** Rows of a table that have one of some values in an indexed column. */
interface Matching {
  readonly columns: SqlText;
  readonly table: SqlText;
  readonly column: SqlText;
  /** The index that finds them. */
  readonly index: SqlText;
  readonly values: readonly string[];
}

/** Something that a database must not be. */
interface Refusal {
  /** Gives one row with `value`. */
  readonly ask: SqlText;
  readonly allows: RegExp;
  readonly reason: string;
}

/** Everything in which the dialects differ. */
export interface SqlDialect {
  readonly name: SqlDialectName;
  /** Types of columns. All texts compare byte by byte, whatever the database does by itself. */
  readonly types: Readonly<Record<'integer' | 'uid' | 'link' | 'key' | 'text', string>>;
  /** Behind a table whose rows stand in the order of its primary key, where that has to be said; and behind others. */
  readonly clustered: string;
  readonly options: string;
  readonly limits: BackendLimits;
  /** The longest list that {@link SqlDialect.isIn} takes. */
  readonly listSize: number;
  /** How a transaction begins where Kysely's own way will not do: one that writes, and one that reads one revision. */
  readonly begin?: { readonly write: SqlText; readonly read: SqlText };
  /** Behind a query of rows that nobody else may write until the transaction ends. */
  readonly forUpdate: SqlText;
  /** Codes of errors by which a transaction was broken off for the sake of others; see `isBrokenOff`. */
  readonly brokenOff: readonly (string | number)[];
  readonly refusals: readonly Refusal[];
  /** Whether the making of a table is undone with the transaction that it is in. */
  readonly undoesDdl: boolean;
  /** One row where there is a table of this name. */
  readonly hasTable: (name: string) => SqlText;
  /** Behind an insert: what it does to a row of the same key. */
  readonly orUpdate: (key: readonly string[], columns: readonly string[]) => SqlText;
  readonly isIn: (column: SqlText, values: readonly string[] | readonly number[]) => SqlText;
  /** A query of rows by an index, of which the planner has no choice: it may know nothing of the table yet. */
  readonly matching: (wanted: Matching) => SqlText;
  /** Before a query in `with`, so that it is run once. */
  readonly materialized: string;
  /** `from` and behind it: policies `p` whose `seq` a query gives, by the primary key. */
  readonly policiesBySeq: (policies: SqlText, seqs: SqlText) => SqlText;
  /** Tells listeners of a revision when the transaction is committed; by a channel that belongs to the table. */
  readonly notify?: (head: SqlText, revision: number) => SqlText;
}

const NO_KEYWORD = raw('');
const FOR_UPDATE = raw(' for update');
const onConflict: SqlDialect['orUpdate'] = (key, columns) =>
  raw(
    ` on conflict (${key.join(', ')}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  );

export const SQL_DIALECTS: Readonly<Record<SqlDialectName, SqlDialect>> = {
  sqlite: {
    name: 'sqlite',
    types: { integer: 'integer', uid: 'text', link: 'text', key: 'text', text: 'text' },
    clustered: ' without rowid',
    options: '',
    limits: {},
    listSize: 10_000,
    // Kysely's transactions take the lock for writing when they write, and cannot once somebody else has written.
    begin: { write: raw('begin immediate'), read: raw('begin') },
    forUpdate: NO_KEYWORD,
    // SQLITE_BUSY, as node:sqlite numbers it
    brokenOff: ['SQLITE_BUSY', 5],
    refusals: [],
    undoesDdl: true,
    hasTable: (name) => sql`select 1 from sqlite_master where type = 'table' and name = ${name}`,
    orUpdate: onConflict,
    isIn: (column, values) => sql`${column} in (select value from json_each(${JSON.stringify(values)}))`,
    matching: ({ columns, table, column, values }) =>
      sql`select ${columns} from json_each(${JSON.stringify(values)}) k cross join ${table} t on t.${column} = k.value`,
    materialized: 'materialized ',
    policiesBySeq: (policies, seqs) => sql`from (${seqs}) f cross join ${policies} p on p.seq = f.seq`,
  },
  postgres: {
    name: 'postgres',
    types: {
      integer: 'bigint',
      uid: 'text collate "C"',
      link: 'text collate "C"',
      key: 'text collate "C"',
      text: 'text collate "C"',
    },
    clustered: '',
    options: '',
    // A row of an index has a third of a page.
    limits: { uid: 2600, link: 2600 },
    listSize: 10_000,
    forUpdate: FOR_UPDATE,
    // serialization_failure, deadlock_detected, lock_not_available
    brokenOff: ['40001', '40P01', '55P03'],
    refusals: [
      {
        ask: raw(`select current_setting('server_encoding') as value`),
        allows: /^UTF8$/,
        reason: 'the encoding of the database must be UTF8',
      },
    ],
    undoesDdl: true,
    hasTable: (name) => sql`select 1 where to_regclass(${name}::text) is not null`,
    orUpdate: onConflict,
    isIn: (column, values) =>
      typeof values[0] === 'number'
        ? sql`${column} = any(${values}::bigint[])`
        : sql`${column} = any(${values}::text[])`,
    // `offset 0`: each value is looked up by itself. The planner takes any value for one in two hundred before it has
    // analysed a table, and would read all of it for many of them.
    matching: ({ columns, table, column, values }) =>
      sql`select ${columns} from unnest(${values}::text[]) k(wanted) cross join lateral (select * from ${table} where ${column} = k.wanted offset 0) t`,
    materialized: 'materialized ',
    policiesBySeq: (policies, seqs) => sql`from ${policies} p where p.seq = any(array(${seqs}))`,
    notify: (head, revision) =>
      sql`select pg_notify('cardea_' || to_regclass(${head.text}::text)::oid::text, ${String(revision)}::text)`,
  },
  mysql: {
    name: 'mysql',
    types: {
      integer: 'bigint',
      uid: 'varbinary(3000)',
      link: 'varbinary(3000)',
      key: 'varbinary(16)',
      text: 'longtext character set utf8mb4 collate utf8mb4_bin',
    },
    clustered: '',
    options: ' engine = InnoDB row_format = dynamic',
    // Keys of an index have 3,072 bytes; a statement has 16 MB, and a text may be twice as long in it.
    limits: { uid: 3000, link: 3000, document: 7_000_000 },
    listSize: 500,
    forUpdate: FOR_UPDATE,
    // ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT, ER_CHECKREAD (MariaDB: somebody else wrote the row since)
    brokenOff: [1213, 1205, 1020],
    refusals: [
      {
        ask: raw('select @@sql_mode as value'),
        allows: /^(?!.*NO_BACKSLASH_ESCAPES)/,
        reason: 'values cannot be escaped safely under the mode NO_BACKSLASH_ESCAPES',
      },
      {
        ask: raw('select @@character_set_connection as value'),
        allows: /^utf8mb4$/,
        reason: 'the character set of the connection must be utf8mb4',
      },
    ],
    undoesDdl: false,
    hasTable: (name) =>
      sql`select 1 from information_schema.tables where table_schema = database() and table_name = ${name}`,
    orUpdate: (_key, columns) =>
      raw(` on duplicate key update ${columns.map((column) => `${column} = values(${column})`).join(', ')}`),
    isIn: (column, values) => sql`${column} in (${placesOf(values)})`,
    // Each value is looked up by itself: of a long list every row of an index may be compared.
    matching: ({ columns, table, column, index, values }) =>
      sql`select ${columns} from json_table(${JSON.stringify(values)}, '$[*]' columns (wanted varchar(16) path '$')) k straight_join ${table} t force index (${index}) on t.${column} = cast(k.wanted as binary(16))`,
    // What is named twice is.
    materialized: '',
    policiesBySeq: (policies, seqs) => sql`from (${seqs}) f straight_join ${policies} p on p.seq = f.seq`,
  },
};

function placesOf(values: readonly (string | number)[]): SqlText {
  return joined(
    values.map((value) => sql`${value}`),
    ', ',
  );
}

/** Whether the database broke off a transaction that it would take if it came again. */
export function isBrokenOff(error: unknown, { brokenOff }: SqlDialect): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errno, errcode } = error as Readonly<Partial<Record<'code' | 'errno' | 'errcode', unknown>>>;
  const codes: readonly unknown[] = [
    code,
    errno,
    // node:sqlite: the kind of an extended code is its lowest byte; better-sqlite3: its beginning.
    typeof errcode === 'number' ? errcode & 0xff : undefined,
    typeof code === 'string' ? /^SQLITE_[A-Z]+/.exec(code)?.[0] : undefined,
  ];
  return brokenOff.some((known) => codes.includes(known));
}
