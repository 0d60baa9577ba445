import type { CompiledQuery, Kysely } from 'kysely';
import type { SqlDialect } from './sql-dialects.ts';
import { raw, sql, type SqlText } from './sql-text.ts';

/** A row as a driver gives it. Integers may come as numbers, texts or `bigint`s: that is the driver's choice. */
export type SqlRow = Readonly<Record<string, SqlCell | undefined>>;
type SqlCell = string | number | bigint | Uint8Array | null;

type RunsStatements = Pick<Kysely<unknown>, 'executeQuery'>;

/** Rows of one insert at most, and characters in them. */
const INSERTED_ROWS = 500;
const INSERTED_CHARACTERS = 2_000_000;

/** What is inserted. */
export interface Insert {
  readonly table: SqlText;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Where rows are there already: by which columns they are known; the others become what is inserted. */
  readonly key?: readonly string[];
}

/** Runs statements over a connection, or over whichever is free. */
export class SqlSession {
  readonly dialect: SqlDialect;
  readonly #kysely: RunsStatements;

  /** @param kysely without regard to its plugins: they are for statements of others */
  constructor(kysely: { withoutPlugins(): RunsStatements }, dialect: SqlDialect) {
    this.#kysely = kysely.withoutPlugins();
    this.dialect = dialect;
  }

  async rows(statement: SqlText): Promise<readonly SqlRow[]> {
    const { rows } = await this.#kysely.executeQuery(compiled(statement, this.dialect));
    return rows as readonly SqlRow[];
  }

  async row(statement: SqlText): Promise<SqlRow | undefined> {
    return (await this.rows(statement))[0];
  }

  /** @returns how many rows were written */
  async run(statement: SqlText): Promise<number> {
    const { numAffectedRows } = await this.#kysely.executeQuery(compiled(statement, this.dialect));
    return Number(numAffectedRows ?? 0);
  }

  /** Inserts rows, as many at a time as a database takes. */
  async insert({ table, columns, rows, key }: Insert): Promise<void> {
    const others = columns.filter((column) => key?.includes(column) !== true);
    const end = key === undefined ? raw('') : this.dialect.orUpdate(key, others);
    for (const chunk of rowChunks(rows)) {
      const values = { text: placesOf(columns.length, chunk.length), parameters: chunk.flat() };
      await this.run(sql`insert into ${table} (${raw(columns.join(', '))}) values ${values}${end}`);
    }
  }

  /** Lists that are short enough for a statement. */
  lists<T>(values: readonly T[]): readonly (readonly T[])[] {
    return slices(values, this.dialect.listSize);
  }
}

const decoder = new TextDecoder();

/** The text of a column; of one of bytes where MySQL has no other that compares them. */
export function textOf(cell: SqlCell | undefined): string {
  return cell instanceof Uint8Array ? decoder.decode(cell) : String(cell ?? '');
}

/** Pieces of a list, each of a length at most. */
export function slices<T>(values: readonly T[], length: number): readonly (readonly T[])[] {
  const count = Math.ceil(values.length / length);
  return Array.from({ length: count }, (_, at) => values.slice(at * length, (at + 1) * length));
}

function* rowChunks(rows: Insert['rows']): Iterable<Insert['rows']> {
  let chunk: (readonly (string | number)[])[] = [];
  let characters = 0;
  for (const row of rows) {
    const length = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
    if (chunk.length === INSERTED_ROWS || (chunk.length > 0 && characters + length > INSERTED_CHARACTERS)) {
      yield chunk;
      chunk = [];
      characters = 0;
    }
    chunk.push(row);
    characters += length;
  }
  if (chunk.length > 0) yield chunk;
}

function placesOf(columns: number, rows: number): string {
  const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
  return Array.from({ length: rows }, () => row).join(', ');
}

/** What Kysely makes of a text by itself, so that it need not be loaded from here. */
function compiled({ text, parameters }: SqlText, { name }: SqlDialect): CompiledQuery {
  let count = 0;
  const numbered = name === 'postgres' ? text.replaceAll('?', () => `$${++count}`) : text;
  return {
    sql: numbered,
    parameters,
    query: { kind: 'RawNode', sqlFragments: [numbered], parameters: [] },
    queryId: { queryId: 'cardea' },
  };
}
