import type { ColumnType } from '../columns/column-mapping.ts';
import { hasLoneSurrogate } from '../columns/columns-target.ts';
import { bound, joined, sql, type SqlFragment, type SqlOperand, type SqlPart } from './sql-fragment.ts';

/** The dialects that filters are written in; MariaDB's is that of MySQL. */
export type SqlDialectName = 'sqlite' | 'postgres' | 'mysql';

/**
 * What differs between dialects, as data. Texts compare byte by byte in UTF-8, which is the order of code points,
 * whatever the collation of a column; patterns are not used, so that there is nothing to escape.
 */
export interface SqlDialect {
  readonly placeholder: (number: number) => string;
  readonly quote: (name: string) => string;
  /** The truth that is neither. */
  readonly unknown: SqlFragment;
  /** A column holds a text; may use an index. */
  readonly textEquals: (column: SqlOperand, text: SqlOperand) => SqlFragment;
  /** A text that compares with `<` and the like, byte by byte. */
  readonly ordered: (text: SqlOperand) => SqlFragment;
  /**
   * A text in lower case, as far as ASCII goes: the two other letters that have an ASCII one in theirs, the Kelvin sign and
   * `İ`, are replaced by it.
   */
  readonly folded: (text: SqlPart) => SqlFragment;
  readonly endsWith: (text: SqlOperand, end: string) => SqlFragment;
  readonly contains: (text: SqlOperand, part: string) => SqlFragment;
  /** How many bytes a text has. */
  readonly bytesOf: (text: SqlOperand) => SqlFragment;
  /** A column is one of these values: there is at least one. */
  readonly amongTexts: (column: SqlOperand, values: readonly string[]) => SqlFragment;
  readonly amongNumbers: (column: SqlOperand, values: readonly number[], type: ColumnType) => SqlFragment;
  /** A bound number, so that the server does not guess another type. */
  readonly number: (value: number, type: ColumnType) => SqlFragment;
  /** True where a column holds NULL or a value that its type may hold; undefined where it can hold no other. */
  readonly sound: (column: SqlPart, type: ColumnType, isStrict: boolean) => SqlFragment | undefined;
  /** True where all of a text is seen in lower case; undefined where it always is. */
  readonly whole: (column: SqlPart) => SqlFragment | undefined;
  /** Whether no column can hold a text, which then cannot be bound either. */
  readonly isUnstorable: (text: string) => boolean;
}

/** Longer lists are one parameter where they can be. */
const LONG = 50;

const utf8 = { length: (text: string): string => String(encodeURIComponent(text).replace(/%../g, 'x').length) };

const sqlite: SqlDialect = {
  placeholder: () => '?',
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  unknown: sql`null`,
  textEquals: (column, text) => sql`${column} = ${text} collate binary`,
  ordered: (text) => sql`${text} collate binary`,
  folded: (text) => sql`lower(replace(replace(${text}, char(8490), 'k'), char(304), 'i' || char(775)))`,
  // Of no bytes `substr` is NULL.
  endsWith: (text, end) => {
    const length = utf8.length(end);
    const ending = sql`substr(cast(${text} as blob), -${length}) = cast(${bound(end)} as blob)`;
    return sql`length(cast(${text} as blob)) >= ${length} and ${ending}`;
  },
  contains: (text, part) => sql`instr(cast(${text} as blob), cast(${bound(part)} as blob)) > 0`,
  bytesOf: (text) => sql`length(cast(${text} as blob))`,
  amongTexts: (column, values) => sql`${column} collate binary in ${listForSqlite(values)}`,
  amongNumbers: (column, values) => sql`${column} in ${listForSqlite(values)}`,
  number: (value) => [bound(value)],
  sound: (column, type, isStrict) => (isStrict && type !== 'number' ? undefined : SOUND_IN_SQLITE[type](column)),
  // It ends at U+0000.
  whole: (column) => sql`coalesce(instr(cast(${column} as blob), x'00'), 0) = 0`,
  isUnstorable: hasLoneSurrogate,
};

const SOUND_IN_SQLITE: Readonly<Record<ColumnType, (column: SqlPart) => SqlFragment>> = {
  text: (column) => sql`typeof(${column}) in ('text', 'null')`,
  integer: (column) => {
    // A driver may have bound 5 as 5.0, which a column without a type keeps.
    const isWhole = sql`typeof(${column}) in ('integer', 'real') and ${column} = cast(${column} as integer)`;
    return sql`(${column} is null or ${isWhole} and ${isSafe(column)})`;
  },
  number: (column) => sql`(${column} is null or typeof(${column}) in ('integer', 'real') and ${isFinite(column)})`,
  boolean: (column) => sql`(${column} is null or typeof(${column}) = 'integer' and ${column} in (0, 1))`,
};

function listForSqlite(values: readonly string[] | readonly number[]): SqlFragment {
  // JSON in SQLite ends a text at U+0000.
  if (values.length > LONG && !values.some((value) => typeof value === 'string' && value.includes('\0')))
    return sql`(select value from json_each(${bound(JSON.stringify(values))}))`;
  return boundList(values);
}

const postgres: SqlDialect = {
  placeholder: (number) => `$${number}`,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  unknown: sql`cast(null as boolean)`,
  // The first comparison may use an index, and holds for more where a collation or `citext` ignores case.
  textEquals: (column, text) => sql`(${column} = ${text} and ${inC(column)} = ${inC(text)})`,
  ordered: inC,
  folded: (text) => sql`lower(replace(replace(${inC(text)}, chr(8490), 'k'), chr(304), 'i' || chr(775)))`,
  endsWith: (text, end) => sql`right(${inC(text)}, ${String(Array.from(end).length)}) = ${inC(bound(end))}`,
  contains: (text, part) => sql`strpos(${inC(text)}, ${inC(bound(part))}) > 0`,
  bytesOf: (text) => sql`octet_length(cast(${text} as text))`,
  amongTexts: (column, values) => {
    const list = sql`any(cast(${bound(values)} as text[]))`;
    return sql`(${column} = ${list} and ${inC(column)} = ${list})`;
  },
  amongNumbers: (column, values, type) =>
    sql`${column} = any(cast(${bound(values)} as ${type === 'integer' ? 'bigint[]' : 'double precision[]'}))`,
  number: (value, type) => sql`cast(${bound(value)} as ${type === 'integer' ? 'bigint' : 'double precision'})`,
  sound: (column, type) => {
    if (type === 'integer') return sql`(${column} is null or ${isSafe(column)})`;
    return type === 'number' ? sql`(${column} is null or ${isFinite(column)})` : undefined;
  },
  whole: () => undefined,
  isUnstorable: (text) => text.includes('\0') || hasLoneSurrogate(text),
};

function inC(text: SqlOperand): SqlFragment {
  return sql`cast(${text} as text) collate "C"`;
}

const mysql: SqlDialect = {
  placeholder: () => '?',
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  unknown: sql`null`,
  // As in PostgreSQL; most collations also ignore spaces at the end.
  textEquals: (column, text) => sql`(${column} = ${text} and ${inBytes(column)} = ${inBytes(text)})`,
  ordered: inBytes,
  folded: (text) => {
    const replaced = sql`replace(replace(${inBytes(text)}, x'e284aa', 'k'), x'c4b0', x'69cc87')`;
    return sql`lower(convert(${replaced} using utf8mb4) collate utf8mb4_bin)`;
  },
  endsWith: (text, end) => sql`right(${inBytes(text)}, ${utf8.length(end)}) = ${inBytes(bound(end))}`,
  contains: (text, part) => sql`locate(${inBytes(bound(part))}, ${inBytes(text)}) > 0`,
  bytesOf: (text) => sql`octet_length(${text})`,
  amongTexts: (column, values) => {
    const bytes = joined(
      values.map((value) => inBytes(bound(value))),
      ',',
    );
    return sql`(${column} in ${boundList(values)} and ${inBytes(column)} in ${bytes})`;
  },
  amongNumbers: (column, values) => sql`${column} in ${boundList(values)}`,
  number: (value) => [bound(value)],
  sound: (column, type) => (type === 'integer' ? sql`(${column} is null or ${isSafe(column)})` : undefined),
  whole: () => undefined,
  isUnstorable: hasLoneSurrogate,
};

function inBytes(text: SqlOperand): SqlFragment {
  return sql`cast(convert(${text} using utf8mb4) as binary)`;
}

/** By name. */
export const SQL_DIALECTS: Readonly<Record<SqlDialectName, SqlDialect>> = { sqlite, postgres, mysql };

function boundList(values: readonly string[] | readonly number[]): SqlFragment {
  return joined(
    values.map((value) => [bound(value)]),
    ',',
  );
}

function isSafe(column: SqlPart): SqlFragment {
  return sql`${column} between -9007199254740991 and 9007199254740991`;
}

function isFinite(column: SqlPart): SqlFragment {
  return sql`${column} between -1.7976931348623157e308 and 1.7976931348623157e308`;
}
