import type { Admit } from '../auth/access.ts';
import type { Route } from '../http/route-table.ts';
import type { Observer } from './observer.ts';

/** Metrics that are counted as requests come, and told at `/metrics`: those of `prometheusMetrics` fit. */
export interface MetricsPage extends Observer {
  readonly contentType: string;
  page(): Promise<string>;
}

/** Where metrics are read. */
export function metricsRoute(metrics: MetricsPage, admit: Admit): Route {
  return {
    GET: async (request) => {
      await admit(request, 'observe');
      const headers = {
        'content-type': metrics.contentType,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      };
      return { status: 200, headers, body: await metrics.page() };
    },
  };
}
