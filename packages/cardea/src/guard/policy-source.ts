import { CardeaError, errorMessage, formatIssue, type Issue } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Effect } from '../model/policy.ts';
import type { CreatePolicyEngine, EngineChange, PolicyEngine } from '../ports/engine.ts';
import type { Logger } from '../ports/logger.ts';
import { readPolicies } from '../ports/read-policies.ts';
import type { PolicyChange, RecordedChange, Storage } from '../ports/storage.ts';
import type { LowerOptions } from '../syntax/lower.ts';
import { keyOfForeignUid, keyOfUid } from './engine-uid.ts';
import { readStoredPolicy } from './stored-policy.ts';

/** The policies that a guard decides over. */
export interface PolicySet {
  readonly revision: Revision;
  /** Differs between any two sets of one source, also where a storage was reset and counts anew. */
  readonly serial: number;
  /** Knows each policy by the key of its uid: see `engine-uid.ts`. */
  readonly engine: PolicyEngine;
  /** By uid; empty where nobody asks for them. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** How stored policies are read and found. */
export interface PolicySourceOptions extends LowerOptions {
  /** The index when absent, which is loaded together with the first policies. */
  readonly engine?: CreatePolicyEngine | undefined;
  /** Whether descriptions are kept: nothing else needs them in memory. */
  readonly describes: boolean;
}

interface MutableSet extends PolicySet {
  readonly descriptions: Map<string, string>;
}

/**
 * Mirrors a storage in memory: reads it once, then follows its changes by revision, and reads it again
 * when it has forgotten the changes in between.
 *
 * INVARIANT: `current` is the whole storage at one revision, never a mixture. A set is edited only between
 * two decisions, in one synchronous step: deciding is synchronous too, so nobody sees half a change.
 */
export class PolicySource {
  readonly #storage: Storage;
  readonly #options: PolicySourceOptions;
  readonly #logger: Logger;
  #current: MutableSet | undefined;
  #failure: unknown;
  #unwatch: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #serials = 0;
  // Notifications heard, and how many of them `current` accounts for.
  #heard = 0;
  #followed = 0;

  constructor(storage: Storage, options: PolicySourceOptions, logger: Logger) {
    this.#storage = storage;
    this.#options = options;
    this.#logger = logger;
  }

  /** The policies, or undefined while there are none that may be relied on: see `failure`. */
  get current(): PolicySet | undefined {
    return this.#failure === undefined && !this.#closed ? this.#current : undefined;
  }

  /** Why `current` is undefined. */
  get failure(): string {
    if (this.#closed) return 'the guard is closed';
    if (this.#failure === undefined) return 'the policies are not loaded yet: await `guard.ready()`';
    return `the policies cannot be read: ${errorMessage(this.#failure)}`;
  }

  /**
   * Waits until `current` accounts for every change that was announced before the call.
   *
   * @throws whatever the storage rejects with
   */
  async catchUp(): Promise<void> {
    const wanted = this.#heard;
    this.#requireOpen();
    while (this.#current === undefined || this.#failure !== undefined || this.#followed < wanted) {
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

  /** Catches up without being waited for; a failure is logged and shows in `failure`. */
  follow(): void {
    this.catchUp().catch((error: unknown) => this.#logger.debug({ err: error }, 'following the storage stopped'));
  }

  close(): void {
    this.#closed = true;
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
    try {
      this.#unwatch ??= this.#storage.watch(() => {
        this.#heard += 1;
        this.follow();
      });
      await this.#advance();
      this.#followed = heard;
      this.#failure = undefined;
    } catch (error) {
      // Said once, not at every attempt to recover.
      if (this.#failure === undefined)
        this.#logger.error({ err: error }, 'the storage cannot be read; nothing is allowed');
      this.#failure = error ?? new Error('the storage gave no reason');
      throw error;
    }
  }

  async #advance(): Promise<void> {
    const set = this.#current;
    if (set === undefined) return this.#load();
    const since = await this.#storage.changesSince(set.revision);
    // A lower revision: the storage was reset or restored, so the changes since are not the difference.
    if (!since.complete || since.revision < set.revision) return this.#load();
    if (since.revision <= set.revision) return;
    // Which of the stored policies it concerns is not known by a text.
    if (since.changes.some(hasForeignUid)) return this.#load();
    // Until the last change is in, there is nothing to rely on: after a failure all is read anew.
    this.#current = undefined;
    this.#edit(set, since.changes, since.revision);
  }

  async #load(): Promise<void> {
    const [{ revision, policies }, create] = await Promise.all([readPolicies(this.#storage), this.#engine()]);
    const set: MutableSet = {
      revision,
      serial: ++this.#serials,
      engine: create(this.#options.functions),
      descriptions: new Map(),
    };
    set.engine.load(this.#readAll(set, policies));
    this.#current = set;
    this.#logger.info({ revision, policies: set.engine.size }, 'policies loaded');
  }

  // A chunk of its own for bundlers: a page that shows what policies allow need not wait for it to be drawn.
  async #engine(): Promise<CreatePolicyEngine> {
    return this.#options.engine ?? (await import('../engine/indexed.ts')).indexed;
  }

  /** One at a time, so that no more than one is an object beside those of the storage. */
  *#readAll(set: MutableSet, policies: ReadonlyMap<string, unknown>): Iterable<LoweredPolicy> {
    let foreign = 0;
    for (const [uid, policy] of policies) {
      const key = isText(uid) ? keyOfUid(uid) : keyOfForeignUid(uid, ++foreign);
      yield this.#read(set, uid, key, policy);
    }
  }

  #edit(set: MutableSet, changes: readonly RecordedChange[], revision: Revision): void {
    // All are read before the engine is touched.
    set.engine.apply(changes.map(({ change }) => this.#changeOf(set, change)));
    this.#current = { ...set, revision, serial: ++this.#serials };
    this.#logger.debug({ revision, changes: changes.length }, 'policies changed');
  }

  #changeOf(set: MutableSet, change: PolicyChange): EngineChange {
    if (change.type !== 'delete') {
      const { uid } = change.policy;
      return { type: 'put', policy: this.#read(set, uid, keyOfUid(uid), change.policy) };
    }
    set.descriptions.delete(change.uid);
    return { type: 'remove', uid: keyOfUid(change.uid) };
  }

  #read(set: MutableSet, uid: string, key: string, policy: unknown): LoweredPolicy {
    const { lowered, description, issues } = readStoredPolicy(policy, this.#options);
    if (description === undefined || !this.#options.describes) set.descriptions.delete(uid);
    else set.descriptions.set(uid, description);
    if (issues.length > 0) this.#tell(uid, lowered.effect, issues);
    return lowered.uid === key ? lowered : { ...lowered, uid: key };
  }

  #tell(uid: string, effect: Effect, issues: readonly Issue[]): void {
    const consequence = effect === 'allow' ? 'it never applies' : 'nothing that it might deny is allowed';
    this.#logger.error({ uid, effect, issues: issues.map(formatIssue) }, `a stored policy is invalid: ${consequence}`);
  }
}

/** What another writer stored may be named by anything. */
function isText(uid: unknown): uid is string {
  return typeof uid === 'string';
}

function hasForeignUid({ change }: RecordedChange): boolean {
  return !isText(change.type === 'delete' ? change.uid : change.policy.uid);
}
