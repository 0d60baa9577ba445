import type { ChangeBus, Logger, PolicyKeyer, ParseOptions } from 'cardea';
import type { Migrator } from 'cardea/storage/migration';
import type { StoredStorage } from 'cardea/storage/sql';
import type { VaktDatabase } from 'cardea/storage/vakt';
import type { Kysely } from 'kysely';

/** How policies are read before they are stored, and found again. */
export interface StoreReading {
  readonly keyer: PolicyKeyer;
  readonly parse: ParseOptions;
  /** By what others hear of changes, where the database does not tell them. */
  readonly bus?: ChangeBus;
  readonly logger?: Logger;
}

/** A database, connected. */
export interface StoreDatabase {
  readonly storage: (reading: StoreReading) => StoredStorage;
  readonly migrator: () => StoreMigrator;
  /**
   * What the library vakt keeps in this database.
   *
   * @param collection where; in its own place when absent
   * @throws CARDEA_INVALID_ARGUMENT when there is no choice
   */
  readonly vakt: (collection: string | undefined) => VaktDatabase;
  /** Of SQL: for tables beside those of the store. */
  readonly kysely?: Kysely<unknown>;
  /** Ends the connections. */
  readonly close: () => Promise<void>;
}

/** What commands ask of a migrator, whatever its migrations work with. */
export type StoreMigrator = Pick<Migrator<never>, 'status' | 'up' | 'down'>;
