import type { MigrationDirection, VersionRecord, VersionStore } from '../../ports/migration.ts';

/** What a version store needs of a client of the package `redis`: of one server, a cluster or sentinels. */
export interface RedisVersionClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

const FIELDS = ['stamp', 'version', 'step', 'direction', 'owner', 'lease', 'renewed'] as const;

const READ = "return redis.call('HMGET', KEYS[1], unpack(ARGV))";

const WRITE = `
if (redis.call('HGET', KEYS[1], 'stamp') or '0') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1`;

/**
 * Keeps the version of what is stored in Redis in a hash, `cardea:{policies}:migrations`. Steps are given the client. None
 * is atomic: a script cannot wait for a program.
 *
 * @param options.prefix what the key begins with; `cardea:{policies}:` when absent
 * @example
 * ```ts
 * const store = redisVersionStore(client);
 * await new Migrator({ migrations, store }).up();
 * ```
 */
export function redisVersionStore<Client extends RedisVersionClient>(
  client: Client,
  { prefix = 'cardea:{policies}:' }: { readonly prefix?: string } = {},
): VersionStore<Client> {
  const keys = [`${prefix}migrations`];
  return {
    context: client,
    async read() {
      const values = await client.eval(READ, { keys, arguments: [...FIELDS] });
      return recordOf(values as readonly (string | null)[]);
    },
    async write(next) {
      const written = await client.eval(WRITE, { keys, arguments: [String(next.stamp - 1), ...fieldsOf(next)] });
      return Number(written) === 1;
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
