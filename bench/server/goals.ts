import type { Goal } from '../goals.ts';
import type { Row } from '../row.ts';
import { formatNs } from '../units.ts';
import { BATCHED, NAMES, SINGLE } from './names.ts';

const POLICIES = 10_000;

/** Those of the decision point over HTTP: the size and the bodies are always the same. */
export const SERVER_GOALS: readonly Goal[] = [
  {
    workload: 'H1',
    says: `${SINGLE}: requests/s, of those of the bare route`,
    limit: 0.9,
    better: 'more',
    format: (share) => `${(share * 100).toFixed(0)} %`,
    figure: (rows) => {
      const [own, bare] = [NAMES.own, NAMES.bare].map((name) => rowOf(rows, name, SINGLE)?.requestsPerSecond);
      return own == null || bare == null ? undefined : own / bare;
    },
  },
  atMost(SINGLE, 'processor time of the server', 'cpuP50Ns', 60_000),
  atMost(SINGLE, 'p99', 'p99Ns', 5_000_000),
  atMost(BATCHED, 'processor time of each evaluation', 'cpuP50Ns', 10_000),
];

function atMost(variant: string, what: string, figure: 'cpuP50Ns' | 'p99Ns', limit: number): Goal {
  return {
    workload: 'H1',
    says: `${variant}: ${what}`,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => rowOf(rows, NAMES.own, variant)?.[figure] ?? undefined,
  };
}

function rowOf(rows: readonly Row[], name: string, asked: string): Row | undefined {
  return rows.find(
    ({ workload, n, subject, variant }) => workload === 'H1' && n === POLICIES && subject === name && variant === asked,
  );
}
