import type { Migration } from '../../ports/migration.ts';
import type { KeyNames } from './key-names.ts';
import type { RedisClient } from './redis-client.ts';
import { sendCommand } from './send-command.ts';

/** How the keys of a storage come to be, and what was changed of them since. Each step is one script: all of it or nothing. */
export function redisMigrations({ keys }: KeyNames): readonly Migration<RedisClient>[] {
  const run = async (client: RedisClient, script: string): Promise<void> => {
    await sendCommand(client, ['EVAL', script, String(keys.length), ...keys]);
  };
  return [
    {
      order: 1,
      description: 'keys for policies, and revision 0',
      resumable: true,
      up: (client) => run(client, BEGIN),
      down: (client) => run(client, FORGET),
    },
  ];
}

const BEGIN = `
local head = KEYS[1]
if redis.call('HGET', head, 'revision') then return 0 end
redis.call('HSET', head, 'revision', '0', 'shapes', '', 'next', '1', 'keyer', '', 'complete', '0')
return 1`;

const FORGET = "return redis.call('DEL', unpack(KEYS))";
