import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Policy, Storage } from 'cardea';
import { nodeSqlite, sqlStorage } from 'cardea/storage/sql';

/** A store in a file, and how to close it. */
export interface Store {
  readonly storage: Storage;
  readonly close: () => Promise<void>;
}

/** Makes a store of policies in an SQLite file, as `cardea store import` does. */
export async function makeStore(file: string, policies: readonly Policy[]): Promise<Store> {
  const kysely = new Kysely({ dialect: new SqliteDialect({ database: nodeSqlite(new DatabaseSync(file)) }) });
  const storage = sqlStorage(kysely);
  await storage.addAll(policies);
  const close = async (): Promise<void> => {
    await storage.close();
    await kysely.destroy();
  };
  return { storage, close };
}
