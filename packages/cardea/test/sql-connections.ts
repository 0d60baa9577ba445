import { DatabaseSync } from 'node:sqlite';
import BetterSqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type Dialect,
  Kysely,
  type KyselyConfig,
  MysqlDialect,
  PostgresDialect,
  SqliteDialect,
} from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { keepStatements, nodeSqlite, type PostgresConnect } from '../src/storage/sql/index.ts';

/** What tests connect to: which driver, and a file or a URL. */
export interface SqlAddress {
  readonly name: 'better-sqlite3' | 'node:sqlite' | 'postgres' | 'mariadb';
  readonly url: string;
}

/** A connection to SQLite, or a pool of connections. */
export function connectTo({ name, url }: SqlAddress, log?: KyselyConfig['log']): Kysely<unknown> {
  return new Kysely({ dialect: dialectOf(name, url), ...(log === undefined ? {} : { log }) });
}

/** How to listen there, where that can be. */
export function listenerTo({ name, url }: SqlAddress): PostgresConnect | undefined {
  if (name !== 'postgres') return undefined;
  return async () => {
    const client = new pg.Client(url);
    await client.connect();
    return client;
  };
}

/** Runs a statement as it is. */
export async function run(kysely: Kysely<unknown>, text: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await kysely.executeQuery(CompiledQuery.raw(text));
  return rows as readonly Record<string, unknown>[];
}

function dialectOf(name: SqlAddress['name'], url: string): Dialect {
  switch (name) {
    case 'better-sqlite3':
      return new SqliteDialect({ database: keepStatements(new BetterSqlite(url)) });
    case 'node:sqlite':
      return new SqliteDialect({ database: nodeSqlite(new DatabaseSync(url)) });
    case 'postgres': {
      const pool = new pg.Pool({ connectionString: url, max: 4 });
      // Some tests end the server. A client that is in use tells nobody but its own listeners, which `pg` leaves to us.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => void client.on('error', () => undefined));
      return new PostgresDialect({ pool });
    }
    case 'mariadb':
      return new MysqlDialect({ pool: createPool({ uri: url, connectionLimit: 4 }) });
  }
}
