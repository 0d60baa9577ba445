import { Migrator, type MigratorOptions } from '../migration/migrator.ts';
import type { MongoDatabase } from './client.ts';
import { mongoMigrations } from './mongo-migrations.ts';
import { mongoVersionStore } from './mongo-version-store.ts';

/** What a migrator of a storage takes of the options of that storage. */
export interface MongoMigratorOptions extends Pick<MigratorOptions<MongoDatabase>, 'logger' | 'clock'> {
  /** What the names of the collections begin with; `cardea_` when absent. */
  readonly prefix?: string;
}

/**
 * What brings the collections of a storage to the version that this program needs, or takes them away. A storage does the
 * former by itself before it is used; this is for whoever would rather do it by hand, or asks where a database stands.
 *
 * @param database what `mongoStorage` is given
 * @param options those of the storage
 * @returns a promise, as that of every database: some have to be asked first what they are
 * @throws CARDEA_INVALID_ARGUMENT when the prefix is none
 *
 * @example
 * ```ts
 * const migrator = await mongoMigrator(client.db('policies'));
 * const { state, version, latest } = await migrator.status();
 * if (state === 'outdated') await migrator.up();
 * ```
 */
export async function mongoMigrator(
  database: MongoDatabase,
  options: MongoMigratorOptions = {},
): Promise<Migrator<MongoDatabase>> {
  return openMigrator(database, options);
}

/** The same for a storage, which asks nothing before it is used. */
export function openMigrator(database: MongoDatabase, options: MongoMigratorOptions): Migrator<MongoDatabase> {
  const { prefix = 'cardea_', ...rest } = options;
  return new Migrator({ ...rest, migrations: mongoMigrations(prefix), store: mongoVersionStore(database, { prefix }) });
}
