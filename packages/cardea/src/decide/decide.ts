import type { Scalar } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { conclude, type ConcludeOptions } from './conclude.ts';
import { policiesOfTemplate } from './links.ts';
import { evaluateCondition } from './reference.ts';

/** What deciding needs besides policies and an inquiry. */
export interface DecideOptions extends ConcludeOptions {
  /** The truth of a policy's condition; the reference interpreter where absent. */
  readonly evaluate?: (policy: LoweredPolicy, inquiry: Inquiry) => Truth;
  /** The links of templates, by their uids: the values of each in the order of the slots. None where absent. */
  readonly links?: ReadonlyMap<string, Iterable<readonly Scalar[]>>;
}

/**
 * Decides an inquiry over policies: pure, synchronous, and never throws over
 * policies as `lowerPolicy` gives them. It is the plain form of deciding that every
 * quicker one is held against.
 *
 * Takes time linear in the policies; all of them are evaluated, so that the candidates are complete.
 *
 * @param policies in the order of the storage
 *
 * @example
 * ```ts
 * decide(policies, { subject: 'max', action: 'get', resource: 'book' }, {
 *   combining: 'deny-overrides',
 *   unknownDeny: 'ignore',
 *   functions: functionTable(),
 *   revision: 1,
 * }).allowed;
 * ```
 */
export function decide(policies: Iterable<LoweredPolicy>, inquiry: Inquiry, options: DecideOptions): Decision {
  const findings: Finding[] = [];
  for (const policy of policies) {
    for (const standing of standingFor(policy, inquiry, options))
      findings.push(findingOf(standing, truthOf(standing, inquiry, options)));
  }
  return conclude(findings, inquiry, options);
}

function standingFor(policy: LoweredPolicy, inquiry: Inquiry, options: DecideOptions): readonly LoweredPolicy[] {
  if (policy.slots === undefined) return [policy];
  return policiesOfTemplate(policy, options.links?.get(policy.uid) ?? [], { inquiry, functions: options.functions });
}

function findingOf(policy: LoweredPolicy, truth: Truth): Finding {
  const { uid, effect, priority, obligations, condition } = policy;
  return { uid, effect, priority, obligations, truth, condition: () => condition };
}

function truthOf(policy: LoweredPolicy, inquiry: Inquiry, options: DecideOptions): Truth {
  if (options.evaluate !== undefined) return options.evaluate(policy, inquiry);
  return evaluateCondition(policy.condition, { inquiry, functions: options.functions });
}
