// What a storage in SQL costs with 100,000 policies: loading them, and finding the candidates of an inquiry.
// node --conditions=cardea-source bench/sql-storage.ts <driver> <url or file> [policies]
import { sqlStorage } from '../packages/cardea/src/storage/sql/index.ts';
import { connectTo, run, type SqlAddress } from '../packages/cardea/test/sql-connections.ts';
import { tellStorageCost } from './storage-cost.ts';
import type { Workload } from './workload.ts';
import { patterns } from './workloads/w2.ts';
import { rules } from './workloads/w3.ts';
import { sparse } from './workloads/w4.ts';

const INQUIRIES = 1_000;
const [driver = 'better-sqlite3', url = ':memory:', size = '100000'] = process.argv.slice(2);
const address = { name: driver as SqlAddress['name'], url };
const count = Number(size);

for (const [at, workload] of [patterns, rules, sparse].entries()) await measure(workload, `bench${at}_`);

async function measure(workload: Workload, prefix: string): Promise<void> {
  const kysely = connectTo(address);
  const storage = sqlStorage(kysely, { prefix, cacheSize: null });
  await tellStorageCost(storage, { name: driver, workload, policies: count, inquiries: INQUIRIES });
  for (const table of ['policies', 'policy_keys', 'links', 'shapes', 'changes', 'head', 'migrations'])
    await run(kysely, `drop table ${prefix}${table}`);
  await storage.close();
  await kysely.destroy();
}
