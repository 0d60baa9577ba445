import type { ColumnMapping, ColumnType } from '../columns/column-mapping.ts';
import { bound, joined, sql, type SqlFragment, type SqlOperand } from './sql-fragment.ts';

/** A place in a column of JSON. */
export interface JsonPlace {
  readonly column: SqlOperand;
  /** The names that lead there. */
  readonly path: readonly string[];
}

/** A list as rows. */
export interface SqlItems {
  /** Stands behind `from`. */
  readonly rows: SqlFragment;
  /** The item of a row; NULL where it is none of the type. */
  readonly item: SqlOperand;
}

/**
 * How a dialect reads JSON, as `JSON.parse` does: what it would read in another way is ruled out, and no text that is no
 * JSON makes a query fail.
 */
export interface SqlJson {
  /** The value at a place; NULL where there is none of the type. */
  readonly value: (place: JsonPlace, type: ColumnType) => SqlFragment;
  /** The name of what is at a place; NULL where nothing is. */
  readonly typeName: (place: JsonPlace) => SqlFragment;
  /** What that is for null and for a list. */
  readonly names: { readonly null: string; readonly list: string };
  /** Of a place that holds a list. */
  readonly items: (place: JsonPlace, type: ColumnType) => SqlItems;
  /** Whether the JSON of a column is read as `JSON.parse` does on the way to a place. */
  readonly isLegible: (place: JsonPlace) => SqlFragment;
}

/** Where a place is a list: true; unknown elsewhere. */
export function listOrNull(json: SqlJson, place: JsonPlace): SqlFragment {
  return sql`(case when ${json.typeName(place)} = '${json.names.list}' then 1 end)`;
}

/** True where a place has a value of the type that a cell may hold, or nothing or null, where that is possible. */
export function soundInJson(
  json: SqlJson,
  place: JsonPlace,
  { type, list, nulls }: Omit<ColumnMapping, 'column'>,
): SqlFragment {
  const name = json.typeName(place);
  const isNull = nulls === 'never' ? 'false' : sql`coalesce(${name}, '${json.names.null}') = '${json.names.null}'`;
  const holds = (isValue: SqlFragment): SqlFragment =>
    joined([json.isLegible(place), sql`(${isNull} or ${isValue})`], 'and');
  if (list !== true) return holds(sql`${json.value(place, type)} is not null`);
  const { rows, item } = json.items(place, type);
  return holds(sql`${name} = '${json.names.list}' and not exists (select 1 from ${rows} where ${item} is null)`);
}

const SAFE = '9007199254740991';

// As `$."owner"."country"`: names are letters, digits, `_` and `-`.
function dollarPath(path: readonly string[]): SqlOperand {
  return bound(['$', ...path.map((name) => `"${name}"`)].join('.'));
}

/** SQLite: JSON as text. Numbers that are no integers are refused, because it reads them with fewer digits. */
export const SQLITE_JSON: SqlJson = {
  value: (place, type) => {
    const name = SQLITE_JSON.typeName(place);
    const found = sql`json_extract(${sqliteText(place)}, ${dollarPath(place.path)})`;
    const raw = sql`${sqliteText(place)} -> ${dollarPath(place.path)}`;
    return sqliteValue({ name, found, raw }, type);
  },
  typeName: (place) => sql`json_type(${sqliteText(place)}, ${dollarPath(place.path)})`,
  names: { null: 'null', list: 'array' },
  items: (place, type) => ({
    rows: sql`json_each(${sqliteText(place)}, ${dollarPath(place.path)}) as cardea_items`,
    item: sqliteValue(
      {
        name: ['cardea_items.type'],
        found: ['cardea_items.atom'],
        raw: sql`${sqliteText(place)} -> ${dollarPath(place.path)}`,
      },
      type,
    ),
  }),
  isLegible: (place) => {
    const { column, path } = place;
    const isJson = sql`(${column} is null or typeof(${column}) = 'text' and json_valid(${column}))`;
    // Of two members with one name SQLite takes the first, and `JSON.parse` the last.
    const once = path.map((name, at) => {
      const members = sql`json_each(${sqliteText(place)}, ${dollarPath(path.slice(0, at))}) as cardea_items`;
      return sql`(select count(*) from ${members} where cardea_items.key = ${bound(name)}) < 2`;
    });
    return joined([isJson, ...once], 'and');
  },
};

/** The text of a column where it is JSON, else that of null. */
function sqliteText({ column }: JsonPlace): SqlFragment {
  return sql`(case when typeof(${column}) = 'text' and json_valid(${column}) then ${column} else 'null' end)`;
}

interface SqliteParts {
  readonly name: SqlFragment;
  readonly found: SqlFragment;
  /** JSON that the value is in. */
  readonly raw: SqlFragment;
}

function sqliteValue({ name, found, raw }: SqliteParts, type: ColumnType): SqlFragment {
  if (type === 'boolean') return sql`(case ${name} when 'true' then 1 when 'false' then 0 end)`;
  if (type === 'integer')
    return sql`(case when ${name} = 'integer' and ${found} between -${SAFE} and ${SAFE} then ${found} end)`;
  // Halves of surrogate pairs, which stand as escapes there, are no text for SQLite.
  return sql`(case when ${name} = 'text' and instr(lower(${raw}), '\\ud') = 0 then ${found} end)`;
}

/** PostgreSQL: columns of the type `jsonb`. */
export const POSTGRES_JSON: SqlJson = {
  value: (place, type) => {
    const name = POSTGRES_JSON.typeName(place);
    const text = sql`(${place.column} #>> cast(${bound(place.path)} as text[]))`;
    if (type === 'text') return sql`(case when ${name} = 'string' then ${text} end)`;
    if (type === 'boolean') return sql`(case when ${name} = 'boolean' then cast(${text} as boolean) end)`;
    const number = sql`cast(${text} as numeric)`;
    if (type === 'integer') {
      const isSafe = sql`${number} = trunc(${number}) and ${number} between -${SAFE} and ${SAFE}`;
      return sql`(case when ${name} = 'number' then case when ${isSafe} then cast(${number} as bigint) end end)`;
    }
    // Beyond these a cast fails.
    const isFinite = sql`(${number} = 0 or abs(${number}) between 5e-324 and 1.7976931348623157e308)`;
    return sql`(case when ${name} = 'number' then case when ${isFinite} then cast(${number} as double precision) end end)`;
  },
  typeName: (place) => sql`jsonb_typeof(${postgresAt(place)})`,
  names: { null: 'null', list: 'array' },
  items: (place, type) => {
    const list = sql`case when ${POSTGRES_JSON.typeName(place)} = 'array' then ${postgresAt(place)} else '[]' end`;
    return {
      rows: sql`jsonb_array_elements(${list}) as cardea_items(cardea_item)`,
      item: POSTGRES_JSON.value({ column: 'cardea_items.cardea_item', path: [] }, type),
    };
  },
  // The type itself sees to it.
  isLegible: () => ['true'],
};

function postgresAt({ column, path }: JsonPlace): SqlFragment {
  return sql`(${column} #> cast(${bound(path)} as text[]))`;
}

/** MariaDB and MySQL: columns of the type `json`, or texts. */
export const MYSQL_JSON: SqlJson = {
  value: (place, type) => {
    const name = MYSQL_JSON.typeName(place);
    const text = sql`json_unquote(${mysqlAt(place)})`;
    if (type === 'text') return sql`(case when ${name} = 'STRING' then ${text} end)`;
    if (type === 'boolean') return sql`(case when ${name} = 'BOOLEAN' then ${text} = 'true' end)`;
    // Of 1e400 MariaDB says that it is an integer, and makes of it the largest number.
    const number = sql`cast(${text} as double)`;
    const isIn =
      type === 'integer'
        ? sql`${number} = floor(${number}) and ${number} between -${SAFE} and ${SAFE}`
        : sql`abs(${number}) < 1.7976931348623157e308`;
    const isNumber = sql`${name} in ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')`;
    return sql`(case when ${isNumber} then case when ${isIn} then ${number} end end)`;
  },
  typeName: (place) => sql`json_type(${mysqlAt(place)})`,
  names: { null: 'NULL', list: 'ARRAY' },
  items: (place, type) => ({
    rows: sql`json_table(${mysqlAt(place)}, '$[*]' columns (cardea_item json path '$')) as cardea_items`,
    item: MYSQL_JSON.value({ column: 'cardea_items.cardea_item', path: [] }, type),
  }),
  isLegible: ({ column, path }) => {
    const isJson = sql`(${column} is null or json_valid(${column}))`;
    // Of two members with one name MariaDB takes the first; names that are written with escapes it does not find.
    const once = path.map((_, at) => {
      const holder = mysqlAt({ column, path: path.slice(0, at) });
      const names = sql`json_keys(${holder})`;
      return sql`coalesce(json_length(${holder}) = json_length(${names}) and locate(x'5c', ${names}) = 0, true)`;
    });
    return joined([isJson, ...once], 'and');
  },
};

function mysqlAt({ column, path }: JsonPlace): SqlFragment {
  return sql`json_extract(case when json_valid(${column}) then ${column} end, ${dollarPath(path)})`;
}
