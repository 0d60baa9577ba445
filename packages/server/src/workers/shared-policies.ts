import { CardeaError, type CreatePolicyEngine, type FunctionTable, type Revision } from 'cardea';
import { PolicyIndex, type SharedIndex } from 'cardea/engine';

/** The policies of one revision, in memory that other threads read and nobody changes any more. */
export interface Publication {
  readonly revision: Revision;
  readonly index: SharedIndex;
}

/**
 * The policies of one guard, held in memory that threads share: its option `engine`, and what {@link createWorkers} hands to
 * the workers.
 *
 * @example
 * ```ts
 * const shared = new SharedPolicies();
 * const guard = new Guard(storage, { engine: shared.engine });
 * await guard.ready();
 * ```
 */
export class SharedPolicies {
  /** For the guard that follows the storage; for one guard alone. */
  readonly engine: CreatePolicyEngine;
  readonly #listeners = new Set<() => void>();
  #held: { readonly index: PolicyIndex; readonly revision: Revision } | undefined;
  #publication: Publication | undefined;
  #number = 0;

  /** @throws CARDEA_UNSUPPORTED where memory cannot be shared */
  constructor() {
    if (typeof SharedArrayBuffer === 'undefined')
      throw new CardeaError('CARDEA_UNSUPPORTED', 'threads share no memory here');
    this.engine = Object.assign(
      (functions: FunctionTable) => this.#telling(new PolicyIndex(functions, { share: allocate })),
      {
        fromSnapshot: (snapshot: Uint8Array, functions: FunctionTable) => {
          const { index, meta } = PolicyIndex.fromSnapshot(snapshot, functions, { allocate });
          return { engine: this.#telling(index), meta };
        },
      },
    );
  }

  /** Another one whenever what is published is. */
  get number(): number {
    return this.#number;
  }

  /** What may be relied on now; undefined where nothing may. Shared anew only where it has changed. */
  publication(): Publication | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    try {
      this.#publication ??= { revision: held.revision, index: held.index.share() };
    } catch {
      // A change failed half way: the guard reads all policies anew, or fails too.
      return undefined;
    }
    return this.#publication;
  }

  /** Calls the listener whenever `number` is another one, until the function that it gives is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #telling(index: PolicyIndex): PolicyIndex & { settled(revision: Revision | undefined): void } {
    return Object.assign(index, { settled: (revision: Revision | undefined) => this.#settled(index, revision) });
  }

  #settled(index: PolicyIndex, revision: Revision | undefined): void {
    const held = this.#held;
    if (held?.revision === revision && (held === undefined || held.index === index)) return;
    this.#held = revision === undefined ? undefined : { index, revision };
    this.#publication = undefined;
    this.#number += 1;
    for (const listener of this.#listeners) listener();
  }
}

function allocate(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
