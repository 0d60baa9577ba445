// What a storage in Redis or MongoDB costs: loading policies, and finding the candidates of an inquiry.
// node --conditions=cardea-source bench/document-storage.ts <redis|mongodb> <url> [policies] [inquiries]
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { mongoStorage } from '../packages/cardea/src/storage/mongo/index.ts';
import { redisStorage } from '../packages/cardea/src/storage/redis/index.ts';
import type { StoredStorage } from '../packages/cardea/src/storage/stored/stored-storage.ts';
import { tellStorageCost } from './storage-cost.ts';
import { patterns } from './workloads/w2.ts';
import { rules } from './workloads/w3.ts';
import { sparse } from './workloads/w4.ts';

interface Opened {
  readonly storage: StoredStorage;
  readonly remove: () => Promise<void>;
}

const [name = 'redis', url = '', policies = '100000', inquiries = '1000'] = process.argv.slice(2);
const open = name === 'mongodb' ? inMongo : inRedis;

for (const [at, workload] of [patterns, rules, sparse].entries()) {
  const { storage, remove } = await open(`bench-${process.pid}-${at}`);
  try {
    await tellStorageCost(storage, { name, workload, policies: Number(policies), inquiries: Number(inquiries) });
  } finally {
    await storage.close();
    await remove();
  }
}

async function inRedis(place: string): Promise<Opened> {
  const client = await createClient({ url }).connect();
  const remove = async (): Promise<void> => {
    for (const key of await client.keys(`{${place}}:*`)) await client.del(key);
    client.destroy();
  };
  return { storage: redisStorage(client, { prefix: place, cacheSize: null }), remove };
}

async function inMongo(place: string): Promise<Opened> {
  const client = await new MongoClient(url).connect();
  const database = client.db(place);
  const remove = async (): Promise<void> => {
    await database.dropDatabase();
    await client.close();
  };
  return { storage: mongoStorage(database, { cacheSize: null }), remove };
}
