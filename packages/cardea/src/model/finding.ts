import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Effect } from './policy.ts';

/** A policy, or a link of a template, that has a part in a decision: what combining needs to know of it. */
export interface Finding {
  readonly uid: string;
  readonly effect: Effect;
  readonly priority: number;
  readonly obligations: readonly Json[];
  /** Of its condition. An engine leaves out those that are false, and allows that are unknown. */
  readonly truth: Truth;
  /** The condition, made when asked for: the message of an error needs it. */
  condition(): Condition;
}
