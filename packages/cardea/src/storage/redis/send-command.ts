import { CardeaError, errorMessage } from '../../errors.ts';
import type { RedisClient } from './redis-client.ts';

/** @throws CARDEA_IO when it writes and the server is a replica; whatever the client rejects with */
export async function sendCommand(client: RedisClient, args: string[]): Promise<unknown> {
  try {
    return await client.sendCommand(args);
  } catch (error) {
    if (!/\bREADONLY\b/.test(errorMessage(error))) throw error;
    const message = 'the Redis server is a read-only replica: changes go to its primary';
    throw new CardeaError('CARDEA_IO', message, { cause: error });
  }
}
