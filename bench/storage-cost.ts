import type { StoredStorage } from '../packages/cardea/src/storage/stored/stored-storage.ts';
import { inquiriesOf, policiesOf, type Workload } from './workload.ts';

const LOAD_BATCH = 5_000;

/** What is asked of a storage. */
export interface StorageQuestions {
  /** Names the database in what is printed. */
  readonly name: string;
  readonly workload: Workload;
  readonly policies: number;
  readonly inquiries: number;
}

/** What a storage costs: loading policies, and finding the candidates of inquiries; printed as a line. */
export async function tellStorageCost(storage: StoredStorage, questions: StorageQuestions): Promise<void> {
  const { name, workload, policies: count, inquiries } = questions;
  await storage.prepare();
  const policies = [...policiesOf(workload, count)];
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await storage.addAll(policies, { batch: LOAD_BATCH });
  const loadS = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  const found = [];
  const asked = process.cpuUsage();
  for (const inquiry of inquiriesOf(workload, count, 1, inquiries)) {
    const start = performance.now();
    const { policies: candidates, links } = await storage.findForInquiry(inquiry);
    found.push({ ms: performance.now() - start, rows: candidates.length + links.length });
  }
  const asking = process.cpuUsage(asked);
  const cpuMs = (asking.user + asking.system) / 1e3 / inquiries;
  const ms = found.map((one) => one.ms).sort((a, b) => a - b);
  const rows = found.map((one) => one.rows).sort((a, b) => a - b);
  const at = (list: readonly number[], share: number): number => list[Math.floor(share * (list.length - 1))] ?? 0;
  console.log(
    `${name} ${workload.id} ${workload.variant}: ${count} loaded in ${loadS.toFixed(1)} s (cpu ${((user + system) / 1e6).toFixed(1)} s);`,
    `candidates p50 ${at(ms, 0.5).toFixed(3)} ms, p99 ${at(ms, 0.99).toFixed(3)} ms, cpu of this process ${cpuMs.toFixed(3)} ms;`,
    `rows p50 ${at(rows, 0.5)}, p99 ${at(rows, 0.99)}, most ${at(rows, 1)}`,
  );
}
