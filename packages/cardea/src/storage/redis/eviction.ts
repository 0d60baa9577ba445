import { CardeaError } from '../../errors.ts';
import type { RedisClient } from './redis-client.ts';
import { textIn } from './replies.ts';
import { sendCommand } from './send-command.ts';

/** How large the server's memory may get and what happens then; nothing where the user may not ask. */
const ASK = `
local told = redis.pcall('INFO', 'memory')
return type(told) == 'string' and told or ''`;

/**
 * Refuses a server that throws keys away when its memory is full: without its keys a policy is found by no inquiry, be it
 * a deny.
 *
 * @param key by which a client of a cluster knows the node
 * @throws CARDEA_UNSUPPORTED when the server may evict keys that do not expire
 */
export async function requireNoEviction(client: RedisClient, key: string): Promise<void> {
  const memory = textIn(await sendCommand(client, ['EVAL', ASK, '1', key]));
  const policy = fieldOf(memory, 'maxmemory_policy') ?? '';
  if (!policy.startsWith('allkeys-') || fieldOf(memory, 'maxmemory') === '0') return;
  const message = `the Redis server evicts keys by \`maxmemory-policy ${policy}\`: a storage needs \`noeviction\``;
  throw new CardeaError('CARDEA_UNSUPPORTED', message);
}

function fieldOf(memory: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(memory)?.[1];
}
