import type { Condition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import { normalizeCondition } from '../ast/normalize.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { Facts } from './facts.ts';

/** A policy as the checks look at it. */
export interface LintedPolicy {
  readonly policy: Policy;
  readonly lowered: LoweredPolicy;
  /** The normal form of the condition, and its canonical text. */
  readonly condition: Condition;
  readonly text: string;
  /** What is known where the policy applies. */
  readonly facts: Facts;
}

/** Looks at a policy once, for all checks. */
export function lintedPolicy(policy: Policy, lowered: LoweredPolicy): LintedPolicy {
  const condition = normalizeCondition(lowered.condition);
  const facts = Facts.of({ condition, holds: true });
  return { policy, lowered, condition, text: canonicalJson(condition as unknown as Json), facts };
}
