import { CardeaError } from '../../errors.ts';

/**
 * Refuses a server that throws keys away when its memory is full: without its keys a policy is found by no inquiry, be it
 * a deny.
 *
 * @param memory what `INFO memory` says; empty where it may not be asked
 * @throws CARDEA_UNSUPPORTED when the server may evict keys that do not expire
 */
export function requireNoEviction(memory: string): void {
  const policy = fieldOf(memory, 'maxmemory_policy') ?? '';
  if (!policy.startsWith('allkeys-') || fieldOf(memory, 'maxmemory') === '0') return;
  const message = `the Redis server evicts keys by \`maxmemory-policy ${policy}\`: a storage needs \`noeviction\``;
  throw new CardeaError('CARDEA_UNSUPPORTED', message);
}

function fieldOf(memory: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(memory)?.[1];
}
