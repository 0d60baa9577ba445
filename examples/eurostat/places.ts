import type { QueryPlan } from 'cardea';
import { filter } from 'cardea/filter';
import { cardea } from 'cardea/filter/kysely';
import { polarsFilter } from 'cardea/filter/polars';
import { type SqlDialectName, sqlMapping } from 'cardea/filter/sql';
import { type Kysely, sql } from 'kysely';
import { DataFrame, Float64, Int64, Series, Utf8 } from 'nodejs-polars';
import type { EnergyValue } from './dataset.ts';

/** Somewhere that holds the values. */
export interface Place {
  readonly name: string;
  /** The ids of the values that a plan selects, in their order. */
  readonly select: (plan: QueryPlan) => Promise<readonly number[]>;
}

type Tables = Record<'energy', { [K in keyof EnergyValue]: EnergyValue[K] }>;

/** Which attribute of a value is in which column. */
const COLUMNS = {
  geo: { column: 'geo', type: 'text', nulls: 'never' },
  indicator: { column: 'indicator', type: 'text', nulls: 'never' },
  month: { column: 'month', type: 'text', nulls: 'never' },
  gwh: { column: 'gwh', type: 'number', nulls: 'null' },
  flag: { column: 'flag', type: 'text', nulls: 'null' },
} as const;

/** As many rows as fit into one statement. */
const AT_ONCE = 4_000;

/** The values as they are. */
export function inMemory(values: readonly EnergyValue[]): Place {
  return { name: 'memory', select: async (plan) => filter(plan, values).map(({ id }) => id) };
}

/** The values in a table `energy`, which is made. */
export async function inDatabase(
  database: Kysely<unknown>,
  { dialect, values }: { readonly dialect: SqlDialectName; readonly values: readonly EnergyValue[] },
): Promise<Place> {
  await sql`create table energy (id integer primary key, geo text not null, indicator text not null,
    month text not null, gwh double precision, flag text)`.execute(database);
  const tables = database.withTables<Tables>();
  for (let at = 0; at < values.length; at += AT_ONCE)
    await tables
      .insertInto('energy')
      .values(values.slice(at, at + AT_ONCE))
      .execute();
  const mapping = sqlMapping({ dialect, columns: COLUMNS });
  const select = async (plan: QueryPlan): Promise<readonly number[]> => {
    const chosen = tables.selectFrom('energy').select('id').where(cardea(plan, mapping)).orderBy('id');
    return (await chosen.execute()).map(({ id }) => id);
  };
  return { name: dialect, select };
}

/** The values in a data frame. */
export function inPolars(values: readonly EnergyValue[]): Place {
  const frame = DataFrame([
    Series(
      'id',
      values.map(({ id }) => id),
      Int64,
    ),
    Series(
      'geo',
      values.map(({ geo }) => geo),
      Utf8,
    ),
    Series(
      'indicator',
      values.map(({ indicator }) => indicator),
      Utf8,
    ),
    Series(
      'month',
      values.map(({ month }) => month),
      Utf8,
    ),
    Series(
      'gwh',
      values.map(({ gwh }) => gwh),
      Float64,
    ),
    Series(
      'flag',
      values.map(({ flag }) => flag),
      Utf8,
    ),
  ]);
  const select = async (plan: QueryPlan): Promise<readonly number[]> => {
    const chosen = frame.filter(polarsFilter(plan, { columns: COLUMNS }).expression);
    return (chosen.getColumn('id').toArray() as readonly (number | bigint)[]).map(Number);
  };
  return { name: 'polars', select };
}
