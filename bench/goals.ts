import type { Row } from './row.ts';
import { timesOfCardea } from './table.ts';
import { formatCount, formatNs } from './units.ts';

/** What the benchmark must show, and what it shows. */
export interface Goal {
  readonly workload: string;
  readonly says: string;
  /** The figure; undefined where the run has none. */
  readonly figure: (rows: readonly Row[]) => number | undefined;
  readonly limit: number;
  readonly better: 'less' | 'more';
  readonly format: (figure: number) => string;
}

/** Whether a figure is as good as the goal. */
export function isMet({ limit, better }: Goal, figure: number): boolean {
  return better === 'less' ? figure <= limit : figure >= limit;
}

type Figure = 'p50Ns' | 'coldNs' | 'worstNs';
const NAMES: Readonly<Record<Figure, string>> = { p50Ns: 'p50', coldNs: 'first decision', worstNs: 'worst' };

const K = 1_000;
const M = 1_000_000;

/** The goals for a quiet machine. */
export const GOALS: readonly Goal[] = [
  atMost('W1', 'links of one template', M, 'p50Ns', 800),
  atMost('W1', 'links of one template', 10 * M, 'p50Ns', 1_000),
  bytes('W1', 'links of one template', M, 30),
  bytes('W1', 'links of one template', 10 * M, 30),
  loading('W1', 'links of one template', M, M),
  loading('W1', 'links of one template', 10 * M, M),
  times('W1', 'casbin', M, M),
  atMost('W2', 'patterns', K, 'p50Ns', 2_000),
  atMost('W2', 'patterns', 100 * K, 'p50Ns', 5_000),
  atMost('W2', 'patterns', K, 'coldNs', 10 * M),
  times('W2', 'vakt', K, K),
  atMost('W3', 'rules', 100 * K, 'p50Ns', 800),
  atMost('W3', 'rules', M, 'p50Ns', 2_500),
  atMost('W4', 'sparse', 10 * K, 'p50Ns', 2_000),
  atMost('W4', 'sparse', 100 * K, 'p50Ns', 4_000),
  atMost('W4', 'sparse', M, 'p50Ns', 8_000),
  bytes('W4', 'sparse', M, 160),
  loading('W4', 'sparse', M, 100 * K),
  {
    workload: 'W4',
    says: 'sparse: 1M for what 10k cost',
    limit: 4,
    better: 'less',
    format: formatTimes,
    figure: (rows) => quotient(engine('W4', 'sparse', M, rows)?.p50Ns, engine('W4', 'sparse', 10 * K, rows)?.p50Ns),
  },
  atMost('W5', 'spread', 10 * K, 'p50Ns', 300),
  atMost('W5', 'concentrated', 10 * K, 'p50Ns', 5_000),
  atMost('W6', 'gdrive', 50, 'p50Ns', 5_000),
  atMost('W6', 'github', 50, 'p50Ns', 5_000),
  filtering('plan over policies: first', 'a plan over 100k policies', 20 * M),
  filtering('plan over policies: again', 'the same plan again', 50 * K),
  filtering('filter of things: filter', '100k things filtered', 30 * M),
  {
    workload: 'W7',
    says: '1M rows of SQLite: for what a clause written by hand took',
    limit: 1.2,
    better: 'less',
    format: formatQuotient,
    figure: (rows) =>
      quotient(
        rowFor(rows, 'W7', M, 'filter', 'filter of rows in SQLite')?.p50Ns,
        rowFor(rows, 'W7', M, 'by hand', 'filter of rows in SQLite')?.p50Ns,
      ),
  },
  statements(3, 2_000),
  statements(10 * K, 5_000),
  update('add', 'p50Ns', 10_000),
  update('remove', 'p50Ns', 3_000),
  update('add', 'worstNs', M),
  update('remove', 'worstNs', M),
  {
    workload: 'W9',
    says: 'loading a snapshot of 1M',
    limit: 300 * M,
    better: 'less',
    format: formatNs,
    figure: (rows) => rowFor(rows, 'W9', M, 'fromSnapshot')?.p50Ns ?? undefined,
  },
  ...['list', 'list of an account', 'item'].flatMap((route) => [overhead(route, 'p50Ns'), overhead(route, 'p99Ns')]),
];

/** Those of storages on real servers, from a run of their own. */
export const STORAGE_GOALS: readonly Goal[] = [
  storage('S1', 'PostgreSQL: told by LISTEN', 50 * M),
  storage('S1', 'Redis: told by a subscription', 50 * M),
  storage('S2', 'PostgreSQL: guard.check on demand', 2 * M),
  storage('S2', 'SQLite: guard.check on demand', 300 * K),
  storage('S3', 'PostgreSQL: addAll', 20_000 * M),
  storage('S3', 'SQLite: addAll', 10_000 * M),
];

const RBAC = [K, 10 * K, 100 * K, M] as const;

/**
 * Those of casbin's enforcer, whose decisions wait for nothing: processor time, which other processes on the machine
 * distort less. Half of the requests are about the last rule, the worst case of a walk.
 */
export const CASBIN_GOALS: readonly Goal[] = [
  ...RBAC.map((n) => enforcer('C1', `RBAC, ${formatCount(n)}: p50 of processor time`, n, 3_000)),
  {
    workload: 'C1',
    says: 'RBAC: ten times the rules, for what a tenth of them cost, at most',
    limit: 1.5,
    better: 'less',
    format: formatQuotient,
    figure: (rows) => {
      const steps = RBAC.slice(1).map((n) =>
        quotient(enforcerRow('C1', n, rows)?.cpuP50Ns, enforcerRow('C1', n / 10, rows)?.cpuP50Ns),
      );
      return steps.reduce((most, step) =>
        most === undefined || step === undefined ? undefined : Math.max(most, step),
      );
    },
  },
  {
    workload: 'C1',
    says: 'casbin, RBAC, 100k: for what Cardea took',
    limit: 50_000,
    better: 'more',
    format: formatTimes,
    figure: (rows) => {
      const walked = rows.find((row) => row.workload === 'C1' && row.subject === 'casbin' && row.n === 100 * K);
      return walked === undefined ? undefined : timesOfEnforcer(walked, rows);
    },
  },
  enforcer('C2', '100 users by 100k objects, 10M: p50 of processor time', 10 * M, 5_000),
  {
    workload: 'C2',
    says: '100 users by 100k objects, 10M: loaded a second',
    limit: 500 * K,
    better: 'more',
    format: formatCount,
    figure: (rows) => enforcerRow('C2', 10 * M, rows)?.itemsPerSecond ?? undefined,
  },
  {
    workload: 'C2',
    says: '100 users by 100k objects, 10M: bytes each',
    limit: 250,
    better: 'less',
    format: (figure) => `${figure.toFixed(1)} B`,
    figure: (rows) => enforcerRow('C2', 10 * M, rows)?.bytesPerItem ?? undefined,
  },
  {
    workload: 'C1 to C7',
    says: 'casbin, at any size: for what Cardea took, at least',
    limit: 1,
    better: 'more',
    format: formatQuotient,
    figure: (rows) => {
      const all = rows.filter(({ workload, subject }) => /^C[1-7]$/.test(workload) && subject === 'casbin');
      const known = all.flatMap((row) => timesOfEnforcer(row, rows) ?? []);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  },
  ...(['addPolicy', 'removePolicy'] as const).map(
    (what): Goal => ({
      workload: 'C8',
      says: `${what} at 100k: p50`,
      limit: 20_000,
      better: 'less',
      format: formatNs,
      figure: (rows) => enforcerRow('C8', 100 * K, rows, what)?.p50Ns ?? undefined,
    }),
  ),
];

function enforcer(workload: string, says: string, n: number, limit: number): Goal {
  return {
    workload,
    says,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => enforcerRow(workload, n, rows)?.cpuP50Ns ?? undefined,
  };
}

/** How many times the processor time of our enforcer casbin's takes for the same. */
function timesOfEnforcer({ workload, n, cpuP50Ns }: Row, rows: readonly Row[]): number | undefined {
  return quotient(cpuP50Ns, enforcerRow(workload, n, rows)?.cpuP50Ns);
}

function enforcerRow(workload: string, n: number, rows: readonly Row[], what: string = 'enforceSync'): Row | undefined {
  return rows.find(
    (row) =>
      row.subject === '@cardea/casbin' && row.workload === workload && row.n === n && row.variant.endsWith(`: ${what}`),
  );
}

function storage(workload: string, variant: string, limit: number): Goal {
  return {
    workload,
    says: `${variant}: p50`,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => rows.find((row) => row.workload === workload && row.variant === variant)?.p50Ns ?? undefined,
  };
}

function atMost(workload: string, part: string, n: number, figure: Figure, limit: number): Goal {
  return {
    workload,
    says: `${part}, ${formatCount(n)}: ${NAMES[figure]}`,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => engine(workload, part, n, rows)?.[figure] ?? undefined,
  };
}

function bytes(workload: string, part: string, n: number, limit: number): Goal {
  return {
    workload,
    says: `${part}, ${formatCount(n)}: bytes each`,
    limit,
    better: 'less',
    format: (figure) => `${figure.toFixed(1)} B`,
    figure: (rows) => engine(workload, part, n, rows)?.bytesPerItem ?? undefined,
  };
}

function loading(workload: string, part: string, n: number, limit: number): Goal {
  return {
    workload,
    says: `${part}, ${formatCount(n)}: loaded a second`,
    limit,
    better: 'more',
    format: formatCount,
    figure: (rows) => engine(workload, part, n, rows)?.itemsPerSecond ?? undefined,
  };
}

function times(workload: string, subject: string, n: number, limit: number): Goal {
  return {
    workload,
    says: `${subject}, ${formatCount(n)}: for what Cardea took`,
    limit,
    better: 'more',
    format: formatTimes,
    figure: (rows) => {
      const row = rows.find((one) => one.workload === workload && one.subject === subject && one.n === n);
      return row === undefined ? undefined : timesOfCardea(row, rows);
    },
  };
}

function filtering(variant: string, says: string, limit: number): Goal {
  const [part, what] = variant.split(': ') as [string, string];
  return {
    workload: 'W7',
    says,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => rowFor(rows, 'W7', 100 * K, what, part)?.p50Ns ?? undefined,
  };
}

function statements(n: number, limit: number): Goal {
  return {
    workload: 'W7s',
    says: `${formatCount(n)} statements: a decision with its reasons`,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => rowFor(rows, 'W7s', n, 'decide, known objects')?.p50Ns ?? undefined,
  };
}

function overhead(route: string, figure: 'p50Ns' | 'p99Ns'): Goal {
  return {
    workload: 'W10',
    says: `${route}, ${figure.slice(0, 3)}: for what it took without authorization`,
    limit: 1.1,
    better: 'less',
    format: (times) => `${times.toFixed(2)}×`,
    figure: (rows) => {
      const took = (what: string): number | null | undefined => rowFor(rows, 'W10', 50 * K, what, route)?.[figure];
      const [one, other] = [took('without authorization'), took('without authorization, once more')];
      return quotient(took('with authorization'), one == null || other == null ? undefined : (one + other) / 2);
    },
  };
}

function update(what: string, figure: Figure, limit: number): Goal {
  return {
    workload: 'W8',
    says: `${what} at 1M: ${NAMES[figure]}`,
    limit,
    better: 'less',
    format: formatNs,
    figure: (rows) => rowFor(rows, 'W8', M, what)?.[figure] ?? undefined,
  };
}

function engine(workload: string, part: string, n: number, rows: readonly Row[]): Row | undefined {
  return rowFor(rows, workload, n, 'engine.allows', part);
}

function rowFor(rows: readonly Row[], workload: string, n: number, what: string, part?: string): Row | undefined {
  const fits = (variant: string): boolean =>
    part === undefined ? variant.endsWith(`: ${what}`) : variant === `${part}: ${what}`;
  return rows.find((row) => row.subject === 'cardea' && row.workload === workload && row.n === n && fits(row.variant));
}

function quotient(over: number | null | undefined, under: number | null | undefined): number | undefined {
  return over == null || under == null ? undefined : over / under;
}

function formatTimes(figure: number): string {
  return `${formatCount(figure)}×`;
}

function formatQuotient(figure: number): string {
  return `${figure.toFixed(2)}×`;
}
