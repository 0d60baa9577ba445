import { CardeaError, type Changes, type CreatePolicyEngine, type Policy, type Revision, type Storage } from 'cardea';
import { PolicyIndex } from 'cardea/engine';
import type { Publication } from './shared-policies.ts';

/**
 * What the main thread has published last, as a storage and an engine for a guard of this thread. The storage has no
 * policies and only says of which revision they are; whenever others are published it says that all must be read anew, and
 * the engine that is then made holds them already, in the memory of the main thread.
 *
 * INVARIANT one-revision: an engine holds what was published under the revision that the guard gets for it.
 */
export class TakenPolicies {
  readonly storage: Storage;
  readonly engine: CreatePolicyEngine;
  readonly #listeners = new Set<(revision: Revision) => void>();
  #taken: Publication | undefined;
  /** What the guard is reading, or has read. */
  #read: Publication | undefined;

  constructor() {
    const of: OfStorage = {
      revision: async () => this.#present.revision,
      retrieveAll: () => this.#begin(),
      changesSince: async (revision) => this.#changesSince(revision),
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
    // A guard asks nothing else of it.
    this.storage = of as Storage;
    this.engine = (functions) => {
      // Of no policies there is nothing to load.
      if (this.#read === undefined) throw missing();
      return Object.assign(PolicyIndex.attach(this.#read.index, functions), { load: () => undefined });
    };
  }

  /** @param published undefined where nothing may be relied on */
  take(published: Publication | undefined): void {
    this.#taken = published;
    for (const listener of this.#listeners) listener(published?.revision ?? 0);
  }

  get #present(): Publication {
    if (this.#taken === undefined) throw missing();
    return this.#taken;
  }

  #begin(): AsyncIterable<Policy> {
    this.#read = this.#present;
    return NO_POLICIES;
  }

  /** Nothing has changed since what was read, or all has. */
  #changesSince(since: Revision): Changes {
    const { revision } = this.#present;
    if (this.#read === this.#taken && since === revision) return { complete: true, revision, changes: [] };
    return { complete: false, revision };
  }
}

const NO_POLICIES: AsyncIterable<Policy> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

type OfStorage = Pick<Storage, 'revision' | 'retrieveAll' | 'changesSince' | 'watch'>;

function missing(): CardeaError {
  return new CardeaError('CARDEA_IO', 'the main thread has no policies to rely on');
}
