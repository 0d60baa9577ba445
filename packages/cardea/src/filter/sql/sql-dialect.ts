import type { ColumnMapping, ColumnType } from '../columns/column-mapping.ts';
import { hasLoneSurrogate } from '../columns/columns-target.ts';
import type { MomentType } from '../columns/moment.ts';
import { parsed } from '../columns/row-reader.ts';
import { bound, joined, sql, type SqlFragment, type SqlOperand, type SqlPart } from './sql-fragment.ts';
import { MYSQL_JSON, POSTGRES_JSON, SQLITE_JSON, type SqlItems, type SqlJson } from './sql-json.ts';

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
  readonly folded: (text: SqlOperand) => SqlFragment;
  readonly endsWith: (text: SqlOperand, end: string) => SqlFragment;
  readonly contains: (text: SqlOperand, part: string) => SqlFragment;
  /** How many bytes a text has. */
  readonly bytesOf: (text: SqlOperand) => SqlFragment;
  /** A column is one of these values: there is at least one. */
  readonly amongTexts: (column: SqlOperand, values: readonly string[]) => SqlFragment;
  readonly amongNumbers: (column: SqlOperand, values: readonly number[], type: ColumnType) => SqlFragment;
  /** A bound number, so that the server does not guess another type. */
  readonly number: (value: number, type: ColumnType) => SqlFragment;
  /** A bound day or point in time, as canonical text. */
  readonly moment: (text: string, type: MomentType) => SqlFragment;
  readonly json: SqlJson;
  /** What drivers give for a column of JSON, as a value. */
  readonly parse: (stored: unknown) => unknown;
  /** The items of a column of an array; null where there is no such type. */
  readonly items: ((column: SqlPart) => SqlItems) | null;
  /** True where a column holds NULL, or an array of one dimension; null where there is no such type. */
  readonly isArray: ((column: SqlPart) => SqlFragment) | null;
  /** Why a column has no filter. */
  readonly refuses: (mapping: ColumnMapping) => string | undefined;
  /** True where a column holds NULL or a value that its type may hold; undefined where it can hold no other. */
  readonly sound: (column: SqlPart, type: ColumnType, isStrict: boolean) => SqlFragment | undefined;
  /** True where all of a text is seen in lower case; undefined where it always is. */
  readonly whole: (column: SqlOperand) => SqlFragment | undefined;
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
  moment: (text) => sql`${bound(text)} collate binary`,
  json: SQLITE_JSON,
  parse: parsed,
  items: null,
  isArray: null,
  refuses: ({ column, type, json, list }) => {
    if (json === undefined)
      return list === true ? 'SQLite has no arrays: a list is JSON, and `json` says so' : undefined;
    if (type === 'number') return 'SQLite reads numbers of JSON with fewer digits: of JSON `integer` is exact';
    // It would be that of the function which reads lists.
    return OF_JSON_EACH.has(column.toLowerCase()) ? 'the name needs the table before it' : undefined;
  },
  sound: (column, type, isStrict) => (isStrict && STRICT_TYPES.has(type) ? undefined : SOUND_IN_SQLITE[type](column)),
  // It ends at U+0000.
  whole: (column) => sql`coalesce(instr(cast(${column} as blob), x'00'), 0) = 0`,
  isUnstorable: hasLoneSurrogate,
};

const OF_JSON_EACH: ReadonlySet<string> = new Set([
  'key',
  'value',
  'type',
  'atom',
  'id',
  'parent',
  'fullkey',
  'path',
  'json',
  'root',
  'rowid',
]);

/** Those of which a STRICT table holds no other values. */
const STRICT_TYPES: ReadonlySet<ColumnType> = new Set(['text', 'integer', 'boolean']);

const SOUND_IN_SQLITE: Readonly<Record<ColumnType, (column: SqlPart) => SqlFragment>> = {
  text: (column) => sql`typeof(${column}) in ('text', 'null')`,
  integer: (column) => {
    // A driver may have bound 5 as 5.0, which a column without a type keeps.
    const isWhole = sql`typeof(${column}) in ('integer', 'real') and ${column} = cast(${column} as integer)`;
    return sql`(${column} is null or ${isWhole} and ${isSafe(column)})`;
  },
  number: (column) => sql`(${column} is null or typeof(${column}) in ('integer', 'real') and ${isFinite(column)})`,
  boolean: (column) => sql`(${column} is null or typeof(${column}) = 'integer' and ${column} in (0, 1))`,
  date: (column) =>
    sql`(${column} is null or typeof(${column}) = 'text' and date(${column}) = ${column} collate binary)`,
  timestamp: (column) => {
    const written = sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${column})`;
    return sql`(${column} is null or typeof(${column}) = 'text' and ${written} = ${column} collate binary)`;
  },
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
  moment: (text, type) => sql`cast(${bound(text)} as ${type === 'date' ? 'date' : 'timestamp with time zone'})`,
  json: POSTGRES_JSON,
  // Drivers read it, and a text would be one that was read.
  parse: (stored) => stored,
  items: (column) => ({
    rows: sql`unnest(${column}) as cardea_items(cardea_item)`,
    item: 'cardea_items.cardea_item',
  }),
  isArray: (column) => sql`(${column} is null or cardinality(${column}) = 0 or array_ndims(${column}) = 1)`,
  refuses: () => undefined,
  sound: (column, type) => {
    const isSound = SOUND_IN_POSTGRES[type]?.(column);
    return isSound && sql`(${column} is null or ${isSound})`;
  },
  whole: () => undefined,
  isUnstorable: (text) => text.includes('\0') || hasLoneSurrogate(text),
};

const SOUND_IN_POSTGRES: Partial<Readonly<Record<ColumnType, (column: SqlPart) => SqlFragment>>> = {
  integer: isSafe,
  number: isFinite,
  date: (column) => sql`${isOfType(column, 'date')} and ${column} between date '0001-01-01' and date '9999-12-31'`,
  timestamp: (column) => {
    const isInYears = sql`${column} >= timestamptz '0001-01-01T00:00:00Z' and ${column} < timestamptz '10000-01-01T00:00:00Z'`;
    const toMs = sql`date_trunc('milliseconds', ${column}) = ${column}`;
    return sql`${isOfType(column, 'timestamp with time zone')} and ${isInYears} and ${toMs}`;
  },
};

// Another one would be read in the time zone of whoever asks.
function isOfType(column: SqlPart, type: string): SqlFragment {
  return sql`pg_typeof(${column}) = cast('${type}' as regtype)`;
}

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
  moment: (text, type) =>
    type === 'date'
      ? sql`cast(${bound(text)} as date)`
      : sql`cast(${bound(text.replace('T', ' ').replace('Z', ''))} as datetime(3))`,
  json: MYSQL_JSON,
  parse: parsed,
  items: null,
  isArray: null,
  refuses: ({ json, list }) =>
    list === true && json === undefined ? 'MySQL has no arrays: a list is JSON, and `json` says so' : undefined,
  sound: (column, type) => {
    if (type === 'integer') return sql`(${column} is null or ${isSafe(column)})`;
    if (type !== 'date' && type !== 'timestamp') return undefined;
    const isDay = sql`dayofmonth(${column}) between 1 and dayofmonth(last_day(${column}))`;
    const toMs = type === 'date' ? [] : sql` and microsecond(${column}) % 1000 = 0`;
    return sql`(${column} is null or ${isDay}${toMs})`;
  },
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
