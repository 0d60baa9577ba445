import { CardeaError, errorMessage, isCardeaError } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { Storage } from '../ports/storage.ts';
import type { CandidateReader } from './candidate-reader.ts';
import type { MirrorOptions } from './mirror-notes.ts';
import type { GuardLag, GuardPolicies, PolicySet, PolicyStats, PolicyVersion } from './policy-view.ts';
import type { Question } from './question.ts';

const CLOSED = 'the guard is closed';

/**
 * Policies that stay in their storage: for each question it is asked for the candidates, all of one revision. Nothing is
 * followed and nothing can be behind.
 */
export class OnDemandPolicies implements GuardPolicies {
  readonly #storage: Storage;
  readonly #options: MirrorOptions;
  #reading: Promise<CandidateReader> | undefined;
  #reader: CandidateReader | undefined;
  #newest: Revision | undefined;
  #serial = 0;
  #failure: unknown;
  #closed = false;

  constructor(storage: Storage, options: MirrorOptions) {
    this.#storage = storage;
    this.#options = options;
  }

  /** Nothing can be decided without asking. */
  get current(): undefined {
    return undefined;
  }

  get settled(): undefined {
    return undefined;
  }

  get failure(): string {
    return this.#closed ? CLOSED : 'the policies are in their storage, which is asked for each inquiry: use `check`';
  }

  /** @throws CARDEA_CONFLICT where the storage finds policies by another reading than that of the guard */
  async ready(): Promise<void> {
    const version = await this.#attempt(() => this.#version());
    if (typeof version !== 'string') return;
    const error = this.#failure;
    if (isCardeaError(error) && error.code === 'CARDEA_CONFLICT') throw error;
    throw new CardeaError('CARDEA_IO', version, { cause: error });
  }

  async over<T>({ inquiry, problems }: Question, work: (found: PolicySet | string) => T): Promise<T> {
    if (problems.length > 0) return work('');
    return work(
      await this.#attempt(async (reader) => {
        const asked = this.#asking();
        const { revision, view } = await reader.find(inquiry);
        return { ...this.#saw(revision, asked), view };
      }),
    );
  }

  async version(): Promise<PolicyVersion | undefined> {
    const version = await this.#attempt(() => this.#version());
    return typeof version === 'string' ? undefined : version;
  }

  /** Every question is asked anew. */
  async refresh(): Promise<void> {}

  /** There is nothing to follow. */
  follow(): void {}

  stats(): PolicyStats | undefined {
    if (this.#newest === undefined || this.#failure !== undefined || this.#closed) return undefined;
    return { revision: this.#newest, candidates: this.#reader?.counts ?? [] };
  }

  lag(): GuardLag {
    const isReadable = this.#failure === undefined && !this.#closed;
    return {
      revision: isReadable ? this.#newest : undefined,
      newest: this.#newest,
      behindMs: 0,
      askedMs: undefined,
      failure: isReadable ? undefined : this.#reason(),
    };
  }

  toSnapshot(): never {
    throw new CardeaError('CARDEA_UNSUPPORTED', 'a guard on demand holds no policies that could be in a snapshot');
  }

  close(): void {
    this.#closed = true;
  }

  async #version(): Promise<PolicyVersion> {
    const asked = this.#asking();
    return this.#saw(await this.#storage.revision(), asked);
  }

  #asking(): PolicyVersion {
    return { revision: this.#newest ?? 0, serial: this.#serial };
  }

  /**
   * What a revision is a version of.
   *
   * @param asked the newest version that was known when the storage was asked: a lower revision is of a storage that was
   * put back to an old state, and other policies may have the same revisions from then on
   */
  #saw(revision: Revision, asked: PolicyVersion): PolicyVersion {
    const wasPutBack = revision < asked.revision;
    const isNews = asked.serial === this.#serial;
    if (isNews && wasPutBack) this.#serial += 1;
    if (isNews) this.#newest = wasPutBack ? revision : Math.max(revision, this.#newest ?? 0);
    return { revision, serial: wasPutBack ? this.#serial : asked.serial };
  }

  /** What `work` gives, or why it gives nothing. */
  async #attempt<T extends object>(work: (reader: CandidateReader) => Promise<T>): Promise<T | string> {
    if (this.#closed) return CLOSED;
    try {
      const done = await work(await this.#load());
      this.#failure = undefined;
      return this.#closed ? CLOSED : done;
    } catch (error) {
      // Said once, not at every attempt.
      if (this.#failure === undefined)
        this.#options.logger.error({ err: error }, 'the storage cannot be read; nothing is allowed');
      this.#failure = error ?? new Error('the storage gave no reason');
      return this.#reason();
    }
  }

  #reason(): string {
    return this.#closed ? CLOSED : `the policies cannot be read: ${errorMessage(this.#failure)}`;
  }

  // A chunk of its own for bundlers, which a guard that holds its policies never loads.
  #load(): Promise<CandidateReader> {
    this.#reading ??= import('./candidate-reader.ts').then(
      ({ CandidateReader }) => (this.#reader = new CandidateReader(this.#storage, this.#options)),
    );
    return this.#reading.catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    });
  }
}
