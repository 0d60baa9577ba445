import { Migrator, type MigratorOptions } from '../migration/migrator.ts';
import { keyNames } from './key-names.ts';
import type { RedisClient } from './redis-client.ts';
import { redisMigrations } from './redis-migrations.ts';
import { redisVersionStore } from './redis-version-store.ts';

/** How the keys of a storage are migrated. */
export interface RedisMigratorOptions extends Omit<MigratorOptions<RedisClient>, 'migrations' | 'store'> {
  /**
   * What the names of all keys begin with, in braces: letters, digits and `_.:-`, at most 100; `cardea` when absent, so
   * that all keys are `{cardea}:…`. Storages with different prefixes share nothing.
   */
  readonly prefix?: string;
}

/**
 * Migrates the keys that `redisStorage` uses, as it does by itself when it is first asked: for whoever wants to do that at
 * another time, with another account, or back to an earlier version. **`down(0)` takes all policies away.**
 *
 * @param client what `redisStorage` is given
 * @throws CARDEA_INVALID_ARGUMENT when an option is none
 *
 * @example
 * ```ts
 * const migrator = redisMigrator(client);
 * const { state, version, latest } = await migrator.status();
 * if (state === 'outdated') await migrator.up();
 * ```
 */
export function redisMigrator(client: RedisClient, options: RedisMigratorOptions = {}): Migrator<RedisClient> {
  const { prefix = 'cardea', ...rest } = options;
  const migrations = redisMigrations(keyNames(prefix));
  return new Migrator({ ...rest, migrations, store: redisVersionStore(client, { prefix }) });
}
