import { Migrator, type MigratorOptions } from '../migration/migrator.ts';
import type { MongoDatabase } from './client.ts';
import { mongoMigrations } from './mongo-migrations.ts';
import { mongoVersionStore } from './mongo-version-store.ts';

/** How the collections of a storage are migrated. */
export interface MongoMigratorOptions extends Omit<MigratorOptions<MongoDatabase>, 'migrations' | 'store'> {
  /** What the names of the collections begin with; `cardea_` when absent. */
  readonly prefix?: string;
}

/**
 * Migrates the collections that `mongoStorage` uses, as it does by itself when it is first asked: for whoever wants to do that at
 * another time, with another account, or back to an earlier version. **`down(0)` takes all policies away.**
 *
 * @param database what `mongoStorage` is given
 * @throws CARDEA_INVALID_ARGUMENT when an option is none
 *
 * @example
 * ```ts
 * const migrator = mongoMigrator(client.db('policies'));
 * const { state, version, latest } = await migrator.status();
 * if (state === 'outdated') await migrator.up();
 * ```
 */
export function mongoMigrator(database: MongoDatabase, options: MongoMigratorOptions = {}): Migrator<MongoDatabase> {
  const { prefix = 'cardea_', ...rest } = options;
  return new Migrator({ ...rest, migrations: mongoMigrations(prefix), store: mongoVersionStore(database, { prefix }) });
}
