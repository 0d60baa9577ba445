import { CardeaError, errorMessage } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import type { Storage } from '../ports/storage.ts';
import { LagMeter } from './lag-meter.ts';
import type * as mirrors from './load-mirror.ts';
import type { MirrorOptions } from './mirror-notes.ts';
import type { PolicyMirror } from './policy-mirror.ts';
import type { GuardLag, GuardPolicies, PolicySet, PolicyStats } from './policy-view.ts';
import type { Question } from './question.ts';

/** The policies that a guard decides over. */
interface MirroredSet extends PolicySet {
  readonly view: PolicyMirror;
}

/** How stored policies are read and found. */
export interface PolicySourceOptions extends MirrorOptions {
  /** The index when absent, which is loaded together with the first policies. */
  readonly engine?: CreatePolicyEngine | undefined;
  /** What to begin with, instead of all policies. */
  readonly snapshot?: Uint8Array | undefined;
  /** How long ago the storage may have been asked last, in milliseconds; for ever when absent. */
  readonly maxLagMs?: number | undefined;
  readonly clock: Clock;
}

/**
 * Mirrors a storage in memory: reads it once, then follows its changes by revision, and reads it again
 * when it has forgotten the changes in between.
 *
 * INVARIANT: `current` is the whole storage at one revision, never a mixture. A set is edited only between
 * two decisions, in one synchronous step: deciding is synchronous too, so nobody sees half a change.
 */
export class PolicySource implements GuardPolicies {
  readonly #storage: Storage;
  readonly #options: PolicySourceOptions;
  // Until it is taken, or refused.
  #snapshot: Uint8Array | undefined;
  #current: MirroredSet | undefined;
  #failure: unknown;
  #unwatch: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #serials = 0;
  // Notifications heard, and how many of them `current` accounts for.
  #heard = 0;
  #followed = 0;
  readonly #lag: LagMeter;
  /** What was told last that it may be relied on. */
  #settled: PolicyMirror | undefined;

  constructor(storage: Storage, options: PolicySourceOptions) {
    this.#storage = storage;
    this.#options = options;
    this.#snapshot = options.snapshot;
    this.#lag = new LagMeter(options.clock, options.maxLagMs);
  }

  /** The policies, or undefined while there are none that may be relied on, or they may be too old. */
  get current(): MirroredSet | undefined {
    return this.#lag.isTooLong ? undefined : this.#set;
  }

  get settled(): MirroredSet | undefined {
    return this.#isBehind(this.#heard, this.#lag.oldest) ? undefined : this.#set;
  }

  get #set(): MirroredSet | undefined {
    return this.#failure === undefined && !this.#closed ? this.#current : undefined;
  }

  /** Why `current` is undefined. */
  get failure(): string {
    if (this.#closed) return 'the guard is closed';
    if (this.#failure !== undefined) return `the policies cannot be read: ${errorMessage(this.#failure)}`;
    if (this.#current === undefined) return 'the policies are not loaded yet: await `guard.ready()`';
    return 'the storage was asked for changes longer ago than `maxLagMs`: use `check`, which asks it again';
  }

  async ready(): Promise<void> {
    try {
      await this.#catchUp();
    } catch (error) {
      throw new CardeaError('CARDEA_IO', this.failure, { cause: error });
    }
  }

  async over<T>(_question: Question, work: (found: PolicySet | string) => T): Promise<T> {
    if (this.settled === undefined)
      await this.#catchUp().catch(() => {
        // There is no set then, and `failure` says why.
      });
    // However long catching up took: the set accounts for what the storage was when it was asked for.
    return work(this.#set ?? this.failure);
  }

  /**
   * Waits until the set accounts for every change that was announced before the call, and for what the storage was so long
   * before the call as the guard may be behind.
   *
   * @throws whatever the storage rejects with
   */
  async #catchUp(): Promise<void> {
    const wanted = this.#heard;
    const oldest = this.#lag.oldest;
    this.#requireOpen();
    while (this.#isBehind(wanted, oldest)) {
      // Begun only after the present call stack, which may be that of a writer telling of its change.
      this.#running ??= Promise.resolve()
        .then(() => this.#step())
        .finally(() => {
          this.#running = undefined;
        });
      await this.#running;
      this.#requireOpen();
    }
  }

  #isBehind(wanted: number, oldest: number): boolean {
    return this.#set === undefined || this.#followed < wanted || this.#lag.askedAt < oldest;
  }

  async refresh(): Promise<void> {
    // Asked apart: a storage that does not answer this takes nothing away from what is decided over.
    await this.#storage.revision();
    this.#heard += 1;
    await this.#catchUp();
  }

  /** Catches up without being waited for; a failure is logged and shows in `failure`. */
  follow(): void {
    this.#catchUp().catch((error: unknown) =>
      this.#options.logger.debug({ err: error }, 'following the storage stopped'),
    );
  }

  stats(): PolicyStats | undefined {
    const set = this.#set;
    if (set === undefined) return undefined;
    const { policies, templates, links, residual, shapes, bytes, candidates } = set.view.stats();
    return { revision: set.revision, policies, templates, links, residual, shapes, bytes, candidates };
  }

  lag(): GuardLag {
    const failure = this.#closed || this.#failure !== undefined ? this.failure : undefined;
    return { revision: this.#set?.revision, ...this.#lag.measures, failure };
  }

  toSnapshot(): Uint8Array {
    const set = this.#set;
    if (set === undefined) throw new CardeaError('CARDEA_IO', this.failure);
    return set.view.toSnapshot(set.revision);
  }

  close(): void {
    this.#closed = true;
    this.#settled?.settled(undefined);
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #requireOpen(): void {
    if (this.#closed) throw new CardeaError('CARDEA_INVALID_ARGUMENT', this.failure);
  }

  async #step(): Promise<void> {
    // Closed between the call and this turn: nobody would stop watching any more.
    if (this.#closed) return;
    const heard = this.#heard;
    this.#lag.asks();
    if (this.#set === undefined) this.#lag.lacks();
    try {
      this.#unwatch ??= this.#storage.watch((revision) => {
        this.#heard += 1;
        this.#lag.heard(revision);
        this.follow();
      });
      await this.#advance();
      this.#followed = heard;
      this.#failure = undefined;
      this.#lag.answered(this.#current?.revision);
      this.#settled = this.#current?.view;
      this.#settled?.settled(this.#current?.revision);
    } catch (error) {
      // Said once, not at every attempt to recover.
      if (this.#failure === undefined)
        this.#options.logger.error({ err: error }, 'the storage cannot be read; nothing is allowed');
      this.#lag.lacks();
      this.#settled?.settled(undefined);
      this.#failure = error ?? new Error('the storage gave no reason');
      throw error;
    }
  }

  async #advance(): Promise<void> {
    const before = this.#current;
    const set = before ?? (await this.#restore());
    if (set === undefined) return this.#load();
    const since = await this.#storage.changesSince(set.revision);
    const { logger } = this.#options;
    if (this.#snapshot !== undefined) {
      this.#snapshot = undefined;
      const { revision } = set;
      if (since.complete && since.revision >= revision) logger.info({ revision }, 'policies taken from the snapshot');
      else
        logger.warn({ revision, storage: since.revision }, 'the storage does not know what changed since the snapshot');
    }
    // A lower revision: the storage was reset or restored, so the changes since are not the difference.
    if (!since.complete || since.revision < set.revision) return this.#load();
    if (since.revision === set.revision) {
      this.#current = set;
      return;
    }
    // Until the last change is in, there is nothing to rely on: after a failure all is read anew.
    this.#current = undefined;
    const followed = set.view.follow(since.changes);
    this.#current = followed ? this.#setOf(set.view, since.revision) : before;
    if (!followed) return this.#load();
    logger.debug({ revision: since.revision, changes: since.changes.length }, 'policies changed');
  }

  async #load(): Promise<void> {
    const { create, loadMirror } = await this.#parts();
    const { mirror, revision } = await loadMirror(this.#storage, create, this.#options);
    this.#current = this.#setOf(mirror, revision);
    const { policies, links } = mirror.stats();
    this.#options.logger.info({ revision, policies, links }, 'policies loaded');
  }

  async #restore(): Promise<MirroredSet | undefined> {
    if (this.#snapshot === undefined) return undefined;
    const { create, restoreMirror } = await this.#parts();
    try {
      const { mirror, revision } = restoreMirror(this.#snapshot, create, this.#options);
      return this.#setOf(mirror, revision);
    } catch (error) {
      this.#snapshot = undefined;
      this.#options.logger.warn({ err: error }, 'the snapshot is refused; all policies are loaded');
      return undefined;
    }
  }

  // Chunks of their own for bundlers: what a program begins with need not hold them.
  async #parts(): Promise<typeof mirrors & { readonly create: CreatePolicyEngine }> {
    const [parts, create] = await Promise.all([
      import('./load-mirror.ts'),
      this.#options.engine ?? import('../engine/indexed.ts').then(({ indexed }) => indexed),
    ]);
    return { create, ...parts };
  }

  #setOf(view: PolicyMirror, revision: Revision): MirroredSet {
    return { view, revision, serial: ++this.#serials };
  }
}
