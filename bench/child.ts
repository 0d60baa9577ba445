// Runs some workloads in a process of its own, so that none leaves memory or compiled code to the others.
import { BENCHES, sizesUpTo } from './catalog.ts';
import type { RunOptions } from './race-workload.ts';
import { type Row, rowOf } from './row.ts';

/** What the parent asks for, as the first argument. */
export interface Order {
  readonly only: readonly string[];
  readonly max: number;
  readonly peers: boolean;
}

const { only, max, peers } = JSON.parse(process.argv[2] as string) as Order;
const options: RunOptions = { peers, progress: (what) => console.error(`  ${what}`) };
for (const { id, sizes, run } of BENCHES.filter((bench) => only.includes(bench.id))) {
  for (const n of sizesUpTo(sizes, max)) process.send?.(await rowsOf(id, n, () => run(n, options)));
}
process.disconnect();

async function rowsOf(id: string, n: number, run: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await run();
  } catch (error) {
    console.error(error);
    return [rowOf({ workload: id, variant: 'failed', n, subject: 'cardea', agreed: false, note: String(error) })];
  }
}
