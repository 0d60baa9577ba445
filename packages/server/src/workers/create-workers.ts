import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CardeaError, errorMessage, quote, systemClock } from 'cardea';
import type { DecidesInquiries } from '../authzen/decider.ts';
import { decisionPoint } from '../decision-point.ts';
import { failureResponse } from '../http/api-handler.ts';
import type { ApiHandler } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import { type DecisionServer, requireAsked, type ServerOptions } from '../node/create-server.ts';
import type { MetricsPage } from '../observe/metrics-route.ts';
import { received } from './forwarded.ts';
import type { Seat } from './protocol.ts';
import type { SharedPolicies } from './shared-policies.ts';
import { sumMetrics } from './sum-metrics.ts';
import { WorkerThread } from './worker-thread.ts';

/** A server of several threads. What the workers do not answer themselves is answered by these options. */
export interface WorkersOptions extends Omit<ServerOptions, 'bodyLimit' | 'requestTimeoutMs' | 'shutdown'> {
  /** How many threads listen and decide, besides this one. */
  readonly workers: number;
  /** The script of the workers, which begins with {@link joinWorkers}. */
  readonly script: URL;
  /** What the guard has as its `engine`. */
  readonly shared: SharedPolicies;
  /** What each worker is told: what can be posted to a thread. */
  readonly data?: unknown;
  /** Options of Node for the workers; those of this process when absent. */
  readonly execArgv?: readonly string[];
}

/** How long to wait before a worker that has ended is started again: twice as long each time it does not come to listen. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** How long an answer to a change waits for all workers to decide over it. */
const BARRIER_MS = 1000;

/**
 * Starts workers that answer evaluations and searches at one address, each on a core of its own, over the index of this
 * thread. This thread follows the storage, and answers what is about the process or changes policies.
 *
 * A worker decides over one whole revision, always: memory that it was handed does not change any more. One that ends is
 * started again.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the guard has no policies yet; CARDEA_IO when nobody can listen there, or a worker
 *   does not start
 *
 * @example
 * ```ts
 * const shared = new SharedPolicies();
 * const guard = new Guard(storage, { engine: shared.engine });
 * await guard.ready();
 * const script = new URL('./worker.js', import.meta.url);
 * const server = await createWorkers({ guard, shared, script, workers: 2, port: 8080 });
 * ```
 */
export async function createWorkers(options: WorkersOptions): Promise<DecisionServer> {
  const { host = '127.0.0.1', port = 0, publicUrl, data } = options;
  requireAsked(host, options);
  requireSound(options);
  const pageSecrets = options.pageSecrets ?? [crypto.getRandomValues(new Uint8Array(32))];
  if (port !== 0) await requireFree(host, port);
  const team = new WorkerTeam({ ...options, pageSecrets });
  try {
    await team.prepare(publicUrl ?? 'http://127.0.0.1');
    const url = await team.start({ host, port, publicUrl, pageSecrets, data });
    if (publicUrl === undefined) await team.prepare(url);
    return { url, close: () => team.stop() };
  } catch (error) {
    await team.end();
    throw error;
  }
}

class WorkerTeam {
  readonly #options: WorkersOptions;
  readonly #threads = new Set<WorkerThread>();
  readonly #stopping = new AbortController();
  #handle: ApiHandler = async () => failureResponse(new RequestError(503, 'the server is starting'));
  #stopped: Promise<void> | undefined;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Makes what answers the requests that workers leave to this thread. */
  async prepare(publicUrl: string): Promise<void> {
    const { metrics } = this.#options;
    this.#handle = await decisionPoint({
      ...this.#options,
      guard: this.#withLagOfWorkers(this.#options.guard),
      publicUrl,
      isStopping: () => this.#stopping.signal.aborted,
      ...(metrics !== undefined && { metrics: this.#summed(metrics) }),
    });
  }

  /** @returns where all of them listen */
  async start(seat: Seat): Promise<string> {
    const first = this.#begin(seat);
    const url = await first.listening;
    const settled = { ...seat, port: Number(new URL(url).port) };
    const others = Array.from({ length: this.#options.workers - 1 }, () => this.#begin(settled));
    await Promise.all(others.map(({ listening }) => listening));
    for (const thread of [first, ...others]) void this.#keep(thread, settled);
    return url;
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopped ??= this.#each((thread) => thread.stop());
    return this.#stopped;
  }

  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#each((thread) => thread.end());
  }

  #begin(seat: Seat): WorkerThread {
    const { script, execArgv, shared, guard, clock = systemClock } = this.#options;
    const thread: WorkerThread = new WorkerThread(seat, {
      script,
      execArgv,
      shared,
      elapsed: () => clock.elapsed(),
      handle: async (request) => {
        const response = await this.#handle(received(request));
        const isChange = request.method !== 'GET' && request.method !== 'HEAD' && response.status < 300;
        if (isChange) await this.#caughtUp();
        return response;
      },
      refresh: async () => guard.refresh?.(),
    });
    this.#threads.add(thread);
    void thread.ended.then(() => this.#threads.delete(thread));
    return thread;
  }

  /** Starts a worker again whenever it has ended. */
  async #keep(first: WorkerThread, seat: Seat): Promise<void> {
    const { logger } = this.#options;
    const { signal } = this.#stopping;
    let thread = first;
    for (let pauseMs = FIRST_PAUSE_MS; ; ) {
      const isListening = await thread.listening.then(
        () => true,
        () => false,
      );
      await thread.ended;
      if (signal.aborted) return;
      pauseMs = isListening ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      logger?.error({ pauseMs }, 'a worker has ended, and is started again');
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      thread = this.#begin(seat);
    }
  }

  /** Waits until whoever asks next, at any worker, is answered over what the storage has now. */
  async #caughtUp(): Promise<void> {
    const all = async (): Promise<void> => {
      await this.#options.guard.refresh?.();
      await this.#each((thread) => thread.caughtUp());
    };
    // The change is made either way: who cannot wait names its revision.
    await Promise.race([all().catch(() => undefined), setTimeout(BARRIER_MS, undefined, { ref: false })]);
  }

  #withLagOfWorkers(guard: DecidesInquiries): DecidesInquiries {
    return {
      check: (inquiry) => guard.check(inquiry),
      ...(guard.explain && { explain: (inquiry) => guard.explain?.(inquiry) as ReturnType<typeof guard.explain> }),
      refresh: async () => guard.refresh?.(),
      ...(guard.lag && {
        lag: () => {
          const lag = guard.lag?.() as ReturnType<typeof guard.lag>;
          const behindMs = [...this.#threads].map((thread) => thread.behindMs);
          return { ...lag, behindMs: Math.max(lag.behindMs, ...behindMs) };
        },
      }),
    };
  }

  #summed(metrics: MetricsPage): MetricsPage {
    const { contentType } = metrics;
    return {
      contentType,
      observe: (observed) => metrics.observe(observed),
      decided: (allowed) => metrics.decided?.(allowed),
      page: async () => {
        const others = await Promise.all([...this.#threads].map((thread) => thread.metrics()));
        return sumMetrics(
          await metrics.page(),
          others.filter((page) => page !== undefined),
        );
      },
    };
  }

  async #each(work: (thread: WorkerThread) => Promise<void>): Promise<void> {
    await Promise.all([...this.#threads].map(work));
  }
}

function requireSound({ workers, shared, guard }: WorkersOptions): void {
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`workers\` is no whole number from 1 on: ${quote(workers)}`);
  const published = shared.publication();
  if (published === undefined || guard.lag?.().revision !== published.revision)
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      'the guard has published no policies: make it with `engine: shared.engine`, and await `guard.ready()`',
    );
}

/** Threads that share an address would also share it with another program of the same user. */
async function requireFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const reason = isTaken ? 'another program listens there' : errorMessage(error);
    throw new CardeaError('CARDEA_IO', `cannot listen at ${quote(`${host}:${port}`)}: ${reason}`, { cause: error });
  }
  await new Promise((resolve) => probe.close(resolve));
}
