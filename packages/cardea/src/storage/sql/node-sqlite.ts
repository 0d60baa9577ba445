import type { SqliteDatabase } from 'kysely';
import { keepStatements } from './keep-statements.ts';

type Parameter = null | number | bigint | string;

/** A statement of `node:sqlite`, as far as it is used. */
interface NodeSqliteStatement {
  columns(): readonly unknown[];
  all(...parameters: Parameter[]): unknown[];
  run(...parameters: Parameter[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(...parameters: Parameter[]): IterableIterator<unknown>;
}

/** A database of `node:sqlite`, as far as it is used: `DatabaseSync` fits as it is. */
export interface NodeSqliteDatabase {
  prepare(statement: string): NodeSqliteStatement;
  close(): void;
}

/**
 * Lets Kysely use a database of `node:sqlite`, for which it has no dialect of its own.
 *
 * @param database a `DatabaseSync` of `node:sqlite`
 * @returns what `SqliteDialect` of Kysely takes
 *
 * @example
 * ```ts
 * import { DatabaseSync } from 'node:sqlite';
 *
 * const dialect = new SqliteDialect({ database: nodeSqlite(new DatabaseSync('policies.db')) });
 * const storage = sqlStorage(new Kysely({ dialect }));
 * ```
 */
export function nodeSqlite(database: NodeSqliteDatabase): SqliteDatabase {
  return keepStatements({
    close: () => database.close(),
    prepare: (text) => {
      const statement = database.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as Parameter[])),
        run: (parameters) => statement.run(...(parameters as Parameter[])),
        iterate: (parameters) => statement.iterate(...(parameters as Parameter[])),
      };
    },
  });
}
