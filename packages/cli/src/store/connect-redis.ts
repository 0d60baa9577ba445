import type { RedisClientType } from 'redis';
import { CONNECT_MS, type Connecting } from './connecting.ts';
import { loadDriver } from './load-driver.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Connects by the package `redis`. */
export async function connectRedis(url: string, connecting: Connecting): Promise<RedisClientType> {
  const { createClient } = await loadDriver('redis', () => import('redis'));
  const isLasting = connecting === 'lasting';
  // A command waits for nobody: where the server is gone it ends. Who stays connects again, and fails at once meanwhile.
  let isThere = false;
  const reconnectStrategy = (retries: number): number | false =>
    isLasting && isThere ? Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS) : false;
  const socket = { connectTimeout: CONNECT_MS, reconnectStrategy };
  const client: RedisClientType = createClient({ url, socket, disableOfflineQueue: isLasting });
  // What is asked of a connection that is lost is rejected; without this line the process would end.
  client.on('error', () => undefined);
  await client.connect();
  isThere = true;
  return client;
}
