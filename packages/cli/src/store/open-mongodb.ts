import { mongoMigrator, mongoStorage } from 'cardea/storage/mongo';
import { readVaktMongo } from 'cardea/storage/vakt';
import { CONNECT_MS } from './connecting.ts';
import { loadDriver } from './load-driver.ts';
import type { StoreDatabase } from './store-database.ts';

/** Opens a database of MongoDB, or what speaks its protocol, by the package `mongodb`. */
export async function openMongodb(url: string): Promise<StoreDatabase> {
  const { MongoClient } = await loadDriver('mongodb', () => import('mongodb'));
  const client = new MongoClient(url, { serverSelectionTimeoutMS: CONNECT_MS });
  const database = client.db();
  return {
    storage: (reading) => mongoStorage(database, reading),
    migrator: () => mongoMigrator(database),
    vakt: (collection) => readVaktMongo(database, collection === undefined ? {} : { collection }),
    close: () => client.close(),
  };
}
