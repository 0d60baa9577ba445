import { PolicyIndex } from '../../packages/cardea/src/engine/policy-index.ts';
import { quantile, type Spent, spent } from '../clock.ts';
import { FUNCTIONS } from '../load-index.ts';
import { collectGarbage } from '../memory.ts';
import type { RunOptions } from '../race-workload.ts';
import { type Row, rowOf } from '../row.ts';
import { sparseIndex } from './sparse-index.ts';

const TIMES = 7;
const VARIANT = 'sparse policies of W4';

/** Writes the index of n policies to a snapshot, and loads it again. */
export async function snapshots(n: number, { progress }: RunOptions): Promise<readonly Row[]> {
  progress(`W9 ${n}: loading`);
  const { index, sample } = await sparseIndex(n);
  progress(`W9 ${n}: snapshots`);
  let bytes: Uint8Array = new Uint8Array();
  const writing = Array.from({ length: TIMES }, () => timed(() => (bytes = index.toSnapshot())));
  let loaded: PolicyIndex | undefined;
  const loading = Array.from({ length: TIMES }, () =>
    timed(() => (loaded = PolicyIndex.fromSnapshot(bytes, FUNCTIONS).index)),
  );
  const agreed = sample.every(({ inquiry, allowed }) => loaded?.allows(inquiry, 'error') === allowed);
  const checked = { agreed, sample: sample.length, bytesPerItem: bytes.length / n };
  return [rowFor('toSnapshot', n, writing, checked), rowFor('fromSnapshot', n, loading, checked)];
}

function timed(work: () => void): Spent {
  collectGarbage();
  return spent(work);
}

function rowFor(what: string, n: number, times: readonly Spent[], checked: Partial<Row>): Row {
  const wallNs = times.map((time) => time.wallNs);
  const cpuP50Ns = quantile(
    times.map(({ cpuNs }) => cpuNs),
    0.5,
  ) as number;
  return rowOf({
    workload: 'W9',
    variant: `${VARIANT}: ${what}`,
    n,
    subject: 'cardea',
    ...checked,
    p50Ns: quantile(wallNs, 0.5),
    p99Ns: quantile(wallNs, 0.99),
    worstNs: quantile(wallNs, 1),
    cpuP50Ns,
    itemsPerSecond: n / (cpuP50Ns / 1e9),
  });
}
