/**
 * The metrics of several threads as one page, in the text format of Prometheus (version 0.0.4): counters and histograms are
 * the sum of all, everything else is what the first page says. Series and metrics that only others have come behind.
 */
export function sumMetrics(first: string, others: readonly string[]): string {
  const metrics = new Map<string, Metric>();
  for (const [at, page] of [first, ...others].entries()) {
    for (const metric of metricsOf(page)) {
      const known = metrics.get(metric.name);
      if (known === undefined) metrics.set(metric.name, metric);
      else if (SUMMED.has(known.type) && at > 0) addTo(known.series, metric.series);
    }
  }
  return [...metrics.values()]
    .map(({ head, series }) => `${[...head, ...[...series].map(([name, value]) => `${name} ${value}`)].join('\n')}\n`)
    .join('\n');
}

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly head: readonly string[];
  /** By name and labels. */
  readonly series: Map<string, number>;
}

const SUMMED: ReadonlySet<string> = new Set(['counter', 'histogram']);

function metricsOf(page: string): readonly Metric[] {
  const metrics: Metric[] = [];
  let head: string[] = [];
  for (const line of page.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ');
      metrics.push({ name, type, head: [...head, line], series: new Map() });
      head = [];
    } else if (line.startsWith('#')) head.push(line);
    else {
      // Labels may hold spaces; values and names hold none.
      const space = line.lastIndexOf(' ');
      metrics.at(-1)?.series.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
  }
  return metrics;
}

function addTo(into: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, value] of more) into.set(name, (into.get(name) ?? 0) + value);
}
