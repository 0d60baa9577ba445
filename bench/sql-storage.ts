// What a storage in SQL costs with 100,000 policies: loading them, and finding the candidates of an inquiry.
// node --conditions=cardea-source bench/sql-storage.ts <driver> <url or file> [policies]
import { sqlStorage } from '../packages/cardea/src/storage/sql/index.ts';
import { connectTo, run, type SqlAddress } from '../packages/cardea/test/sql-connections.ts';
import { inquiriesOf, policiesOf, type Workload } from './workload.ts';
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
  await storage.prepare();
  const policies = [...policiesOf(workload, count)];
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await storage.addAll(policies, { batch: 5_000 });
  const loadS = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  const found = [];
  const asked = process.cpuUsage();
  for (const inquiry of inquiriesOf(workload, count, 1, INQUIRIES)) {
    const start = performance.now();
    const { policies: candidates, links } = await storage.findForInquiry(inquiry);
    found.push({ ms: performance.now() - start, rows: candidates.length + links.length });
  }
  const asking = process.cpuUsage(asked);
  const cpuMs = (asking.user + asking.system) / 1e3 / INQUIRIES;
  const ms = found.map((one) => one.ms).sort((a, b) => a - b);
  const rows = found.map((one) => one.rows).sort((a, b) => a - b);
  const at = (list: readonly number[], share: number): number => list[Math.floor(share * (list.length - 1))] ?? 0;
  console.log(
    `${driver} ${workload.id} ${workload.variant}: ${count} loaded in ${loadS.toFixed(1)} s (cpu ${((user + system) / 1e6).toFixed(1)} s);`,
    `candidates p50 ${at(ms, 0.5).toFixed(3)} ms, p99 ${at(ms, 0.99).toFixed(3)} ms, cpu of this process ${cpuMs.toFixed(3)} ms;`,
    `rows p50 ${at(rows, 0.5)}, p99 ${at(rows, 0.99)}, most ${at(rows, 1)}`,
  );
  for (const table of ['policies', 'policy_keys', 'links', 'shapes', 'changes', 'head', 'migrations'])
    await run(kysely, `drop table ${prefix}${table}`);
  await storage.close();
  await kysely.destroy();
}
