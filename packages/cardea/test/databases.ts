import { describe } from 'vitest';
import { describeService } from '../../../test/services.ts';
import type { StoredStorage } from '../src/storage/stored/stored-storage.ts';
import { type DatabaseSite, mariadbSite, mongoSite, postgresSite, redisSite, sqliteSite } from './database-sites.ts';
import { type DatabaseAddress, openDatabase, type OpenedDatabase, type OpenOptions } from './open-database.ts';

/** An empty place in a database, for one test. */
export interface DatabasePlace {
  readonly address: DatabaseAddress;
  /** A storage with connections of its own, as another process has. All are closed with the place. */
  readonly open: (options?: OpenOptions) => Promise<StoredStorage>;
  /** Closes what was opened, then throws the place away. */
  readonly dispose: () => Promise<void>;
}

/** A kind of database that holds policies. */
export interface Database {
  readonly name: DatabaseAddress['name'];
  /** Registers tests, or word of why they cannot run. */
  readonly describe: (title: string, tests: (create: () => Promise<DatabasePlace>) => void) => void;
}

/** Every database that holds policies, as one list: what is true of all is tested over it. */
export const DATABASES: readonly Database[] = [
  embedded('better-sqlite3'),
  embedded('node:sqlite'),
  served('postgres', postgresSite),
  served('mariadb', mariadbSite),
  served('mongodb', mongoSite),
  served('redis', redisSite),
];

function embedded(name: 'better-sqlite3' | 'node:sqlite'): Database {
  return { name, describe: (title, tests) => describe(title, () => tests(() => placeAt(sqliteSite(name)))) };
}

function served(
  name: 'postgres' | 'mariadb' | 'mongodb' | 'redis',
  site: (url: string) => DatabaseSite | Promise<DatabaseSite>,
): Database {
  return {
    name,
    describe: (title, tests) => describeService(name, title, (url) => tests(async () => placeAt(await site(url)))),
  };
}

async function placeAt({ address, remove }: DatabaseSite): Promise<DatabasePlace> {
  const opened: OpenedDatabase[] = [];
  const open = async (options?: OpenOptions): Promise<StoredStorage> => {
    const made = await openDatabase(address, options);
    opened.push(made);
    return made.storage;
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map(({ close }) => close()));
    await remove();
  };
  return { address, open, dispose };
}
