import { loadIndex } from './load-index.ts';
import { casl } from './peers/casl.ts';
import { jsonRulesEngine } from './peers/json-rules-engine.ts';
import { mapAndClosures } from './peers/map-and-closures.ts';
import type { Peer } from './peers/peer.ts';
import { vakt } from './peers/vakt.ts';
import { raceWorkload, type RunOptions } from './race-workload.ts';
import type { Row } from './row.ts';
import { formatNs } from './units.ts';
import type { Workload } from './workload.ts';
import { casbinWorkload } from './workloads/casbin.ts';
import { CASBIN_WORKLOADS } from './workloads/casbin-models.ts';
import { casbinUpdates } from './workloads/casbin-updates.ts';
import { sparseIndex } from './workloads/sparse-index.ts';
import { exactTriples } from './workloads/w1.ts';
import { overhead } from './workloads/w10.ts';
import { patterns } from './workloads/w2.ts';
import { rules } from './workloads/w3.ts';
import { broad, dense, sparse } from './workloads/w4.ts';
import { concentrated, spread } from './workloads/w5.ts';
import { oopsla } from './workloads/w6.ts';
import { filters } from './workloads/w7.ts';
import { statements } from './workloads/w7-statements.ts';
import { updates } from './workloads/w8.ts';
import { snapshots } from './workloads/w9.ts';

/** One workload of the benchmark. */
export interface Bench {
  readonly id: string;
  /** Of policies, rules or links; of entities of each kind for W6. */
  readonly sizes: readonly number[];
  readonly run: (n: number, options: RunOptions) => Promise<readonly Row[]>;
}

/** All workloads. W7s is that of statements; those of casbin's enforcer are named with a C. */
export const BENCHES: readonly Bench[] = [
  { id: 'W1', sizes: [1_000, 10_000, 100_000, 1_000_000, 10_000_000], run: exactTriples },
  { id: 'W2', sizes: [1_000, 10_000, 100_000, 1_000_000], run: racing([patterns], [vakt('regex')]) },
  { id: 'W3', sizes: [1_000, 10_000, 100_000, 1_000_000], run: racing([rules], [vakt('rules')]) },
  // The sparse one last: W8 and W9 go on with it.
  { id: 'W4', sizes: [10_000, 100_000, 1_000_000], run: mixed },
  { id: 'W5', sizes: [10, 100, 1_000, 10_000], run: racing([spread, concentrated], webPeers()) },
  { id: 'W6', sizes: [5, 10, 20, 50], run: oopsla },
  { id: 'W7', sizes: [100_000], run: filters },
  { id: 'W7s', sizes: [3, 10_000], run: statements },
  { id: 'W8', sizes: [1_000_000], run: updates },
  { id: 'W9', sizes: [1_000_000], run: snapshots },
  { id: 'W10', sizes: [50_000], run: overhead },
  ...CASBIN_WORKLOADS.map(
    (workload): Bench => ({
      id: workload.id,
      sizes: workload.sizes,
      run: (n, options) => casbinWorkload(workload, n, options),
    }),
  ),
  { id: 'C8', sizes: [100_000], run: casbinUpdates },
];

/** What runs in one process together; each of these lists has one of its own. */
export const GROUPS: readonly (readonly string[])[] = [
  ['W1'],
  ['W2'],
  ['W3'],
  ['W4', 'W8', 'W9'],
  ['W5'],
  ['W6'],
  ['W7'],
  ...CASBIN_WORKLOADS.map(({ id }) => [id]),
  ['C8'],
  ['W7s'],
  ['W10'],
];

/** The sizes up to a limit, or the limit where all are greater. */
export function sizesUpTo(sizes: readonly number[], most: number): readonly number[] {
  const fitting = sizes.filter((size) => size <= most);
  return fitting.length > 0 ? fitting : [most];
}

async function mixed(n: number, options: RunOptions): Promise<readonly Row[]> {
  return [
    ...(await racing([dense], [])(n, options)),
    ...(await racing([broad], [])(n, options)).map(perCandidate),
    ...(await raceWorkload(sparse, n, { index: () => sparseIndex(n), peers: [casl, jsonRulesEngine] }, options)),
  ];
}

/** What bounds the broad one: the candidates, a sixteenth of the policies. */
function perCandidate(row: Row): Row {
  return row.p50Ns === null ? row : { ...row, note: `${formatNs(row.p50Ns / (row.n / 16))} a candidate` };
}

function racing(workloads: readonly Workload[], peers: readonly Peer[]): Bench['run'] {
  return async (n, options) => {
    const rows: Row[] = [];
    for (const workload of workloads) {
      rows.push(...(await raceWorkload(workload, n, { index: () => loadIndex(workload, n), peers }, options)));
    }
    return rows;
  };
}

function webPeers(): readonly Peer[] {
  return [mapAndClosures, casl, jsonRulesEngine];
}
