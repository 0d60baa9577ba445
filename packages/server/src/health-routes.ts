import type { DecidesInquiries } from './authzen/decider.ts';
import { jsonResponse } from './http/api-handler.ts';
import type { ApiResponse } from './http/exchange.ts';
import type { Route } from './http/route-table.ts';

/** How readiness is judged. */
export interface HealthOptions {
  /** How far behind its storage a guard may be that is asked, and how long ago the storage may have answered, in milliseconds. */
  readonly mostBehindMs: number;
  /** Whether the server is about to end, so that nobody should begin to ask it. */
  readonly isStopping: () => boolean;
}

/** How old an answer of the storage is that readiness asks for another one, and how long it waits for that. */
const ASKED_MS = 1000;

/** Whether the process is there, and whether it should be asked: for load balancers and orchestrators, without credentials. */
export function healthRoutes(guard: DecidesInquiries, options: HealthOptions): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['/health/live', { GET: async () => jsonResponse({ live: true }) }],
    ['/health/ready', { GET: () => readiness(guard, options) }],
  ]);
}

async function readiness(guard: DecidesInquiries, { mostBehindMs, isStopping }: HealthOptions): Promise<ApiResponse> {
  if (isStopping()) return jsonResponse({ ready: false }, {}, 503);
  // A guard that hears nothing does not know whether there is nothing to hear.
  if ((guard.lag?.().askedMs ?? 0) > ASKED_MS) await Promise.race([asked(guard), inTime()]);
  const lag = guard.lag?.();
  if (lag === undefined) return jsonResponse({ ready: true });
  const { revision, failure, askedMs = 0 } = lag;
  const behindMs = Math.round(Math.max(lag.behindMs, askedMs > ASKED_MS ? askedMs : 0));
  const ready = revision !== undefined && failure === undefined && behindMs <= mostBehindMs;
  // Why the storage cannot be read is for the log: it may name hosts.
  const body = { ready, ...(revision !== undefined && { revision }), behindMs };
  return jsonResponse(body, ready ? {} : { 'retry-after': '1' }, ready ? 200 : 503);
}

/** Whatever comes of it shows in how far the guard is behind. */
async function asked(guard: DecidesInquiries): Promise<void> {
  await guard.refresh?.().catch(() => undefined);
}

function inTime(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ASKED_MS));
}
