import { policyKeyer } from '../../keying/keyer.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import { StoredStorage, type StoredStorageOptions } from '../stored/stored-storage.ts';
import { keyNames } from './key-names.ts';
import { RedisBackend } from './redis-backend.ts';
import type { RedisClient, RedisSubscriber } from './redis-client.ts';
import { redisMigrator, type RedisMigratorOptions } from './redis-migrator.ts';

/** How a storage in Redis is set up. */
export interface RedisStorageOptions extends Omit<StoredStorageOptions, 'keyer'>, Pick<RedisMigratorOptions, 'prefix'> {
  /** Makes the keys by which candidates are found, for guards with the same checker and functions; the default ones when absent. */
  readonly keyer?: PolicyKeyer;
  /** A further connection, on which the server tells of changes; without one, it is asked every second. */
  readonly subscriber?: RedisSubscriber;
}

/**
 * A storage in Redis 6.2 or later, or what speaks its protocol and runs its scripts. Candidates are found, and changes are
 * made, by one script each. The connections stay the caller's, to be opened before and closed after.
 *
 * @param client a connection; see {@link RedisClient} for clients that do not fit as they are
 * @throws CARDEA_INVALID_ARGUMENT when the prefix has other characters, or a size or a time is none
 *
 * @example
 * ```ts
 * const client = await createClient({ url: 'redis://localhost' }).on('error', console.error).connect();
 * const subscriber = await client.duplicate().on('error', console.error).connect();
 * const storage = redisStorage(client, { subscriber });
 * await storage.add(allow({ uid: '1', subjects: ['max'], actions: ['get'], resources: ['book'] }));
 * ```
 */
export function redisStorage(client: RedisClient, options: RedisStorageOptions = {}): StoredStorage {
  const { keyer = policyKeyer(), prefix = 'cardea', subscriber, ...rest } = options;
  const backend = new RedisBackend({
    client,
    names: keyNames(prefix),
    subscriber,
    migrator: redisMigrator(client, options),
  });
  return new StoredStorage(backend, { keyer, ...rest });
}
