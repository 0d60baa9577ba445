import { CardeaError, errorMessage, formatIssue } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { CreatePolicyEngine, PolicyEngine } from '../ports/engine.ts';
import type { Logger } from '../ports/logger.ts';
import { readPolicies } from '../ports/read-policies.ts';
import type { RecordedChange, Storage } from '../ports/storage.ts';
import type { LowerOptions } from '../syntax/lower.ts';
import { readStoredPolicy } from './stored-policy.ts';

/** The policies that a guard decides over. */
export interface PolicySet {
  readonly revision: Revision;
  /** Differs between any two sets of one source, also where a storage was reset and counts anew. */
  readonly serial: number;
  readonly policies: ReadonlyMap<string, LoweredPolicy>;
  /** Over the same policies; absent where the guard has none. */
  readonly engine: PolicyEngine | undefined;
  readonly descriptions: ReadonlyMap<string, string>;
}

/** How stored policies are read and found. */
export interface PolicySourceOptions extends LowerOptions {
  readonly engine?: CreatePolicyEngine | undefined;
}

interface MutableSet extends PolicySet {
  readonly policies: Map<string, LoweredPolicy>;
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
    // Until the last change is in, there is nothing to rely on: after a failure all is read anew.
    this.#current = undefined;
    this.#edit(set, since.changes, since.revision);
  }

  async #load(): Promise<void> {
    const { revision, policies } = await readPolicies(this.#storage);
    const engine = this.#options.engine?.(this.#options.functions);
    const set: MutableSet = { revision, serial: ++this.#serials, policies: new Map(), engine, descriptions: new Map() };
    for (const [uid, policy] of policies) this.#put(set, uid, policy);
    engine?.load(set.policies.values());
    this.#current = set;
    this.#logger.info({ revision, policies: set.policies.size }, 'policies loaded');
  }

  #edit(set: MutableSet, changes: readonly RecordedChange[], revision: Revision): void {
    for (const { change } of changes) {
      if (change.type !== 'delete') {
        const lowered = this.#put(set, change.policy.uid, change.policy);
        set.engine?.apply([{ type: 'put', policy: lowered }]);
      } else if (set.policies.delete(change.uid)) {
        set.engine?.apply([{ type: 'remove', uid: change.uid }]);
        set.descriptions.delete(change.uid);
      }
    }
    this.#current = { ...set, revision, serial: ++this.#serials };
    this.#logger.debug({ revision, changes: changes.length }, 'policies changed');
  }

  /** Filed under the uid as it is stored: that of an invalid policy may be no string, and is not told by its text. */
  #put(set: MutableSet, uid: string, policy: unknown): LoweredPolicy {
    const { lowered, description, issues } = readStoredPolicy(policy, this.#options);
    set.policies.set(uid, lowered);
    if (description === undefined) set.descriptions.delete(uid);
    else set.descriptions.set(uid, description);
    if (issues.length === 0) return lowered;
    const { effect } = lowered;
    const consequence = effect === 'allow' ? 'it never applies' : 'nothing that it might deny is allowed';
    this.#logger.error({ uid, effect, issues: issues.map(formatIssue) }, `a stored policy is invalid: ${consequence}`);
    return lowered;
  }
}
