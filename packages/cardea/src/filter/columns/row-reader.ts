import type { Json } from '../../ast/json.ts';
import { CardeaError } from '../../errors.ts';
import { attributes, entity } from '../../model/entity.ts';
import type { ColumnMapping, ColumnsMapping, ColumnType } from './column-mapping.ts';
import { isMoment } from './moment.ts';

/** How a column is read; undefined where a row has none. */
export type ValueIn = (column: string) => (row: Row) => unknown;

type Row = Readonly<Record<string, unknown>>;

/** Of a row that has each column under its name. */
export function inColumn(column: string): (row: Row) => unknown {
  return (row) => (Object.hasOwn(row, column) ? row[column] : undefined);
}

/** Makes of a row what an inquiry about it has. */
export type RowReader = (row: Row) => Json;

/**
 * Makes of rows what an inquiry about them has: a dictionary of the attributes, or, with a type, an entity with the
 * attribute `id`.
 *
 * @param parse makes of what a driver gives for a column of JSON a value
 */
export function readerOfRows(
  columns: ColumnsMapping['columns'],
  type: string | undefined,
  valueIn: ValueIn,
  parse: (stored: unknown) => unknown = parsed,
): RowReader {
  const readers = Object.entries(columns).map(([attribute, mapping]) => {
    const read = valueIn(mapping.column);
    const { json } = mapping;
    return {
      path: attribute.split('.'),
      value: json === undefined ? valueOf(read, mapping) : valueInJson(read, { ...mapping, json }, parse),
    };
  });
  return (row) => {
    const all: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const { path, value: read } of readers) {
      const value = read(row);
      if (value !== undefined) put(all, path, value);
    }
    if (type === undefined) return attributes(all as { readonly [name: string]: Json });
    const { id, ...properties } = all;
    // Not an entity without a text for an id, and then allowed to nobody.
    return entity(type, id as string, properties as { readonly [name: string]: Json }) as unknown as Json;
  };
}

/** What a text of JSON says; of what is no text, as drivers give it that read JSON, itself. */
export function parsed(stored: unknown): unknown {
  return typeof stored === 'string' ? JSON.parse(stored) : stored;
}

/** A member of a dictionary; undefined of everything else. */
export function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return undefined;
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let holder = into;
  for (const name of path.slice(0, -1)) {
    holder[name] ??= Object.create(null) as unknown;
    holder = holder[name] as Record<string, unknown>;
  }
  holder[path.at(-1) as string] = value;
}

function valueOf(read: (row: Row) => unknown, { type, nulls, list }: ColumnMapping): (row: Row) => unknown {
  const readOne = READERS[type];
  return (row) => {
    const value = read(row);
    if (value === undefined) return undefined;
    if (value === null) return nulls === 'missing' ? undefined : null;
    return list === true && Array.isArray(value) ? value.map(readOne) : readOne(value);
  };
}

function valueInJson(
  read: (row: Row) => unknown,
  { json, nulls }: ColumnMapping & { readonly json: readonly string[] },
  parse: (stored: unknown) => unknown,
): (row: Row) => unknown {
  return (row) => {
    try {
      const value = json.reduce(memberOf, parse(read(row)));
      return value === null && nulls === 'missing' ? undefined : value;
    } catch {
      return NO_JSON;
    }
  };
}

/** No inquiry may hold it, so that one about the row is refused. */
const NO_JSON = Number.NaN;

// As drivers give them: integers as texts or big integers, booleans as 0 and 1, points in time as objects.
const READERS: Readonly<Record<ColumnType, (value: unknown) => unknown>> = {
  text: (value) => value,
  integer: (value) => (typeof value === 'number' ? value : safeNumber(value)),
  number: (value) => (typeof value === 'number' ? value : safeNumber(value)),
  boolean: (value) => (value === 0 || value === 1 ? value === 1 : value),
  date: (value) => {
    if (value instanceof Date)
      throw new CardeaError(
        'CARDEA_INVALID_ARGUMENT',
        'a date came as a point in time, and which day that is depends on a time zone: have the driver give dates as texts',
      );
    return typeof value === 'string' && isMoment('date', value) ? value : NO_JSON;
  },
  timestamp: timestampOf,
};

function safeNumber(value: unknown): unknown {
  if (typeof value !== 'bigint' && typeof value !== 'string') return value;
  const number = Number(value);
  return typeof value === 'bigint' && !Number.isSafeInteger(number) ? value : number;
}

// As a text in UTC, to the millisecond: what is more would be another point in time.
function timestampOf(value: unknown): unknown {
  const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
  if (typeof text !== 'string') return NO_JSON;
  const [, day = '', time = '', fraction = ''] =
    /^(\S{10})[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,3})0*)?(?:Z|\+00)?$/.exec(text) ?? [];
  const written = `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
  return isMoment('timestamp', written) ? written : NO_JSON;
}
