import type { FunctionTable } from '../ast/functions.ts';
import type { Truth } from '../ast/truth.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';

/**
 * Finds the policies that have a part in a decision, so that a guard need not hold every inquiry against
 * every policy. A guard without an engine does just that.
 *
 * INVARIANT indexed-equals-reference: what `verify` leaves out has no part in any decision.
 */
export interface PolicyEngine {
  /** Takes all policies at once, in the order of the storage, filed under the uids as they are stored. */
  load(policies: ReadonlyMap<string, LoweredPolicy>): void;
  /** Adds a policy at the end, or replaces the one of this uid where that stands. */
  put(uid: string, policy: LoweredPolicy): void;
  /** Takes a policy away; does nothing where there is none. */
  remove(uid: string): void;
  /**
   * The allow policies whose condition is true or failed and the deny policies whose condition is not
   * false, each with that truth, in the order of the storage.
   */
  verify(inquiry: Inquiry): ReadonlyMap<LoweredPolicy, Truth>;
}

/** Makes an empty engine: `indexed` of `cardea/engine` is one. */
export type CreatePolicyEngine = (functions: FunctionTable) => PolicyEngine;
