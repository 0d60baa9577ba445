import { createClient } from 'redis';
import { type RedisStorageOptions, redisStorage } from '../src/storage/redis/index.ts';
import type { StoredStorage } from '../src/storage/stored/stored-storage.ts';

/** A connection to Redis. */
export type RedisConnection = Awaited<ReturnType<typeof connect>>;

let prefixes = 0;

/** A prefix that no other test has. */
export function newPrefix(): string {
  return `test-${process.pid}-${++prefixes}`;
}

/** The connections of a test, and the storages over them. */
export class RedisConnections {
  readonly #url: string;
  readonly #connections: RedisConnection[] = [];
  readonly #storages: StoredStorage[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async open(): Promise<RedisConnection> {
    const connection = await connect(this.#url);
    this.#connections.push(connection);
    return connection;
  }

  /** A storage with a connection of its own, as another process has. */
  async storage(options: RedisStorageOptions): Promise<StoredStorage> {
    const storage = redisStorage(await this.open(), options);
    this.#storages.push(storage);
    return storage;
  }

  /** A storage that also has a connection on which it is told of changes. */
  async toldStorage(options: RedisStorageOptions): Promise<StoredStorage> {
    return this.storage({ ...options, subscriber: await this.open() });
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.#storages.map((storage) => storage.close()));
    for (const connection of this.#connections) connection.destroy();
  }

  /** Takes everything down, and the keys of a prefix away. */
  async close(prefix: string): Promise<void> {
    const connection = await this.open();
    for (const key of await keysOf(connection, prefix)) await connection.del(key);
    await this.disconnect();
  }
}

/** The names of all keys of a prefix. */
export async function keysOf(connection: RedisConnection, prefix: string): Promise<readonly string[]> {
  return connection.keys(`{${prefix}}:*`);
}

function connect(url: string) {
  // What it cannot do it tells whoever asked for it.
  return createClient({ url })
    .on('error', () => undefined)
    .connect();
}
