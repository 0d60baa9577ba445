import type { FunctionTable } from '../src/ast/functions.ts';
import type { LoweredPolicy } from '../src/model/lowered-policy.ts';
import type { Policy } from '../src/model/policy.ts';
import { defaultChecker } from '../src/syntax/checkers.ts';
import { lowerPolicy } from '../src/syntax/lower-policy.ts';

/** A policy that is known to be right, as the default checker reads it. */
export function loweredOf(policy: Policy, functions: FunctionTable): LoweredPolicy {
  const lowered = lowerPolicy(policy, { checker: defaultChecker(), functions });
  if (!lowered.ok) throw new Error(lowered.issues.map(({ message }) => message).join('; '));
  return lowered.value;
}
