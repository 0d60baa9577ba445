import type { DecidesInquiries } from './authzen/decider.ts';
import { jsonResponse } from './http/api-handler.ts';
import type { Route } from './http/route-table.ts';

/**
 * Whether the process is there, and whether it should be asked: for load balancers and orchestrators, without credentials.
 *
 * @param options.mostBehindMs how far behind its storage a guard may be that is asked
 * @param options.isStopping whether the server is about to end, so that nobody should begin to ask it
 */
export function healthRoutes(
  guard: DecidesInquiries,
  { mostBehindMs, isStopping }: { readonly mostBehindMs: number; readonly isStopping: () => boolean },
): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['/health/live', { GET: async () => jsonResponse({ live: true }) }],
    [
      '/health/ready',
      {
        GET: async () => {
          if (isStopping()) return jsonResponse({ ready: false }, {}, 503);
          const lag = guard.lag?.();
          if (lag === undefined) return jsonResponse({ ready: true });
          const { revision, behindMs, failure } = lag;
          const ready = revision !== undefined && failure === undefined && behindMs <= mostBehindMs;
          // Why the storage cannot be read is for the log: it may name hosts.
          const body = { ready, ...(revision !== undefined && { revision }), behindMs: Math.round(behindMs) };
          return jsonResponse(body, ready ? {} : { 'retry-after': '1' }, ready ? 200 : 503);
        },
      },
    ],
  ]);
}
