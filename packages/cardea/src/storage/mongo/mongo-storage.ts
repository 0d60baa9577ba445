import { policyKeyer } from '../../keying/keyer.ts';
import { StoredStorage, type StoredStorageOptions } from '../stored/stored-storage.ts';
import type { MongoDatabase } from './client.ts';
import { type MongoAtomicity, MongoBackend } from './mongo-backend.ts';
import { mongoMigrator, type MongoMigratorOptions } from './mongo-migrator.ts';

/** How a storage in MongoDB is set up. */
export interface MongoStorageOptions extends Partial<StoredStorageOptions>, Pick<MongoMigratorOptions, 'prefix'> {
  /**
   * How a revision is made all or nothing: by a transaction, or by the order in which documents are inserted, which any
   * server can do. When absent, by transactions where the server is part of a replica set or a sharded cluster.
   */
  readonly atomicity?: MongoAtomicity;
}

/**
 * A storage in a database of MongoDB 4.2 or later, or of FerretDB: policies are found by an index on their keys, a list of
 * changes is made all or none, and other processes are told by a change stream or ask.
 *
 * @param database a `Db` of the official driver; its client stays yours to close, after the storage
 * @throws CARDEA_INVALID_ARGUMENT when an option is out of its range
 *
 * @example
 * ```ts
 * const client = await new MongoClient(url).connect();
 * const storage = mongoStorage(client.db('policies'));
 * await storage.add(policy);
 * ```
 */
export function mongoStorage(database: MongoDatabase, options: MongoStorageOptions = {}): StoredStorage {
  const { prefix = 'cardea_', atomicity, keyer = policyKeyer(), ...rest } = options;
  const migrator = mongoMigrator(database, options);
  return new StoredStorage(new MongoBackend(database, { prefix, atomicity, migrator }), { ...rest, keyer });
}
