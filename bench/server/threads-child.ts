// A server that `npm run bench:workers` asks: a decision point in one thread, or in several over one index.
import { setTimeout } from 'node:timers/promises';
import { Guard } from '../../packages/cardea/src/index.ts';
import { createServer } from '../../packages/server/src/node/index.ts';
import { createWorkers, SharedPolicies } from '../../packages/server/src/workers/index.ts';
import { GeneratedStorage } from './generated-storage.ts';
import { departments } from './questions.ts';

/** What a server is told when it starts. */
export interface ThreadsTask {
  readonly policies: number;
  /** 0 for one thread alone. */
  readonly workers: number;
}

/** What it tells when it listens, and then for every message to it: what it has taken since the one before. */
export interface ThreadsReport {
  readonly url: string;
  readonly cpuUs: number;
  readonly residentBytes: number;
  /** Those of the index. */
  readonly indexBytes: number;
  readonly changes: number;
}

/** A message: how many policies to change a second from now on. */
export interface ThreadsOrder {
  readonly changesPerSecond: number;
}

const { policies, workers } = JSON.parse(process.argv[2] ?? '') as ThreadsTask;
const generated = new GeneratedStorage(departments, policies);
const shared = new SharedPolicies();
const guard = new Guard(generated.storage, workers === 0 ? {} : { engine: shared.engine });
await guard.ready();
const script = new URL('./threads-worker.ts', import.meta.url);
const server = await (workers === 0 ? createServer({ guard }) : createWorkers({ guard, shared, workers, script }));
let cpu = process.cpuUsage();
let timer: NodeJS.Timeout | undefined;
let changes = 0;
process.on('message', ({ changesPerSecond }: ThreadsOrder) => {
  clearInterval(timer);
  if (changesPerSecond > 0) timer = setInterval(change, 1000 / changesPerSecond);
  void report();
});
process.once('disconnect', () => void stop());
await report();

function change(): void {
  changes += 1;
  generated.change((changes * 7919) % policies);
}

async function report(): Promise<void> {
  const { user, system } = process.cpuUsage(cpu);
  const cpuUs = user + system;
  // Of garbage that nobody has looked for, each thread has as much as it was given.
  globalThis.gc?.();
  await setTimeout(200);
  globalThis.gc?.();
  const { bytes: indexBytes = 0 } = guard.stats() ?? {};
  const told: ThreadsReport = { url: server.url, cpuUs, residentBytes: process.memoryUsage.rss(), indexBytes, changes };
  process.send?.(told);
  changes = 0;
  cpu = process.cpuUsage();
}

async function stop(): Promise<void> {
  clearInterval(timer);
  await server.close();
  await guard.close();
}
