import { methodLabel } from './method-label.ts';
import type { Observer } from './observer.ts';

type Labels = Readonly<Record<string, string | number>>;

interface MetricOptions {
  name: string;
  help: string;
  labelNames?: string[];
  buckets?: number[];
  // What takes registries of the package has them from it.
  registers: never[];
  collect?: () => void;
}

interface Counter {
  inc(labels: Labels, value?: number): void;
}

interface Gauge {
  set(value: number): void;
}

interface Histogram {
  observe(labels: Labels, value: number): void;
}

interface Registry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** What is needed of the package `prom-client`, which fits as it is. */
export interface PrometheusClient {
  readonly Registry: new () => Registry;
  readonly Counter: new (options: MetricOptions) => Counter;
  readonly Gauge: new (options: MetricOptions) => Gauge;
  readonly Histogram: new (options: MetricOptions) => Histogram;
}

/** What is read when somebody asks for the metrics: a guard and a decision log of cardea fit. */
export interface MetricSources {
  readonly guard?: {
    lag(): {
      readonly revision: number | undefined;
      readonly behindMs: number;
      readonly askedMs: number | undefined;
      readonly failure: string | undefined;
    };
    stats(): { readonly policies?: number; readonly bytes?: number } | undefined;
  };
  readonly decisionLog?: { readonly dropped: number; readonly waiting: number };
}

/** Counts requests and decisions, and tells of the guard, in the format of Prometheus. */
export interface PrometheusMetrics extends Observer {
  /** With further metrics of the program's own, such as those of `collectDefaultMetrics`. */
  readonly registry: Registry;
  readonly contentType: string;
  /** Everything as text. */
  page(): Promise<string>;
}

/** Seconds: half a millisecond to ten seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10];

/**
 * Metrics for Prometheus: the option `metrics` of a decision point serves them at `/metrics`. No label holds anything out of
 * a request but its method and its documented path, so that nobody can make more series.
 *
 * @param client the package `prom-client`
 *
 * @example
 * ```ts
 * import * as client from 'prom-client';
 * const metrics = prometheusMetrics(client, { guard });
 * await createServer({ guard, metrics });
 * ```
 */
export function prometheusMetrics(client: PrometheusClient, sources: MetricSources = {}): PrometheusMetrics {
  const registry = new client.Registry();
  const registers = [registry] as never[];
  const requests = new client.Counter({
    name: 'cardea_http_requests_total',
    help: 'Requests by documented path, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new client.Histogram({
    name: 'cardea_http_request_duration_seconds',
    help: 'From the whole request to its answer.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  });
  const decisions = new client.Counter({
    name: 'cardea_decisions_total',
    help: 'Decisions of evaluations and searches.',
    labelNames: ['decision'],
    registers,
  });
  for (const [name, [help, read]] of Object.entries(gaugesOf(sources))) {
    const gauge: Gauge = new client.Gauge({ name, help, registers, collect: () => gauge.set(read()) });
  }
  return {
    registry,
    contentType: registry.contentType,
    page: () => registry.metrics(),
    observe: async ({ request, route, answer }) => {
      const start = performance.now();
      const response = await answer();
      durations.observe({ route }, (performance.now() - start) / 1000);
      requests.inc({ route, method: methodLabel(request.method), status: response.status });
      return response;
    },
    decided: (allowed) => decisions.inc(allowed ? ALLOW : DENY),
  };
}

const ALLOW = { decision: 'allow' } as const;
const DENY = { decision: 'deny' } as const;

type Reading = readonly [help: string, read: () => number];

function gaugesOf({ guard, decisionLog }: MetricSources): Readonly<Record<string, Reading>> {
  const ofGuard = guard && {
    cardea_guard_revision: [
      'The revision that is decided over; 0 where there is none.',
      () => guard.lag().revision ?? 0,
    ],
    cardea_guard_behind_seconds: [
      'How long there has been a change that is not decided over.',
      () => guard.lag().behindMs / 1000,
    ],
    cardea_guard_asked_seconds: [
      'How long ago the storage was asked last and answered.',
      () => (guard.lag().askedMs ?? 0) / 1000,
    ],
    cardea_guard_failing: ['1 where the storage cannot be read.', () => (guard.lag().failure === undefined ? 0 : 1)],
    cardea_guard_policies: ['Policies in memory.', () => guard.stats()?.policies ?? 0],
    cardea_guard_index_bytes: ['Memory of the index of policies.', () => guard.stats()?.bytes ?? 0],
  };
  const ofLog = decisionLog && {
    cardea_decision_log_dropped: ['Records of decisions that were lost.', () => decisionLog.dropped],
    cardea_decision_log_waiting: ['Records of decisions that are not written yet.', () => decisionLog.waiting],
  };
  return { ...ofGuard, ...ofLog } as Readonly<Record<string, Reading>>;
}
