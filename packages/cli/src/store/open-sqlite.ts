import type * as Sqlite from 'node:sqlite';
import { SqliteDialect } from 'kysely';
import { nodeSqlite } from 'cardea/storage/sql';
import { sqlDatabase } from './sql-database.ts';
import type { StoreDatabase } from './store-database.ts';

/** Opens a file of SQLite by what Node itself brings; makes it where there is none. */
export async function openSqlite(path: string): Promise<StoreDatabase> {
  const { DatabaseSync } = await loadQuietly();
  return sqlDatabase(new SqliteDialect({ database: nodeSqlite(new DatabaseSync(path)) }));
}

// Node 22 warns that SQLite is experimental, on the standard error, which is for what goes wrong.
async function loadQuietly(): Promise<typeof Sqlite> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
