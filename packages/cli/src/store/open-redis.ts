import { redisMigrator, redisStorage } from 'cardea/storage/redis';
import { readVaktRedis } from 'cardea/storage/vakt';
import { CONNECT_MS } from './connecting.ts';
import { loadDriver } from './load-driver.ts';
import type { StoreDatabase } from './store-database.ts';

/** Opens a database of Redis by the package `redis`. */
export async function openRedis(url: string): Promise<StoreDatabase> {
  const { createClient } = await loadDriver('redis', () => import('redis'));
  // A command waits for nobody: where the server is gone it ends.
  const client = createClient({ url, socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false } });
  // What is asked of a connection that is lost is rejected; without this line the process would end.
  client.on('error', () => undefined);
  await client.connect();
  return {
    storage: (reading) => redisStorage(client, reading),
    migrator: () => redisMigrator(client),
    vakt: (collection) => readVaktRedis(client, collection === undefined ? {} : { collection }),
    close: async () => client.destroy(),
  };
}
