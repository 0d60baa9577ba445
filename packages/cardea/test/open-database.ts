import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import type { PolicyKeyer } from '../src/ports/policy-keys.ts';
import { mongoStorage } from '../src/storage/mongo/index.ts';
import { redisStorage } from '../src/storage/redis/index.ts';
import { sqlStorage } from '../src/storage/sql/index.ts';
import type { StoredStorage, StoredStorageOptions } from '../src/storage/stored/stored-storage.ts';
import { connectTo, listenerTo, type SqlAddress } from './sql-connections.ts';

/** Where policies are kept: plain data, so that another process can be told. */
export type DatabaseAddress = SqlAddress | MongoAddress | RedisAddress;

interface MongoAddress {
  readonly name: 'mongodb';
  readonly url: string;
  readonly database: string;
}

interface RedisAddress {
  readonly name: 'redis';
  readonly url: string;
  readonly prefix: string;
}

/** How a storage is opened there. */
export interface OpenOptions extends Omit<StoredStorageOptions, 'keyer'> {
  readonly keyer?: PolicyKeyer;
}

/** A storage, and what closes it and then its connections. */
export interface OpenedDatabase {
  readonly storage: StoredStorage;
  readonly close: () => Promise<void>;
}

/** Opens a storage with connections of its own, as another process has. */
export async function openDatabase(address: DatabaseAddress, options: OpenOptions = {}): Promise<OpenedDatabase> {
  switch (address.name) {
    case 'mongodb':
      return openMongo(address, options);
    case 'redis':
      return openRedis(address, options);
    case 'better-sqlite3':
    case 'node:sqlite':
    case 'postgres':
    case 'mariadb':
      return openSql(address, options);
  }
}

function openSql(address: SqlAddress, options: OpenOptions): OpenedDatabase {
  const kysely = connectTo(address);
  const listen = listenerTo(address);
  const storage = sqlStorage(kysely, { ...options, ...(listen === undefined ? {} : { listen }) });
  const close = async (): Promise<void> => {
    await storage.close();
    await kysely.destroy();
  };
  return { storage, close };
}

function openMongo({ url, database }: MongoAddress, options: OpenOptions): OpenedDatabase {
  const client = new MongoClient(url);
  const storage = mongoStorage(client.db(database), options);
  const close = async (): Promise<void> => {
    await storage.close();
    await client.close();
  };
  return { storage, close };
}

async function openRedis({ url, prefix }: RedisAddress, options: OpenOptions): Promise<OpenedDatabase> {
  const connect = () => createClient({ url }).on('error', () => undefined);
  const client = await connect().connect();
  const subscriber = await connect().connect();
  const storage = redisStorage(client, { ...options, prefix, subscriber });
  const close = async (): Promise<void> => {
    await storage.close();
    client.destroy();
    subscriber.destroy();
  };
  return { storage, close };
}
