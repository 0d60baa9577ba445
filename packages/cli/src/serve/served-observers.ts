import type { ServerConfig } from '@cardea/server/config';
import type { DecisionLog } from '@cardea/server/observe';
import type { ServerOptions } from '@cardea/server/node';
import type { Guard, Logger } from 'cardea';
import type { Registry } from 'prom-client';
import { loadDriver } from '../store/load-driver.ts';
import type { ServerPackage } from './load-server.ts';

/**
 * Who sees every request, and what `/metrics` tells, as the configuration has it.
 *
 * @throws CARDEA_IO when a package is not there, with what to do
 */
export async function servedObservers(
  { observe, log: { requests } }: ServerConfig,
  server: ServerPackage,
  { guard, logger, log }: { readonly guard: Guard; readonly logger: Logger; readonly log: DecisionLog | undefined },
): Promise<Pick<ServerOptions, 'observers' | 'metrics'>> {
  const api = observe.traces
    ? await loadDriver('@opentelemetry/api', () => import('@opentelemetry/api'), '`observe.traces`')
    : undefined;
  const observers = [
    ...(api === undefined ? [] : [server.openTelemetry(api)]),
    ...(requests ? [server.requestLog(logger)] : []),
    // Innermost: a request that waits for room is one that takes longer.
    ...(log === undefined ? [] : [log]),
  ];
  if (!observe.metrics) return { observers };
  const client = await loadDriver('prom-client', () => import('prom-client'), '`observe.metrics`');
  const metrics = server.prometheusMetrics(client, { guard, ...(log !== undefined && { decisionLog: log }) });
  // Memory, processor time and delays of the process.
  client.collectDefaultMetrics({ register: metrics.registry as Registry });
  return { observers, metrics };
}
