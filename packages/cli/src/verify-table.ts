import { DatabaseSync } from 'node:sqlite';
import type { Json, JsonObject, QueryPlan } from 'cardea';
import { type ColumnMapping, type ColumnType, type SqlMapping, sqlText } from 'cardea/filter/sql';
import type { DataRow } from './read-rows.ts';

const STORED: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'integer',
  number: 'real',
  boolean: 'integer',
  date: 'text',
  timestamp: 'text',
};

/** Rows as a table in SQLite, with a column for every attribute whose values are of one type. */
export class VerifyTable {
  readonly #database = new DatabaseSync(':memory:');
  readonly #mapping: SqlMapping;
  readonly #rows: readonly DataRow[];

  constructor(rows: readonly DataRow[]) {
    const columns = columnsOf(rows);
    this.#rows = rows;
    this.#mapping = { dialect: 'sqlite', strict: true, mismatch: 'decide', columns };
    const kinds = Object.values(columns);
    const declared = kinds
      .map(({ column, type, list }) => `, ${column} ${list === true ? 'text' : STORED[type]}`)
      .join('');
    this.#database.exec(`create table things (row integer primary key${declared}) strict`);
    const insert = this.#database.prepare(`insert into things values (?${', ?'.repeat(kinds.length)})`);
    this.#database.exec('begin');
    for (const [at, { resource }] of rows.entries())
      insert.run(at, ...Object.keys(columns).map((name) => storedValue(resource[name])));
    this.#database.exec('commit');
  }

  /** How many attributes have a column. */
  get columns(): number {
    return Object.keys(this.#mapping.columns).length;
  }

  /** Which rows the plan selects, and whether they are those that it says or more, of which some must be checked. */
  select(plan: QueryPlan, check: (resource: JsonObject) => boolean): ReadonlySet<number> {
    const { text, parameters, contract } = sqlText(plan, this.#mapping, { contract: 'superset' });
    const found = this.#database
      .prepare(`select row from things where ${text}`)
      .all(...(parameters as readonly string[]));
    const selected = found.map(({ row }) => Number(row));
    if (contract === 'exact') return new Set(selected);
    return new Set(selected.filter((at) => check((this.#rows[at] as DataRow).resource)));
  }

  close(): void {
    this.#database.close();
  }
}

function columnsOf(rows: readonly DataRow[]): Readonly<Record<string, ColumnMapping>> {
  const names = new Set(rows.flatMap(({ resource }) => Object.keys(resource)));
  const columns = new Map<string, ColumnMapping>();
  for (const name of names) {
    const values = rows.map(({ resource }) => (Object.hasOwn(resource, name) ? resource[name] : undefined));
    const found = values.filter((value) => value !== undefined && value !== null);
    const isList = found.every(Array.isArray);
    const type = isList ? itemTypeOf(found as readonly (readonly Json[])[]) : typeOf(found);
    const [hasNull, hasMissing] = [values.includes(null), values.includes(undefined)];
    // A NULL means one of the two.
    if (type === undefined || (hasNull && hasMissing) || name.includes('.')) continue;
    const nulls = hasNull ? 'null' : hasMissing ? 'missing' : 'never';
    columns.set(name, { column: `c${columns.size}`, type, nulls, ...(isList && { list: true, json: [] }) });
  }
  return Object.fromEntries(columns);
}

function typeOf(values: readonly (Json | undefined)[]): ColumnType | undefined {
  if (values.length === 0) return undefined;
  // SQLite ends what is compared at U+0000 here and there, and no text holds half a pair of surrogates.
  if (values.every((value) => typeof value === 'string' && !/[\0\p{Cs}]/u.test(value))) return 'text';
  if (values.every((value) => Number.isSafeInteger(value))) return 'integer';
  if (values.every((value) => typeof value === 'number')) return 'number';
  return values.every((value) => typeof value === 'boolean') ? 'boolean' : undefined;
}

function itemTypeOf(lists: readonly (readonly Json[])[]): ColumnType | undefined {
  const type = typeOf(lists.flat());
  // JSON of SQLite has no other numbers.
  return type === 'text' || type === 'integer' ? type : undefined;
}

function storedValue(value: Json | undefined): string | number | null {
  if (Array.isArray(value)) return JSON.stringify(value);
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
