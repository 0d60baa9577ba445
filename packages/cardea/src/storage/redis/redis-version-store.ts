import type { MigrationDirection, VersionRecord, VersionStore } from '../../ports/migration.ts';
import { keyNames } from './key-names.ts';
import type { RedisClient } from './redis-client.ts';
import { textIn } from './replies.ts';
import { sendCommand } from './send-command.ts';

const FIELDS = ['stamp', 'version', 'step', 'direction', 'owner', 'lease', 'renewed'] as const;

const READ = "return redis.call('HMGET', KEYS[1], unpack(ARGV))";

/** Gives a number that no other store has. */
const ENLIST = "return redis.call('HINCRBY', KEYS[1], 'writers', 1)";

/** Its token, the stamp before, the fields. A client may send it again: what is written counts as written. */
const WRITE = `
local stored = redis.call('HMGET', KEYS[1], 'stamp', 'last')
if stored[2] == ARGV[1] then return 1 end
if (stored[1] or '0') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], 'step', 'direction', 'owner', 'lease', 'renewed')
redis.call('HSET', KEYS[1], 'last', ARGV[1], unpack(ARGV, 3))
return 1`;

/**
 * Keeps the version of what is stored in Redis in a hash, `{cardea}:migrations`. Steps are given the client. None is atomic:
 * a script cannot wait for a program.
 *
 * @param client what `redisStorage` is given
 * @param options.prefix what the key begins with, in braces; `cardea`, as that of a storage, when absent
 * @throws CARDEA_INVALID_ARGUMENT when the prefix has other characters than a storage takes
 * @example
 * ```ts
 * const store = redisVersionStore(client, { prefix: 'app' });
 * await new Migrator({ migrations, store }).up();
 * ```
 */
export function redisVersionStore<Client extends RedisClient>(
  client: Client,
  { prefix = 'cardea' }: { readonly prefix?: string } = {},
): VersionStore<Client> {
  const { migrations } = keyNames(prefix);
  const run = (script: string, values: readonly string[]): Promise<unknown> =>
    sendCommand(client, ['EVAL', script, '1', migrations, ...values]);
  let writer: string | undefined;
  let writes = 0;
  return {
    context: client,
    async read() {
      return recordOf((await run(READ, FIELDS)) as readonly (string | null)[]);
    },
    async write(next) {
      writer ??= textIn(await run(ENLIST, []));
      const token = `${writer}.${++writes}`;
      return Number(await run(WRITE, [token, String(next.stamp - 1), ...fieldsOf(next)])) === 1;
    },
  };
}

function fieldsOf({ stamp, version, running, claim }: VersionRecord): readonly string[] {
  const values = [stamp, version, running?.order, running?.direction, claim?.owner, claim?.leaseMs, claim?.renewedAt];
  return FIELDS.flatMap((field, at) => (values[at] === undefined ? [] : [field, String(values[at])]));
}

function recordOf([stamp, version, step, direction, owner, lease, renewed]: readonly (
  | string
  | null
  | undefined
)[]): VersionRecord {
  return {
    stamp: Number(stamp ?? 0),
    version: Number(version ?? 0),
    ...(step && { running: { order: Number(step), direction: direction as MigrationDirection } }),
    ...(owner && { claim: { owner, leaseMs: Number(lease), renewedAt: renewed ?? '' } }),
  };
}
