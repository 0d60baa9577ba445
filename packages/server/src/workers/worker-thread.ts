import { Worker, type WorkerOptions } from 'node:worker_threads';
import { CardeaError, errorMessage } from 'cardea';
import { IndexPacker } from './index-parcel.ts';
import { Line } from './line.ts';
import type { MainCalls, Seat, WorkerCalls } from './protocol.ts';
import type { SharedPolicies } from './shared-policies.ts';

/** What a worker is made of. */
export interface ThreadOptions {
  readonly script: URL;
  readonly execArgv: readonly string[] | undefined;
  readonly shared: SharedPolicies;
  readonly elapsed: () => number;
  /** Answers the requests that it leaves to the main thread. */
  readonly handle: MainCalls['handle'];
  /** Asks the storage for changes. */
  readonly refresh: () => Promise<void>;
}

/** How long a worker that was told to end may take until it is ended, when everybody is answered. */
const LEAVING_MS = 2000;

/** One worker, from the main thread's side: it is posted what is published, one after the other. */
export class WorkerThread {
  /** Where it listens; rejects where it ends before. */
  readonly listening: Promise<string>;
  /** When it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #line: Line<WorkerCalls>;
  readonly #packer = new IndexPacker();
  readonly #options: ThreadOptions;
  /** The number of what it decides over, and since when there is something newer. */
  #number = -1;
  #behindSince: number | undefined;
  #isPosting = false;
  readonly #waiting = new Map<() => void, number>();

  constructor(seat: Seat, options: ThreadOptions) {
    const { script, execArgv, shared, handle } = options;
    this.#options = options;
    const how: WorkerOptions = { workerData: seat, ...(execArgv !== undefined && { execArgv: [...execArgv] }) };
    const worker = new Worker(script, how);
    this.#worker = worker;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.listening = promise;
    promise.catch(() => undefined); // told to whoever waits for it
    const calls: MainCalls = {
      listening: resolve,
      handle,
      refresh: async () => {
        await options.refresh();
        await this.caughtUp();
      },
    };
    this.#line = new Line<WorkerCalls>(worker, calls);
    const unwatch = shared.watch(() => this.#post());
    const end = (reason: Error): void => {
      reject(reason);
      this.#line.end(reason);
      for (const wake of this.#waiting.keys()) wake();
    };
    worker.once('error', (error) => end(startFailure(error)));
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        unwatch();
        end(new CardeaError('CARDEA_IO', `a worker ended with ${code}`));
        resolve();
      });
    });
    this.#post();
  }

  /** For how many milliseconds there has been something that it does not decide over. */
  get behindMs(): number {
    return this.#behindSince === undefined ? 0 : this.#options.elapsed() - this.#behindSince;
  }

  /** Resolves when it decides over what is published now, or something later; or has ended. */
  async caughtUp(): Promise<void> {
    const { number } = this.#options.shared;
    if (this.#number >= number) return;
    await new Promise<void>((resolve) => this.#waiting.set(resolve, number));
  }

  /** Its metrics; undefined where it has none, or is gone. */
  async metrics(): Promise<string | undefined> {
    return this.#line.call('metrics', undefined).catch(() => undefined);
  }

  /** Lets it answer everybody who asked, and ends it. */
  async stop(): Promise<void> {
    // Where it is gone, nobody waits for an answer of it.
    await this.#line.call('stop', undefined).catch(() => undefined);
    const timer = setTimeout(() => void this.end(), LEAVING_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Posts what is published, when it has taken what was posted before: what came meanwhile is left out. */
  #post(): void {
    const { shared, elapsed } = this.#options;
    if (this.#number !== shared.number) this.#behindSince ??= elapsed();
    if (this.#isPosting || this.#number === shared.number) return;
    this.#isPosting = true;
    const { number } = shared;
    const published = shared.publication();
    const posted = published && { revision: published.revision, parcel: this.#packer.pack(published.index) };
    this.#line.call('take', posted).then(
      () => this.#taken(number),
      // INVARIANT never-stale: what did not take the policies answers nobody any more.
      () => this.end(),
    );
  }

  #taken(number: number): void {
    this.#isPosting = false;
    this.#number = number;
    this.#behindSince = undefined;
    for (const [wake, wanted] of this.#waiting) {
      if (wanted > number) continue;
      this.#waiting.delete(wake);
      wake();
    }
    this.#post();
  }
}

function startFailure(error: unknown): Error {
  return new CardeaError('CARDEA_IO', `a worker failed: ${errorMessage(error)}`, { cause: error });
}
