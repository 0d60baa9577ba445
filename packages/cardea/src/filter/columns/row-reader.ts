import type { Json } from '../../ast/json.ts';
import { attributes, entity } from '../../model/entity.ts';
import type { ColumnMapping, ColumnsMapping, ColumnType } from './column-mapping.ts';

/**
 * Makes of rows what an inquiry about them has: a dictionary of the attributes, or, with a type, an entity with the
 * attribute `id`. It is what filters are equal to deciding about.
 *
 * @example
 * ```ts
 * const toResource = rowReader(books, 'book');
 * await guard.isAllowed({ subject, action: 'read', resource: toResource(row) });
 * ```
 */
export function rowReader({ columns }: Pick<ColumnsMapping, 'columns'>, type?: string): RowReader {
  return readerOfRows(columns, type, inColumnOfTable);
}

/** How a column is read; undefined where a row has none. */
export type ValueIn = (column: string) => (row: Row) => unknown;

type Row = Readonly<Record<string, unknown>>;

/** Of a row that has each column under its name without the table before it. */
export function inColumnOfTable(column: string): (row: Row) => unknown {
  return inColumn(column.slice(column.lastIndexOf('.') + 1));
}

/** Of a row that has each column under its name. */
export function inColumn(column: string): (row: Row) => unknown {
  return (row) => (Object.hasOwn(row, column) ? row[column] : undefined);
}

/** Makes of a row what an inquiry about it has. */
export type RowReader = (row: Row) => Json;

/** As {@link rowReader}. */
export function readerOfRows(
  columns: ColumnsMapping['columns'],
  type: string | undefined,
  valueIn: ValueIn,
): RowReader {
  const readers = Object.entries(columns).map(([attribute, mapping]) => ({
    path: attribute.split('.'),
    read: valueIn(mapping.column),
    mapping,
  }));
  return (row) => {
    const all: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const { path, read, mapping } of readers) {
      const value = valueOf(read(row), mapping);
      if (value !== undefined) put(all, path, value);
    }
    if (type === undefined) return attributes(all as { readonly [name: string]: Json });
    const { id, ...properties } = all;
    // Not an entity without a text for an id, and then allowed to nobody.
    return entity(type, id as string, properties as { readonly [name: string]: Json }) as unknown as Json;
  };
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let holder = into;
  for (const name of path.slice(0, -1)) {
    holder[name] ??= Object.create(null) as unknown;
    holder = holder[name] as Record<string, unknown>;
  }
  holder[path.at(-1) as string] = value;
}

function valueOf(value: unknown, { type, nulls }: ColumnMapping): unknown {
  if (value === undefined) return undefined;
  if (value === null) return nulls === 'missing' ? undefined : null;
  return READERS[type](value);
}

// As drivers give them: integers as texts or big integers, booleans as 0 and 1.
const READERS: Readonly<Record<ColumnType, (value: unknown) => unknown>> = {
  text: (value) => value,
  integer: (value) => (typeof value === 'number' ? value : safeNumber(value)),
  number: (value) => (typeof value === 'number' ? value : safeNumber(value)),
  boolean: (value) => (value === 0 || value === 1 ? value === 1 : value),
};

function safeNumber(value: unknown): unknown {
  if (typeof value !== 'bigint' && typeof value !== 'string') return value;
  const number = Number(value);
  return typeof value === 'bigint' && !Number.isSafeInteger(number) ? value : number;
}
