import type { Category } from '../ast/condition.ts';
import type { ConcludeOptions } from '../decide/conclude.ts';
import type { Decision, Revision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineStats } from '../ports/engine.ts';
import type { Question } from './question.ts';

/** Policies and links that can be decided over. */
export interface PolicyView {
  decide(inquiry: Inquiry, options: ConcludeOptions): Decision;
  /** Whether deny-overrides allows the inquiry. @param unclear what else keeps from allowing, as of a policy engine */
  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean;
  /** As that of a policy engine. Undefined, or absent, where not all policies are at hand. */
  findOpen?(inquiry: Inquiry, open: Category): readonly Finding[] | undefined;
  /** Policies and templates, in the order of the storage. */
  policies(): Iterable<LoweredPolicy>;
  /** Whether these are the candidates of one inquiry; absent where they are all policies. */
  readonly scope?: 'candidates';
  /** The description of a policy, or for a link that of its template. */
  describe(uid: string): string | undefined;
}

/** Which state of a storage policies are of. */
export interface PolicyVersion {
  readonly revision: Revision;
  /** Differs between any two states of one guard that have one revision, where a storage was reset and counts anew. */
  readonly serial: number;
}

/** The policies that a decision is made over. */
export interface PolicySet extends PolicyVersion {
  readonly view: PolicyView;
}

/** How far a guard is behind its storage, for operators. */
export interface GuardLag {
  /** The revision that is decided over; undefined while there are no policies to rely on. */
  readonly revision: Revision | undefined;
  /** The newest revision that the guard has heard of. */
  readonly newest: Revision | undefined;
  /** For how many milliseconds there has been something that the guard does not account for; 0 where nothing is. */
  readonly behindMs: number;
  /** How many milliseconds ago the storage was asked last and answered; undefined where it never did. */
  readonly askedMs: number | undefined;
  /** Why the storage cannot be read; undefined where it can. */
  readonly failure: string | undefined;
}

/**
 * What a guard holds at a revision, and how many decisions were made over it, `explain` included. A guard on demand holds
 * nothing: it has `revision`, `decisions` and `candidates` alone, which counts the policies and links that it was given.
 */
export interface GuardStats extends Partial<Omit<EngineStats, 'candidates'>>, Pick<EngineStats, 'candidates'> {
  readonly revision: Revision;
  /** Since the policies were loaded, those from a cache not counted. */
  readonly decisions: number;
}

/** Those of which a guard makes its own. */
export type PolicyStats = Omit<GuardStats, 'decisions'>;

/** Where a guard has its policies from. */
export interface GuardPolicies {
  /** What can be decided over at once; undefined where nothing can. */
  readonly current: PolicySet | undefined;
  /** `current` where waiting would change nothing, as it accounts for all that the storage has announced. */
  readonly settled: PolicySet | undefined;
  /** Why `current` is undefined. */
  readonly failure: string;
  /** Waits until whatever the storage has announced before the call is decided over. @throws CARDEA_IO where it cannot be */
  ready(): Promise<void>;
  /**
   * Calls `work` with what the question is to be decided over, or with the reason why there is nothing: empty where its
   * problems are reason enough. The policies are those of one revision as long as `work` runs, and no longer.
   */
  over<T>(question: Question, work: (found: PolicySet | string) => T): Promise<T>;
  /**
   * Asks the storage at which revision it is, whether or not it told of one, and waits until that is decided over.
   *
   * @throws whatever the storage rejects with; what is decided over then stays
   */
  refresh(): Promise<void>;
  /** What the storage is at now, where that costs less than `over`; undefined where it cannot be read. */
  version?(): Promise<PolicyVersion | undefined>;
  /** Does without being waited for what makes `current` defined, if anything does. */
  follow(): void;
  /** Undefined while there are no policies to rely on. */
  stats(): PolicyStats | undefined;
  lag(): GuardLag;
  /** @throws CARDEA_IO and CARDEA_UNSUPPORTED as that of the guard does */
  toSnapshot(): Uint8Array;
  close(): void;
}
