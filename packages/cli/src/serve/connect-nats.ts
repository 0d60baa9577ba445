import type { NatsConnection } from '@nats-io/transport-node';
import { quote } from 'cardea';
import { CONNECT_MS } from '../store/connecting.ts';
import { loadDriver } from '../store/load-driver.ts';
import { type LogServer, unreachable } from './log-address.ts';

const PAUSE_MS = 500;

/**
 * Connects to NATS for as long as the process runs; where the server is gone, again and again.
 *
 * @param key of the configuration that names it
 * @throws CARDEA_IO when nothing answers there, or refuses; no message repeats a secret
 */
export async function connectNats(address: LogServer, key: string): Promise<NatsConnection> {
  const driver = await loadDriver('@nats-io/transport-node', () => import('@nats-io/transport-node'), quote(key));
  const { hosts, user, password, isEncrypted } = address;
  try {
    return await driver.connect({
      servers: [...hosts],
      ...(user !== '' && { user, pass: password }),
      ...(isEncrypted && { tls: {} }),
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: PAUSE_MS,
    });
  } catch (error) {
    throw unreachable(key, address, error);
  }
}
