import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { serviceUrl } from '../../../test/services.ts';
import type { ServerName } from '../../../scripts/services/server.ts';
import type { VaktDatabase } from '../src/ports/vakt-database.ts';
import { readVaktMongo, readVaktRedis, readVaktSql } from '../src/storage/vakt/index.ts';
import type { LosslessJson } from '../src/syntax/vakt/index.ts';
import { forDriver } from './vakt-documents.ts';
import { fill, mariadbTables, postgresTables, rowsOf, sqliteTables, type VaktTablesDatabase } from './vakt-tables.ts';
import { losslessText, uidText } from './vakt-vectors.ts';

type Members = ReadonlyMap<string, LosslessJson>;

/** A database that is as vakt leaves it. */
export interface VaktSource {
  readonly database: VaktDatabase;
  readonly dispose: () => Promise<void>;
}

/** A kind of database that vakt writes. */
export interface VaktSourceKind {
  /** The server that it needs; none where it is in memory. */
  readonly server?: ServerName;
  /** Makes one, filled with policies in the form that vakt gives them there. */
  readonly fill: (policies: readonly Members[]) => Promise<VaktSource>;
}

/** Every kind of database that vakt writes. */
export const VAKT_SOURCES: Readonly<Record<string, VaktSourceKind>> = {
  'a collection of MongoDB': { server: 'mongodb', fill: inMongo },
  'tables of SQLite': { fill: async (policies) => filled(await sqliteTables(), policies) },
  'tables of PostgreSQL': {
    server: 'postgres',
    fill: async (policies) => filled(await postgresTables(urlOf('postgres')), policies),
  },
  'tables of MariaDB': {
    server: 'mariadb',
    fill: async (policies) => filled(await mariadbTables(urlOf('mariadb')), policies),
  },
  'a hash of Redis': { server: 'redis', fill: inRedis },
};

async function inMongo(policies: readonly Members[]): Promise<VaktSource> {
  const client = new MongoClient(urlOf('mongodb'));
  const database = client.db(newName());
  const documents = policies.map((policy) => forDriver(new Map([['_id', policy.get('uid') ?? null], ...policy])));
  await database.command({ insert: 'vakt_policies', documents });
  const dispose = async (): Promise<void> => {
    await database.dropDatabase();
    await client.close();
  };
  return { database: readVaktMongo(database), dispose };
}

async function inRedis(policies: readonly Members[]): Promise<VaktSource> {
  const client = await createClient({ url: urlOf('redis') })
    .on('error', () => undefined)
    .connect();
  const collection = newName();
  const entries = policies.map((policy) => [uidText(policy.get('uid')), losslessText(policy)] as const);
  await client.hSet(collection, new Map(entries));
  const dispose = async (): Promise<void> => {
    await client.del(collection);
    client.destroy();
  };
  return { database: readVaktRedis(client, { collection }), dispose };
}

async function filled(tables: VaktTablesDatabase, policies: readonly Members[]): Promise<VaktSource> {
  await fill(tables, policies.map(rowsOf));
  return { database: readVaktSql(tables.kysely), dispose: tables.dispose };
}

function urlOf(name: ServerName): string {
  const address = serviceUrl(name);
  if ('url' in address) return address.url;
  throw new Error(`no ${name}: ${address.skipped}`);
}

function newName(): string {
  return `cardea_vakt_${randomUUID().slice(0, 8)}`;
}
