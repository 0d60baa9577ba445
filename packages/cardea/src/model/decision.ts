import type { Json } from '../ast/json.ts';

/**
 * The outcome of a decision (XACML 3.0 §7.17): some allow policy and no deny applies; a deny policy applies;
 * no policy applies; an error kept the guard from knowing.
 */
export type Outcome = 'allow' | 'deny' | 'not-applicable' | 'indeterminate';

/**
 * A number that grows with every change of a storage. Decisions carry it, caches are keyed by it,
 * writers base changes on it.
 */
export type Revision = number;

/** Something about the evaluation of one policy, or of the whole decision, that an operator should know. */
export interface Diagnostic {
  /** The policy concerned; absent when the failure is not one policy's. */
  readonly uid?: string;
  /**
   * `error`: it could not be evaluated. `unknown-deny`: a deny policy did not apply only because
   * something it reads was missing or of another type. `infrastructure`: the storage or an attribute
   * source failed.
   */
  readonly kind: 'error' | 'unknown-deny' | 'infrastructure';
  readonly message: string;
}

/** The answer to an inquiry, with its reason. */
export interface Decision {
  /** True only where `outcome` is `allow`. */
  readonly allowed: boolean;
  readonly outcome: Outcome;
  /** The uids of the policies that decided, in the order of the storage. */
  readonly deciders: readonly string[];
  /** The uids of all policies that apply, in the order of the storage. */
  readonly candidates: readonly string[];
  /** The obligations of the deciders. */
  readonly obligations: readonly Json[];
  readonly diagnostics: readonly Diagnostic[];
  /** The revision of the policies that were decided over. */
  readonly revision: Revision;
}
