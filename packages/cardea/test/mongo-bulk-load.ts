// A program that a test kills: adds policies in bulk until it is killed. mongo-bulk-load.ts URL DATABASE FIRST BATCH
import { MongoClient } from 'mongodb';
import { mongoStorage } from '../src/storage/mongo/index.ts';
import type { Policy } from '../src/model/policy.ts';
import { allowing } from './policies.ts';

const [url = '', name = '', first = '', batch = ''] = process.argv.slice(2);
const storage = mongoStorage(new MongoClient(url).db(name), { atomicity: 'commits' });

function* endless(): Generator<Policy> {
  for (let at = Number(first); ; at++) yield allowing(`p${at}`);
}

await storage.addAll(endless(), { batch: Number(batch), onProgress: (done) => void process.stdout.write(`${done}\n`) });
