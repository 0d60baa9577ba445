import { Migrator, type MigratorOptions } from '../migration/migrator.ts';
import { keyNames } from './key-names.ts';
import type { RedisClient } from './redis-client.ts';
import { redisMigrations } from './redis-migrations.ts';
import { redisVersionStore } from './redis-version-store.ts';

/** What a migrator of a storage takes of the options of that storage. */
export interface RedisMigratorOptions extends Pick<MigratorOptions<RedisClient>, 'logger' | 'clock'> {
  /**
   * What the names of all keys begin with, in braces: letters, digits and `_.:-`, at most 100; `cardea` when absent, so
   * that all keys are `{cardea}:…`. Storages with different prefixes share nothing.
   */
  readonly prefix?: string;
}

/**
 * What brings the keys of a storage to the version that this program needs, or takes them away. A storage does the former
 * by itself before it is used; this is for whoever would rather do it by hand, or asks where a database stands.
 *
 * @param client what `redisStorage` is given
 * @param options those of the storage
 * @returns a promise, as that of every database: some have to be asked first what they are
 * @throws CARDEA_INVALID_ARGUMENT when the prefix is none
 *
 * @example
 * ```ts
 * const migrator = await redisMigrator(client);
 * const { state, version, latest } = await migrator.status();
 * if (state === 'outdated') await migrator.up();
 * ```
 */
export async function redisMigrator(
  client: RedisClient,
  options: RedisMigratorOptions = {},
): Promise<Migrator<RedisClient>> {
  return openMigrator(client, options);
}

/** The same for a storage, which asks nothing before it is used. */
export function openMigrator(client: RedisClient, options: RedisMigratorOptions): Migrator<RedisClient> {
  const { prefix = 'cardea', ...rest } = options;
  const migrations = redisMigrations(keyNames(prefix));
  return new Migrator({ ...rest, migrations, store: redisVersionStore(client, { prefix }) });
}
