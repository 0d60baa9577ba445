import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import { lower, type LowerOptions } from './lower.ts';

export type { LowerOptions } from './lower.ts';

/**
 * Lowers a policy to conditions, as the checker reads it. All issues are returned at once; a policy with
 * an issue has no meaning.
 *
 * @param policy as `parsePolicy` returned it: what is JSON, and how deep, is not looked at again
 *
 * @example
 * ```ts
 * const lowered = lowerPolicy(policy, { checker: defaultChecker(), functions: functionTable() });
 * if (lowered.ok) console.log(printCondition(lowered.value.condition));
 * ```
 */
export function lowerPolicy(policy: Policy, options: LowerOptions): Parsed<LoweredPolicy> {
  // A function of its own: bundlers load with an entry the files of what it exports from elsewhere, where anything else
  // needs them later. So a guard's first chunk has no lowering in it.
  return lower(policy, options);
}
