import { redisMigrator, redisStorage } from 'cardea/storage/redis';
import { readVaktRedis } from 'cardea/storage/vakt';
import { connectRedis } from './connect-redis.ts';
import type { Connecting } from './connecting.ts';
import type { StoreDatabase } from './store-database.ts';

/** Opens a database of Redis by the package `redis`. */
export async function openRedis(url: string, connecting: Connecting): Promise<StoreDatabase> {
  const client = await connectRedis(url, connecting);
  const subscriber = connecting === 'lasting' ? await connectRedis(url, connecting) : undefined;
  return {
    storage: (reading) => redisStorage(client, { ...reading, ...(subscriber !== undefined && { subscriber }) }),
    migrator: () => redisMigrator(client),
    vakt: (collection) => readVaktRedis(client, collection === undefined ? {} : { collection }),
    close: async () => [client, subscriber].forEach((each) => each?.destroy()),
  };
}
