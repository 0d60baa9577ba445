import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { describe } from 'vitest';
import { describeService } from '../../../test/services.ts';
import {
  type PostgresConnect,
  sqlStorage,
  type SqlStorageOptions,
  type StoredStorage,
} from '../src/storage/sql/index.ts';
import { connectTo, listenerTo, run, type SqlAddress } from './sql-connections.ts';

/** An empty place in a database, for one test. */
export interface SqlPlace {
  readonly address: SqlAddress;
  /** Another connection, or pool of connections. All are closed with the place. */
  readonly connect: () => Kysely<unknown>;
  /** A storage with a connection, or pool, of its own. */
  readonly storage: (options?: SqlStorageOptions) => StoredStorage;
  readonly listen?: PostgresConnect;
  /** Closes storages, then connections, then throws the place away. */
  readonly dispose: () => Promise<void>;
}

/** A kind of database that tests use. */
export interface SqlDatabase {
  readonly name: SqlAddress['name'];
  /** Registers tests, or word of why they cannot run. */
  readonly describe: (title: string, tests: (create: () => Promise<SqlPlace>) => void) => void;
}

/** Where a place is, and who throws it away. */
export interface SqlSite {
  readonly address: SqlAddress;
  readonly remove: () => Promise<void> | void;
}

export const SQL_DATABASES: readonly SqlDatabase[] = [
  {
    name: 'better-sqlite3',
    describe: (title, tests) => describe(title, () => tests(placesOf(() => sqliteSite('better-sqlite3')))),
  },
  {
    name: 'node:sqlite',
    describe: (title, tests) => describe(title, () => tests(placesOf(() => sqliteSite('node:sqlite')))),
  },
  {
    name: 'postgres',
    describe: (title, tests) => describeService('postgres', title, (url) => tests(placesOf(() => postgresSite(url)))),
  },
  {
    name: 'mariadb',
    describe: (title, tests) => describeService('mariadb', title, (url) => tests(placesOf(() => mariadbSite(url)))),
  },
];

/** A schema of its own. */
export async function postgresSite(url: string): Promise<SqlSite> {
  const schema = `cardea_${randomBytes(6).toString('hex')}`;
  await once({ name: 'postgres', url }, `create schema ${schema}`);
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${schema}`);
  return {
    address: { name: 'postgres', url: own.href },
    remove: () => once({ name: 'postgres', url }, `drop schema ${schema} cascade`),
  };
}

/** A database of its own, which ignores case and spaces at the end where it can. */
export async function mariadbSite(url: string): Promise<SqlSite> {
  const database = `cardea_${randomBytes(6).toString('hex')}`;
  await once({ name: 'mariadb', url }, `create database ${database} character set latin1 collate latin1_swedish_ci`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    address: { name: 'mariadb', url: own.href },
    remove: () => once({ name: 'mariadb', url }, `drop database ${database}`),
  };
}

/** Makes places at sites. */
export function placesOf(makeSite: () => Promise<SqlSite> | SqlSite): () => Promise<SqlPlace> {
  return async () => {
    const site = await makeSite();
    const connections: Kysely<unknown>[] = [];
    const storages: StoredStorage[] = [];
    const connect = (): Kysely<unknown> => {
      const connection = connectTo(site.address);
      connections.push(connection);
      return connection;
    };
    const storage = (options?: SqlStorageOptions): StoredStorage => {
      const made = sqlStorage(connect(), options);
      storages.push(made);
      return made;
    };
    const dispose = async (): Promise<void> => {
      await Promise.all(storages.map((made) => made.close()));
      await Promise.all(connections.map((connection) => connection.destroy()));
      await site.remove();
    };
    const { address } = site;
    const listen = listenerTo(address);
    return { address, connect, storage, dispose, ...(listen === undefined ? {} : { listen }) };
  };
}

function sqliteSite(name: 'better-sqlite3' | 'node:sqlite'): SqlSite {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-sqlite-'));
  return {
    address: { name, url: join(folder, 'policies.db') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function once(address: SqlAddress, text: string): Promise<void> {
  const kysely = connectTo(address);
  await run(kysely, text);
  await kysely.destroy();
}
