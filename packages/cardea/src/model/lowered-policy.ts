import { allOf, anyOf } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Effect } from './policy.ts';

/**
 * A policy as the conditions that a checker read from it: what deciding, explaining, indexing and
 * filtering work on. `condition` is what {@link conditionOf} makes of the parts.
 */
export interface LoweredPolicy {
  readonly uid: string;
  readonly effect: Effect;
  readonly priority: number;
  readonly obligations: readonly Json[];
  readonly condition: Condition;
  readonly parts: LoweredParts;
  /** Present for templates only: the names of what links fill in. `splitTemplate` takes the condition apart. */
  readonly slots?: readonly string[];
}

/** One condition for each field of a policy, so that `explain` can name the field that failed. */
export interface LoweredParts {
  /** One condition an element, in the order of the policy; the field fits where one of them holds. */
  readonly subjects: readonly Condition[];
  readonly actions: readonly Condition[];
  readonly resources: readonly Condition[];
  /** One condition a member; all must hold. */
  readonly context: readonly { readonly attribute: string; readonly condition: Condition }[];
}

/**
 * The condition of a policy: one element of each field fits, and every member of the context holds. It is the
 * one definition, so that whoever keeps the parts need not keep the condition.
 */
export function conditionOf({ subjects, actions, resources, context }: LoweredParts): Condition {
  // Actions first: they are the quickest to tell.
  return allOf([anyOf(actions), anyOf(subjects), anyOf(resources), ...context.map((part) => part.condition)]);
}
