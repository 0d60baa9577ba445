import type { SqliteDatabase } from 'kysely';

type SqliteStatement = ReturnType<SqliteDatabase['prepare']>;

/** Longer texts are those of bulk writing, each of its own length. */
const LONGEST_TEXT = 20_000;

/**
 * Keeps the statements that a database of SQLite has prepared, for the next time: preparing one takes as long as running
 * it, and a storage asks few different ones. `nodeSqlite` does so by itself.
 *
 * @param database of `better-sqlite3`, or what else `SqliteDialect` of Kysely takes
 * @param options.most how many are kept, those that were used last; 100 when absent
 *
 * @example
 * ```ts
 * const dialect = new SqliteDialect({ database: keepStatements(new Database('policies.db')) });
 * ```
 */
export function keepStatements(
  database: SqliteDatabase,
  { most = 100 }: { readonly most?: number } = {},
): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (text) => {
      if (text.length > LONGEST_TEXT) return database.prepare(text);
      const known = kept.get(text);
      const statement = known ?? database.prepare(text);
      // The last used stands last, so that the first is the one to forget.
      kept.delete(text);
      kept.set(text, statement);
      if (kept.size > most) kept.delete(kept.keys().next().value as string);
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters),
        run: (parameters) => statement.run(parameters),
        // Whoever reads row by row has not ended when the next one begins.
        iterate: (parameters) => database.prepare(text).iterate(parameters),
      };
    },
  };
}
