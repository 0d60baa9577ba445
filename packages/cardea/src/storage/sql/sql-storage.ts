import type { Kysely } from 'kysely';
import { CardeaError } from '../../errors.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import { systemClock } from '../../ports/clock.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import { StoredStorage, type StoredStorageOptions } from '../stored/stored-storage.ts';
import { detectDialect } from './detect-dialect.ts';
import type { PostgresConnect } from './postgres-listener.ts';
import { SqlBackend } from './sql-backend.ts';

/** How a storage in a database of SQL is set up. */
export interface SqlStorageOptions extends Omit<StoredStorageOptions, 'keyer'> {
  /** Makes the keys by which candidates are found; of the default checker and the functions of the library when absent. */
  readonly keyer?: PolicyKeyer;
  /** What the names of all tables begin with: lower-case letters, digits and underscores; `cardea_` when absent. */
  readonly prefix?: string;
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
  const { keyer = policyKeyer(), prefix = 'cardea_', listen, ...stored } = options;
  if (kysely.isTransaction)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'a storage makes its own transactions, and cannot be in another');
  const plain = kysely.withoutPlugins() as unknown as Kysely<unknown>;
  const dialect = detectDialect(plain);
  if (listen !== undefined && dialect.name !== 'postgres')
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'only PostgreSQL can be listened to');
  const { clock = systemClock } = stored;
  return new StoredStorage(new SqlBackend(plain, { dialect, prefix, clock, listen }), { ...stored, keyer });
}
