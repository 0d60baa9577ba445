import type { ServerConfig } from '@cardea/server/config';
import type { DecisionServer, ServerOptions } from '@cardea/server/node';
import type { GuardOptions } from 'cardea';
import { loadWorkers, type ServerPackage } from './load-server.ts';
import type { withPolicies } from './policy-source.ts';

/** Where a server runs: alone in its process, as the main thread of several, or as one of these. */
export interface ServingPlace {
  /** Where the policies are. */
  readonly withPolicies: typeof withPolicies;
  /** What else the guard is told. */
  readonly guard: Pick<GuardOptions, 'engine'>;
  readonly start: (options: ServerOptions) => Promise<DecisionServer>;
}

/** What a worker is told: the configuration of the main thread. */
export interface WorkerTask {
  readonly config: ServerConfig;
}

/** The place of a process, which has as many threads as its configuration says. */
export async function servingPlace(
  config: ServerConfig,
  { createServer }: Pick<ServerPackage, 'createServer'>,
  policies: typeof withPolicies,
): Promise<ServingPlace> {
  const { workers } = config.listen;
  if (workers === 1) return { withPolicies: policies, guard: {}, start: createServer };
  const { createWorkers, SharedPolicies } = await loadWorkers();
  const shared = new SharedPolicies();
  const task: WorkerTask = { config };
  return {
    withPolicies: policies,
    guard: { engine: shared.engine },
    start: (options) => createWorkers({ ...options, workers, shared, script: SCRIPT, data: task }),
  };
}

/** Beside this file, as it is or as it was built. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './serve-worker.ts' : './serve-worker.js', import.meta.url);
