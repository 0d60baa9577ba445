import type { Kysely } from 'kysely';
import { describe } from 'vitest';
import { describeService } from '../../../test/services.ts';
import {
  type PostgresConnect,
  sqlStorage,
  type SqlStorageOptions,
  type StoredStorage,
} from '../src/storage/sql/index.ts';
import { type DatabaseSite, mariadbSite, postgresSite, sqliteSite } from './database-sites.ts';
import { connectTo, listenerTo, type SqlAddress } from './sql-connections.ts';

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

/** Makes places at sites. */
export function placesOf(
  makeSite: () => Promise<DatabaseSite<SqlAddress>> | DatabaseSite<SqlAddress>,
): () => Promise<SqlPlace> {
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
