import type { Category, Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Diagnostic, Revision } from './decision.ts';

/** The category of an inquiry that a plan leaves open: that of the things which are filtered. */
export type OpenCategory = Exclude<Category, 'context'>;

/**
 * What an inquiry comes to while one of its categories is open: everything of it is allowed, nothing is, or that for
 * which a condition is true. It is what every filter is made of.
 *
 * INVARIANT plan-equals-decide: a thing is allowed exactly where the condition is *true* of it, neither false nor
 * unknown nor an error.
 */
export type QueryPlan = UnconditionalPlan | ConditionalPlan;

/** Everything is allowed, or nothing. */
export interface UnconditionalPlan extends PlanFacts {
  readonly kind: 'always' | 'never';
}

/** Allowed is that for which the condition is true. */
export interface ConditionalPlan extends PlanFacts {
  readonly kind: 'conditional';
  /** Reads nothing but the open category: constants stand for all else. */
  readonly condition: Condition;
}

/** What every plan tells. */
export interface PlanFacts {
  readonly over: OpenCategory;
  /** The type of the things, where the question named it: they are then entities, `{ type, id, properties }`. */
  readonly type?: string;
  /** The functions that the condition may call. */
  readonly functions: FunctionTable;
  /** The revision of the policies. */
  readonly revision: Revision;
  /** Why nobody can know, which is a `never`; else empty. */
  readonly diagnostics: readonly Diagnostic[];
}
