import type { Condition } from '../ast/condition.ts';
import type { Finding } from '../model/finding.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { type OpenPolicy, combinedCondition } from './plan-combining.ts';
import type { ConcludeOptions } from './conclude.ts';
import { definiteCondition } from './plan-definite.ts';
import { type Known, residualOf } from './plan-residual.ts';

/**
 * Plans for what is known: the policies that could have a part become one condition over the category that is open.
 *
 * INVARIANT plan-equals-decide: `decide` allows a thing exactly where the plan does.
 *
 * @param findings all that could have a part in a decision whatever the open category is, in the order of the storage
 *
 * @example
 * ```ts
 * const known = { inquiry: { subject: 'max', action: 'get' }, over: 'resource', attributes: {}, functions } as const;
 * planOf(engine.findOpen(known.inquiry, 'resource'), known, options); // { kind: 'conditional', condition: … }
 * ```
 */
export function planOf(
  findings: Iterable<Pick<Finding, 'effect' | 'priority' | 'condition'>>,
  known: Known,
  options: ConcludeOptions,
): QueryPlan {
  const policies: OpenPolicy[] = [];
  for (const { effect, priority, condition } of findings)
    policies.push({ effect, priority, condition: residualOf(condition(), known) });
  const combined = combinedCondition(policies, options.combining, options.unknownDeny);
  return planOfCondition(definiteCondition(combined), known, options);
}

function planOfCondition(condition: Condition, { over, type }: Known, options: ConcludeOptions): QueryPlan {
  const { functions, revision } = options;
  const facts = { over, ...(type === undefined ? {} : { type }), functions, revision, diagnostics: [] };
  if (condition.kind === 'const') return { kind: condition.value ? 'always' : 'never', ...facts };
  return { kind: 'conditional', condition, ...facts };
}
