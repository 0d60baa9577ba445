import type { FunctionTable } from '../ast/functions.ts';
import type { Truth } from '../ast/truth.ts';
import type { Decision, Diagnostic, Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { COMBINING, type Combining, type Vote } from './combining.ts';
import { errorReason } from './error-reason.ts';
import { evaluateCondition } from './reference.ts';

/** What deciding needs besides policies and an inquiry. */
export interface DecideOptions {
  readonly combining: Combining;
  /**
   * A deny policy that something missing keeps from applying: `ignore` it with a diagnostic (as vakt, IAM
   * and Cedar do), or treat it as an error, so that it never ends in an allow.
   */
  readonly unknownDeny: 'ignore' | 'deny';
  readonly functions: FunctionTable;
  /** The revision of the policies, for the decision. */
  readonly revision: Revision;
  /** The truth of a policy's condition; the reference interpreter where absent. */
  readonly evaluate?: (policy: LoweredPolicy, inquiry: Inquiry) => Truth;
}

/**
 * Decides an inquiry over policies: pure, synchronous, never throws. A policy applies only where its
 * condition is true. An allow policy that fails does not apply; a deny policy that fails makes the
 * outcome `indeterminate` wherever it could have won. Both are in the diagnostics.
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
  const votes: Vote[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const policy of policies) {
    const truth = truthOf(policy, inquiry, options);
    if (truth === 'true') votes.push({ policy, applies: 'yes' });
    const diagnostic = diagnose(policy, truth, inquiry, options);
    if (diagnostic === undefined) continue;
    diagnostics.push(diagnostic);
    if (policy.effect === 'deny' && (truth === 'error' || options.unknownDeny === 'deny')) {
      votes.push({ policy, applies: 'unclear' });
    }
  }
  const { outcome, deciders } = COMBINING[options.combining](votes);
  // Frozen, because a cache hands the same decision to many.
  return Object.freeze({
    allowed: outcome === 'allow',
    outcome,
    deciders: Object.freeze(deciders.map(({ uid }) => uid)),
    candidates: Object.freeze(votes.filter(({ applies }) => applies === 'yes').map(({ policy }) => policy.uid)),
    obligations: Object.freeze(deciders.flatMap(({ obligations }) => obligations)),
    diagnostics: Object.freeze(diagnostics),
    revision: options.revision,
  });
}

function truthOf(policy: LoweredPolicy, inquiry: Inquiry, options: DecideOptions): Truth {
  if (options.evaluate !== undefined) return options.evaluate(policy, inquiry);
  return evaluateCondition(policy.condition, { inquiry, functions: options.functions });
}

function diagnose(
  policy: LoweredPolicy,
  truth: Truth,
  inquiry: Inquiry,
  options: DecideOptions,
): Diagnostic | undefined {
  const { uid, effect, condition } = policy;
  if (truth === 'error') {
    const reason = errorReason(condition, { inquiry, functions: options.functions }) ?? 'it cannot be evaluated';
    return Object.freeze({ uid, kind: 'error', message: reason });
  }
  if (truth !== 'unknown' || effect === 'allow') return undefined;
  return Object.freeze({ uid, kind: 'unknown-deny', message: 'something that it reads is missing or of another type' });
}
