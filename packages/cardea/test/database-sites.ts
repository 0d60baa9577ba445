import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import type { DatabaseAddress } from './open-database.ts';
import { connectTo, run, type SqlAddress } from './sql-connections.ts';

/** Where a new, empty place is, and what throws it away. */
export interface DatabaseSite<Address extends DatabaseAddress = DatabaseAddress> {
  readonly address: Address;
  readonly remove: () => Promise<void> | void;
}

/** A file of its own. */
export function sqliteSite(name: 'better-sqlite3' | 'node:sqlite'): DatabaseSite<SqlAddress> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-sqlite-'));
  return {
    address: { name, url: join(folder, 'policies.db') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A schema of its own. */
export async function postgresSite(url: string): Promise<DatabaseSite<SqlAddress>> {
  const schema = newName();
  await once({ name: 'postgres', url }, `create schema ${schema}`);
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${schema}`);
  return {
    address: { name: 'postgres', url: own.href },
    remove: () => once({ name: 'postgres', url }, `drop schema ${schema} cascade`),
  };
}

/** A database of its own, which ignores case and spaces at the end where it can. */
export async function mariadbSite(url: string): Promise<DatabaseSite<SqlAddress>> {
  const database = newName();
  await once({ name: 'mariadb', url }, `create database ${database} character set latin1 collate latin1_swedish_ci`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    address: { name: 'mariadb', url: own.href },
    remove: () => once({ name: 'mariadb', url }, `drop database ${database}`),
  };
}

/** A database of its own. */
export function mongoSite(url: string): DatabaseSite {
  const database = newName();
  const remove = async (): Promise<void> => {
    const client = new MongoClient(url);
    await client.db(database).dropDatabase();
    await client.close();
  };
  return { address: { name: 'mongodb', url, database }, remove };
}

/** A prefix of its own. */
export function redisSite(url: string): DatabaseSite {
  const prefix = newName();
  const remove = async (): Promise<void> => {
    const client = await createClient({ url })
      .on('error', () => undefined)
      .connect();
    const keys = await client.keys(`{${prefix}}:*`);
    if (keys.length > 0) await client.del(keys);
    client.destroy();
  };
  return { address: { name: 'redis', url, prefix }, remove };
}

async function once(address: SqlAddress, text: string): Promise<void> {
  const kysely = connectTo(address);
  await run(kysely, text);
  await kysely.destroy();
}

function newName(): string {
  return `cardea_${randomBytes(6).toString('hex')}`;
}
