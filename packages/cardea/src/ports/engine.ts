import type { Category } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json, Scalar } from '../ast/json.ts';
import type { Revision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';

/** One change of the policies of an engine. */
export type EngineChange =
  /** Adds a policy at the end, or replaces the one of its uid where that stands. */
  | { readonly type: 'put'; readonly policy: LoweredPolicy }
  /** Takes a policy away, with its links where it is a template; does nothing where there is none. */
  | { readonly type: 'remove'; readonly uid: string }
  /** Adds or takes away a link: one value for each slot of the template, in their order. */
  | { readonly type: 'link' | 'unlink'; readonly template: string; readonly values: readonly Scalar[] };

/**
 * Holds policies and finds those that have a part in a decision, so that a guard need not hold every
 * inquiry against every policy.
 *
 * INVARIANT indexed-equals-reference: what `find` leaves out has no part in any decision.
 */
export interface PolicyEngine {
  /** How many policies there are, templates included, links not. */
  readonly size: number;
  /** Adds policies in the order of the storage. None of them is held on to as an object. */
  load(policies: Iterable<LoweredPolicy>): void;
  /** Makes all changes or, where one of them throws, none. */
  apply(changes: Iterable<EngineChange>): void;
  /**
   * The allow policies whose condition is true or failed and the deny policies whose condition is not
   * false, in the order of the storage. The links of a template stand in its place, by their uids.
   */
  find(inquiry: Inquiry): readonly Finding[];
  /**
   * As `find` while nothing is known of one category: what it finds for any value of that is among them, and all that
   * could apply to some value. The links of a template stand in its place that could apply; of a deny also a condition
   * that says what is unknown or failed of a value for which no link is looked at. Absent where an engine cannot plan.
   */
  findOpen?(inquiry: Inquiry, open: Category): readonly Finding[];
  /**
   * Whether deny-overrides allows the inquiry: as many policies are looked at as that takes.
   *
   * @param unclear what else keeps from allowing: a deny policy that failed, or also one that is unknown
   */
  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean;
  /** A policy or template, made from what is kept; undefined where there is none of this uid. */
  get(uid: string): LoweredPolicy | undefined;
  /** All policies and templates, in the order of the storage, made from what is kept. */
  policies(): Iterable<LoweredPolicy>;
  /** For operators: what there is and what it costs. */
  stats(): EngineStats;
  /**
   * Everything that the engine holds, for `fromSnapshot` of what made it. Absent where an engine has no snapshots.
   *
   * @param meta given back with it
   */
  toSnapshot?(meta: Json): Uint8Array;
  /**
   * Told that what it holds is the storage at a revision, perhaps again; or, by undefined, that nobody may rely on it until
   * it is told so again, as the storage cannot be read. Absent where an engine tells nobody of what it holds.
   */
  settled?(revision: Revision | undefined): void;
}

/** What an engine consists of at the moment, and how much it had to look at since it was made. */
export interface EngineStats {
  /** Templates included, links not. */
  readonly policies: number;
  readonly templates: number;
  readonly links: number;
  /** Policies that every inquiry is held against, because nothing of their conditions can be looked up. */
  readonly residual: number;
  /** The sets of attributes by which policies are looked up together, by name. */
  readonly shapes: readonly (readonly string[])[];
  readonly bytes: number;
  /** How many searches looked at so many policies: at none, at 1, at 2 to 3, at 4 to 7 and so on. */
  readonly candidates: readonly number[];
}

/** Makes an empty engine: `indexed` of `cardea/engine` is one. */
export interface CreatePolicyEngine {
  (functions: FunctionTable): PolicyEngine;
  /**
   * Makes an engine of a snapshot, and gives back what was told of it. Absent where an engine has no snapshots.
   *
   * @throws CARDEA_INVALID_SNAPSHOT when it is damaged, foreign or of a version that is not read
   */
  readonly fromSnapshot?: (
    snapshot: Uint8Array,
    functions: FunctionTable,
  ) => { readonly engine: PolicyEngine; readonly meta: Json };
}
