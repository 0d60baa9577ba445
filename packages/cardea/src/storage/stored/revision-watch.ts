import type { Revision } from '../../model/decision.ts';
import type { ChangeBus } from '../../ports/change-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import { Listeners } from '../listeners.ts';
import type { Backend } from './backend.ts';

/** How often is asked where nothing tells by itself, in milliseconds. */
const UNTOLD_POLL_MS = 1000;
/** How often is asked although the database tells. */
const TOLD_POLL_MS = 30_000;

/** How a watch is set up. */
export interface RevisionWatchOptions {
  /** How often the revision is asked for, in milliseconds; 0 for never. */
  readonly pollMs: number | undefined;
  readonly logger: Logger | undefined;
  /** By what others tell of changes, besides the database. */
  readonly bus?: ChangeBus | undefined;
  /** Called before the database is asked anything. */
  readonly ready: () => Promise<unknown>;
}

/**
 * Tells listeners of new revisions: those made here at once, those made elsewhere when the database tells of them, and
 * where it does not, or was not heard, when it is asked the next time. Word that comes over a bus makes it ask at once.
 *
 * INVARIANT: whatever is lost in between, listeners are told once more after the last change.
 */
export class RevisionWatch {
  readonly #backend: Pick<Backend, 'head' | 'listen'>;
  readonly #options: RevisionWatchOptions;
  readonly #listeners: Listeners;
  /** What listeners account for: the revision that they were told of last, or that was read here first. */
  #known: Revision | undefined;
  #told: Revision | undefined;
  /** The run that watches; another one each time that somebody begins to listen. */
  #run: symbol | undefined;
  #closed = false;
  #timer?: ReturnType<typeof setTimeout>;
  #stopListening: (() => void | Promise<void>) | undefined;
  #leaveBus: (() => void) | undefined;
  #isFailing = false;
  #isAsking = false;
  #mustAsk = false;

  constructor(backend: Pick<Backend, 'head' | 'listen'>, options: RevisionWatchOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#listeners = new Listeners(options.logger);
  }

  watch(listener: (revision: Revision) => void): () => void {
    if (this.#closed) return () => undefined;
    const forget = this.#listeners.add(listener);
    this.#start();
    return () => {
      forget();
      if (this.#listeners.size === 0) void this.#stop();
    };
  }

  /** A revision that a reader saw: changes after the first one are news. */
  saw(revision: Revision): void {
    this.#known ??= revision;
  }

  /** A revision that was made here. The database may have told of it already. */
  made(revision: Revision): void {
    if (this.#told !== revision) this.#tell(revision);
    this.#onBus((bus) => bus.tell(revision));
  }

  /** Asks now, without being waited for. */
  ask(): void {
    if (this.#run !== undefined) void this.#round(this.#run);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await this.#stop();
  }

  #tell(revision: Revision): void {
    this.#known = revision;
    this.#told = revision;
    this.#listeners.tell(revision);
  }

  #start(): void {
    if (this.#run !== undefined) return;
    this.#run = Symbol('run');
    this.#leaveBus = this.#onBus((bus) => bus.listen((revision) => this.#heardOnBus(revision)));
    void this.#round(this.#run);
  }

  async #stop(): Promise<void> {
    this.#run = undefined;
    clearTimeout(this.#timer);
    const leave = this.#leaveBus;
    this.#leaveBus = undefined;
    this.#onBus(() => leave?.());
    const stop = this.#stopListening;
    this.#stopListening = undefined;
    await this.#stopped(stop);
  }

  async #stopped(stop: (() => void | Promise<void>) | undefined): Promise<void> {
    try {
      await stop?.();
    } catch (error) {
      // The connection is gone: that stops it too.
      this.#options.logger?.debug({ err: error }, 'listening to the database ended with an error');
    }
  }

  /** One at a time, so that nobody listens twice; who comes meanwhile has a round of its own afterwards. */
  async #round(run: symbol): Promise<void> {
    if (this.#isAsking) {
      this.#mustAsk = true;
      return;
    }
    this.#isAsking = true;
    await this.#attempt(run);
    this.#isAsking = false;
    const mustAsk = this.#mustAsk;
    this.#mustAsk = false;
    if (mustAsk) this.ask();
    else this.#again(run);
  }

  async #attempt(run: symbol): Promise<void> {
    try {
      await this.#options.ready();
      try {
        if (this.#run === run) await this.#listen(run);
      } finally {
        // Whether or not the database can tell, it can be asked.
        if (this.#run === run) await this.#poll(run);
      }
      this.#isFailing = false;
    } catch (error) {
      // Said once, not at every attempt.
      if (!this.#isFailing) this.#options.logger?.warn({ err: error }, 'the storage cannot be watched; trying again');
      this.#isFailing = true;
    }
  }

  #again(run: symbol): void {
    const delayMs = this.#delayMs();
    if (this.#run !== run || delayMs === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#round(run), delayMs);
    // Whoever only waits for changes must not keep a process of Node from ending.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #delayMs(): number | undefined {
    const { pollMs } = this.#options;
    const isTold = this.#stopListening !== undefined;
    const mustRetry = this.#isFailing || (this.#backend.listen !== undefined && !isTold);
    if (pollMs === 0) return mustRetry ? UNTOLD_POLL_MS : undefined;
    if (isTold && !mustRetry) return pollMs ?? TOLD_POLL_MS;
    return Math.min(pollMs ?? UNTOLD_POLL_MS, mustRetry ? UNTOLD_POLL_MS : Number.POSITIVE_INFINITY);
  }

  async #listen(run: symbol): Promise<void> {
    if (this.#backend.listen === undefined || this.#stopListening !== undefined) return;
    let failed = false;
    const stop = await this.#backend.listen(
      (revision) => this.#heard(run, revision),
      (error) => {
        failed = true;
        this.#lost(run, error);
      },
    );
    if (failed) return;
    if (this.#run === run) this.#stopListening = stop;
    // Nobody listens any more, or somebody anew.
    else await this.#stopped(stop);
  }

  /** Notifications may come late: one of an old revision is no news, and a database that was put back is found by asking. */
  #heard(run: symbol, revision: Revision): void {
    if (this.#run === run && (this.#known === undefined || revision > this.#known)) this.#tell(revision);
  }

  /** The database says what is so: whoever told something else, be it a revision to come, has made it be asked and no more. */
  #heardOnBus(revision: Revision): void {
    if (this.#known === undefined || revision > this.#known) this.ask();
  }

  /** A bus that fails changes nothing: what it does not carry is found by asking. */
  #onBus<T>(use: (bus: ChangeBus) => T): T | undefined {
    const { bus, logger } = this.#options;
    try {
      return bus && use(bus);
    } catch (error) {
      logger?.warn({ err: error }, 'the bus of changes failed; the storage is asked');
      return undefined;
    }
  }

  #lost(run: symbol, error: unknown): void {
    if (this.#run !== run) return;
    this.#stopListening = undefined;
    this.#options.logger?.warn({ err: error }, 'the database tells of changes no more; it is asked');
    this.#again(run);
  }

  async #poll(run: symbol): Promise<void> {
    const before = this.#known;
    const { revision } = await this.#backend.head();
    // An answer that was on its way while somebody told more may be the older one; the next will tell.
    if (this.#run !== run || this.#known !== before || revision === before) return;
    if (before === undefined) this.saw(revision);
    else this.#tell(revision);
  }
}
