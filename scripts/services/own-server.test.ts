import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { connectNats } from '../../test/connect-nats.ts';
import { describeOwnServer } from '../../test/own-server.ts';
import { versionOf } from './answers.ts';
import { SERVER_NAMES, type ServerName } from './server.ts';

interface Notes {
  readonly write: (url: string) => Promise<unknown>;
  readonly read: (url: string) => Promise<number>;
}

const NOTES: Readonly<Record<ServerName, Notes>> = {
  postgres: {
    write: (url) => withPostgres(url, 'CREATE TABLE IF NOT EXISTS notes (note int); INSERT INTO notes VALUES (1)'),
    read: async (url) => (await withPostgres(url, 'SELECT note FROM notes')).length,
  },
  mariadb: {
    write: async (url) => {
      await withMariadb(url, 'CREATE TABLE IF NOT EXISTS notes (note int)');
      await withMariadb(url, 'INSERT INTO notes VALUES (1)');
    },
    read: async (url) => ((await withMariadb(url, 'SELECT note FROM notes')) as unknown[]).length,
  },
  redis: {
    write: (url) => withRedis(url, (client) => client.rPush('notes', '1')),
    read: (url) => withRedis(url, (client) => client.lLen('notes')),
  },
  mongodb: {
    write: (url) => withMongo(url, (client) => client.db('notes').collection('notes').insertOne({})),
    read: (url) => withMongo(url, (client) => client.db('notes').collection('notes').countDocuments()),
  },
  nats: {
    write: (url) =>
      withNats(url, async (connection) => {
        const manager = await jetstreamManager(connection);
        await manager.streams.add({ name: 'notes', subjects: ['notes'] });
        return jetstream(connection).publish('notes', '1');
      }),
    read: (url) =>
      withNats(url, async (connection) => {
        const { streams } = await jetstreamManager(connection);
        return (await streams.info('notes')).state.messages;
      }),
  },
};

for (const name of SERVER_NAMES) {
  describeOwnServer(name, `an own ${name}`, (server) => {
    it('keeps what it answered when it is killed or restarted, and its URL', async () => {
      const { write, read } = NOTES[name];
      await write(server().url);
      await server().kill();
      await write(server().url);
      await server().restart();
      expect(await read(server().url)).toBe(2);
    });

    it('is gone once it is stopped', async () => {
      expect(await versionOf(name, server().url)).not.toBe('');
      await server().stop();
      await expect(versionOf(name, server().url)).rejects.toThrow();
    });
  });
}

async function withPostgres(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function withMariadb(url: string, text: string): Promise<unknown> {
  const connection = await createConnection(url);
  try {
    const [result] = await connection.query(text);
    return result;
  } finally {
    await connection.end();
  }
}

async function withRedis<T>(url: string, work: (client: RedisClient) => Promise<T>): Promise<T> {
  const client = await connectRedis(url);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

type RedisClient = Awaited<ReturnType<typeof connectRedis>>;

function connectRedis(url: string) {
  return createClient({ url }).connect();
}

async function withNats<T>(url: string, work: (connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connectNats(url);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function withMongo<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
