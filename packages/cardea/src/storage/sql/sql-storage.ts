import type { Kysely } from 'kysely';
import { CardeaError } from '../../errors.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import { systemClock } from '../../ports/clock.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type { MigrateMode } from '../migration/migrator.ts';
import { StoredStorage, type StoredStorageOptions } from '../stored/stored-storage.ts';
import { detectDialect } from './detect-dialect.ts';
import type { PostgresConnect } from './postgres-listener.ts';
import { SqlBackend } from './sql-backend.ts';
import { sqlMigrator } from './sql-migrator.ts';

/** How a storage in a database of SQL is set up. */
export interface SqlStorageOptions extends Omit<StoredStorageOptions, 'keyer'> {
  /** Makes the keys by which candidates are found; of the default checker and the functions of the library when absent. */
  readonly keyer?: PolicyKeyer;
  /** What the names of all tables begin with: lower-case letters, digits and underscores; `cardea_` when absent. */
  readonly prefix?: string;
  /**
   * What is done where the tables are of an earlier version: they are migrated, or refused with CARDEA_MIGRATION until
   * somebody migrates them, as `sqlMigrator` does. `'auto'` when absent. Where there are none they are made, either way.
   */
  readonly migrate?: MigrateMode;
  /**
   * Of PostgreSQL: connects a client of its own by which changes that others make are told at once. It is ended when nobody
   * watches any more, and connected again where its connection was lost. Without it the database is asked every second.
   */
  readonly listen?: PostgresConnect;
}

/**
 * A storage in SQLite, PostgreSQL, MySQL or MariaDB, over an instance of Kysely, which stays yours: `close` of the storage
 * does not destroy it. Tables are made when they are first needed.
 *
 * @param kysely with any dialect of these databases; its plugins are not used
 * @throws CARDEA_INVALID_ARGUMENT when it is a transaction or of another dialect, or an option is none
 *
 * @example
 * ```ts
 * const kysely = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString }) }) });
 * const listen = async () => {
 *   const client = new Client({ connectionString });
 *   await client.connect();
 *   return client;
 * };
 * const guard = new Guard(sqlStorage(kysely, { listen }));
 * ```
 */
export function sqlStorage<Database>(kysely: Kysely<Database>, options: SqlStorageOptions = {}): StoredStorage {
  const { keyer = policyKeyer(), prefix = 'cardea_', migrate, listen, ...stored } = options;
  const dialect = detectDialect(kysely);
  if (listen !== undefined && dialect.name !== 'postgres')
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'only PostgreSQL can be listened to');
  const { clock = systemClock, logger } = stored;
  const database = kysely as unknown as Kysely<unknown>;
  const migrator = sqlMigrator(database, { prefix, clock, ...(logger === undefined ? {} : { logger }) });
  const backend = new SqlBackend(database, {
    dialect,
    prefix,
    clock,
    listen,
    migrate: () => migrator.prepare({ migrate }),
  });
  return new StoredStorage(backend, { ...stored, keyer });
}
