import { MongoClient } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { createClient } from 'redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '../../test/connect-nats.ts';
import type { ServerName } from './server.ts';

const LONGEST_ANSWER_MS = 2_000;

/** Asks a server for its version, through its driver. Throws where it does not answer within seconds. */
export async function versionOf(name: ServerName, url: string): Promise<string> {
  return ASK[name](url);
}

/** Waits until a server answers, and returns its version. */
export async function untilAnswers(
  name: ServerName,
  url: string,
  { timeoutMs, isHopeless }: { readonly timeoutMs: number; readonly isHopeless: () => string | undefined },
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await versionOf(name, url);
    } catch (error) {
      const reason = isHopeless() ?? (performance.now() > deadline ? String(error) : undefined);
      if (reason !== undefined) throw new Error(`does not answer: ${reason}`, { cause: error });
    }
    await sleep(100);
  }
}

const ASK: Readonly<Record<ServerName, (url: string) => Promise<string>>> = {
  postgres: async (url) => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: LONGEST_ANSWER_MS });
    client.on('error', () => undefined); // what breaks a query rejects it as well
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return `PostgreSQL ${firstWord(rows[0]?.server_version)}`;
    } finally {
      await client.end();
    }
  },
  mariadb: async (url) => {
    const connection = await createConnection({ uri: url, connectTimeout: LONGEST_ANSWER_MS });
    try {
      const [rows] = await connection.query('SELECT version() AS version');
      return `MariaDB ${firstWord((rows as { version: string }[])[0]?.version.split('-')[0])}`;
    } finally {
      connection.destroy();
    }
  },
  redis: async (url) => {
    const socket = { connectTimeout: LONGEST_ANSWER_MS, reconnectStrategy: false as const };
    const client = createClient({ url, socket });
    client.on('error', () => undefined); // what breaks a command rejects it as well
    try {
      await client.connect();
      // It tells of itself before it has read its data; a ping is refused until then.
      await client.ping();
      return `Redis ${/redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? ''}`;
    } finally {
      client.destroy();
    }
  },
  mongodb: async (url) => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: LONGEST_ANSWER_MS, minHeartbeatFrequencyMS: 100 });
    try {
      // goes to the primary: a replica set that has none yet does not answer
      const info = await client.db('admin').command({ buildInfo: 1 });
      return `${'ferretdbVersion' in info ? 'FerretDB as MongoDB' : 'MongoDB'} ${info['version']}`;
    } finally {
      await client.close();
    }
  },
  nats: async (url) => {
    const connection = await connectNats(url, { timeout: LONGEST_ANSWER_MS, reconnect: false });
    try {
      await connection.flush();
      return `NATS ${connection.info?.version ?? ''}`;
    } finally {
      await connection.close();
    }
  },
};

function firstWord(text: string | undefined): string {
  return text?.split(' ')[0] ?? '';
}
