import { expect, it } from 'vitest';
import { sumMetrics } from './sum-metrics.ts';

const page = (requests: string, revision: number): string =>
  `# HELP requests_total Requests.\n# TYPE requests_total counter\n${requests}\n\n# HELP revision Which.\n# TYPE revision gauge\nrevision ${revision}\n`;

it('sums counters by their labels, and leaves everything else as the first page has it', () => {
  const first = page('requests_total{path="a b",status="200"} 1', 7);
  const other = page('requests_total{path="a b",status="200"} 2\nrequests_total{path="c",status="404"} 5', 6);
  expect(sumMetrics(first, [other, other])).toBe(
    page('requests_total{path="a b",status="200"} 5\nrequests_total{path="c",status="404"} 10', 7),
  );
});

it('is the page where there is one', () => {
  const only = page('requests_total 3', 1);
  expect(sumMetrics(only, [])).toBe(only);
});

it('has the metrics that only others have', () => {
  const histogram =
    '# HELP took Seconds.\n# TYPE took histogram\ntook_bucket{le="+Inf"} 2\ntook_sum 0.5\ntook_count 2\n';
  expect(sumMetrics('', [histogram, histogram])).toBe(
    histogram.replaceAll(' 2\n', ' 4\n').replace('took_sum 0.5', 'took_sum 1'),
  );
});
