import { parentPort, workerData } from 'node:worker_threads';
import { CardeaError, type CreatePolicyEngine, type Storage } from 'cardea';
import type { DecidesInquiries } from '../authzen/decider.ts';
import { type DecisionServer, type ServerOptions, startServer } from '../node/create-server.ts';
import { forwarding } from './forwarded.ts';
import { IndexUnpacker } from './index-parcel.ts';
import { Line } from './line.ts';
import type { MainCalls, Seat, WorkerCalls } from './protocol.ts';
import { TakenPolicies } from './taken-policies.ts';

/** What the server of a worker is told: where it listens, and who administers policies, is said in the main thread. */
export type WorkerServerOptions = Omit<
  ServerOptions,
  'host' | 'port' | 'publicUrl' | 'pageSecrets' | 'policies' | 'history' | 'decisionLog' | 'guardOver'
>;

/** A thread among those that {@link createWorkers} started. */
export interface WorkerPlace {
  /** For the guard of this thread: the policies of the main thread, in its memory. */
  readonly storage: Storage;
  /** For the guard of this thread. */
  readonly engine: CreatePolicyEngine;
  /** What the main thread was given as `data`, copied. */
  readonly data: unknown;
  /** Resolves when the server has ended, which it does by itself: to close whatever else the thread has open. */
  readonly stopped: Promise<void>;
  /** Starts the server of this thread, at the address that all of them share; once. */
  createServer(options: WorkerServerOptions): Promise<DecisionServer>;
}

/**
 * Takes the place of a worker: called first thing in the script that {@link createWorkers} starts in each thread. Resolves
 * when there are policies.
 *
 * @throws CARDEA_INVALID_ARGUMENT in a thread that was started otherwise
 *
 * @example
 * ```ts
 * const worker = await joinWorkers();
 * const guard = new Guard(worker.storage, { engine: worker.engine });
 * await guard.ready();
 * await worker.createServer({ guard });
 * await worker.stopped;
 * await guard.close();
 * ```
 */
export async function joinWorkers(): Promise<WorkerPlace> {
  const port = parentPort;
  const seat = workerData as Seat | undefined;
  if (port === null || seat?.pageSecrets === undefined)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'this is no thread that `createWorkers` has started');
  const taken = new TakenPolicies();
  const unpacker = new IndexUnpacker();
  const { promise: stopped, resolve: leave } = Promise.withResolvers<void>();
  const { promise: first, resolve: begin } = Promise.withResolvers<void>();
  let options: WorkerServerOptions | undefined;
  let server: Promise<DecisionServer> | undefined;
  let isStopping = false;
  const calls: WorkerCalls = {
    take: async (posted) => {
      taken.take(posted && { revision: posted.revision, index: unpacker.unpack(posted.parcel) });
      const followed = options?.guard.refresh?.();
      if (posted === undefined) {
        // It rejects: there is nothing to rely on, and the guard relies on nothing.
        await followed?.catch(() => undefined);
        return;
      }
      begin();
      await followed;
    },
    metrics: async () => options?.metrics?.page(),
    stop: async () => {
      isStopping = true;
      await (await server)?.close();
      leave();
      // The last that keeps the thread, where its script has closed what it opened.
      setImmediate(() => port.close());
    },
  };
  const line = new Line<MainCalls>(port, calls);
  // What it can no more hear is what it may no more rely on: it is started again.
  port.on('messageerror', (error) => {
    throw error;
  });
  await first;
  return {
    storage: taken.storage,
    engine: taken.engine,
    data: seat.data,
    stopped,
    createServer: async (given) => {
      if (isStopping) throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'the workers are about to end');
      options = given;
      server = listen(seat, given, line);
      return server;
    },
  };
}

async function listen(seat: Seat, options: WorkerServerOptions, line: Line<MainCalls>): Promise<DecisionServer> {
  const { host, port, publicUrl, pageSecrets } = seat;
  const place = { host, port, pageSecrets, ...(publicUrl !== undefined && { publicUrl }) };
  // What came since the script began is decided over before anybody asks.
  await options.guard.refresh?.();
  const guard = asking(options.guard, () => line.call('refresh', undefined));
  const server = await startServer(
    { ...options, ...place, guard },
    {
      isShared: true,
      around: (handle, prefix) => forwarding(handle, prefix, (request) => line.call('handle', request)),
    },
  );
  await line.call('listening', server.url);
  return server;
}

/** The same guard, which asks the storage by the main thread. */
function asking(guard: DecidesInquiries, refresh: () => Promise<void>): DecidesInquiries {
  return {
    check: (inquiry) => guard.check(inquiry),
    allowsNow: (inquiry) => guard.allowsNow?.(inquiry),
    get revision() {
      return guard.revision;
    },
    ...(guard.explain && { explain: (inquiry) => guard.explain?.(inquiry) as ReturnType<typeof guard.explain> }),
    ...(guard.lag && { lag: () => guard.lag?.() as ReturnType<typeof guard.lag> }),
    refresh,
  };
}
