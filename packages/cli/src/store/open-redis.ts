import { redisMigrator, redisStorage } from 'cardea/storage/redis';
import { readVaktRedis } from 'cardea/storage/vakt';
import { CONNECT_MS, type Connecting } from './connecting.ts';
import { loadDriver } from './load-driver.ts';
import type { StoreDatabase } from './store-database.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Opens a database of Redis by the package `redis`. */
export async function openRedis(url: string, connecting: Connecting): Promise<StoreDatabase> {
  const { createClient } = await loadDriver('redis', () => import('redis'));
  const isLasting = connecting === 'lasting';
  // A command waits for nobody: where the server is gone it ends. Who stays connects again, and fails at once meanwhile.
  let isThere = false;
  const reconnectStrategy = (retries: number): number | false =>
    isLasting && isThere ? Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS) : false;
  const socket = { connectTimeout: CONNECT_MS, reconnectStrategy };
  const client = createClient({ url, socket, disableOfflineQueue: isLasting });
  const subscriber = isLasting ? client.duplicate() : undefined;
  const clients = subscriber === undefined ? [client] : [client, subscriber];
  // What is asked of a connection that is lost is rejected; without this line the process would end.
  for (const each of clients) each.on('error', () => undefined);
  await Promise.all(clients.map((each) => each.connect()));
  isThere = true;
  return {
    storage: (reading) => redisStorage(client, { ...reading, ...(subscriber !== undefined && { subscriber }) }),
    migrator: () => redisMigrator(client),
    vakt: (collection) => readVaktRedis(client, collection === undefined ? {} : { collection }),
    close: async () => clients.forEach((each) => each.destroy()),
  };
}
