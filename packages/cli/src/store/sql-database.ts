import { type Dialect, Kysely } from 'kysely';
import { sqlMigrator, sqlStorage, type SqlStorageOptions } from 'cardea/storage/sql';
import { readVaktSql } from 'cardea/storage/vakt';
import { usageError } from '../report-error.ts';
import type { StoreDatabase } from './store-database.ts';

/** A database of SQL, over a dialect that has its connections. */
export function sqlDatabase(dialect: Dialect, options: Pick<SqlStorageOptions, 'listen'> = {}): StoreDatabase {
  const kysely = new Kysely<unknown>({ dialect });
  return {
    storage: (reading) => sqlStorage(kysely, { ...reading, ...options }),
    migrator: () => sqlMigrator(kysely),
    vakt: (collection) => {
      if (collection !== undefined)
        throw usageError('--collection is of MongoDB and Redis: in SQL vakt has its own tables');
      return readVaktSql(kysely);
    },
    kysely,
    close: () => kysely.destroy(),
  };
}
