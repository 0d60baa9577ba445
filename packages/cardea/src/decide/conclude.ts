import type { FunctionTable } from '../ast/functions.ts';
import type { Decision, Diagnostic, Revision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { COMBINING, type Combining, type Vote } from './combining.ts';
import { errorReason } from './error-reason.ts';

/** What concluding needs besides findings and an inquiry. */
export interface ConcludeOptions {
  readonly combining: Combining;
  /**
   * A deny policy that something missing keeps from applying: `ignore` it with a diagnostic (as vakt, IAM
   * and Cedar do), or treat it as an error, so that it never ends in an allow.
   */
  readonly unknownDeny: 'ignore' | 'deny';
  readonly functions: FunctionTable;
  /** The revision of the policies, for the decision. */
  readonly revision: Revision;
}

/**
 * Makes one decision of what the policies say. A policy applies only where its condition is true. An allow
 * policy that fails does not apply; a deny policy that fails makes the outcome `indeterminate` wherever it
 * could have won. Both are in the diagnostics.
 *
 * @param findings in the order of the storage
 */
export function conclude(findings: Iterable<Finding>, inquiry: Inquiry, options: ConcludeOptions): Decision {
  const votes: Vote[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const finding of findings) {
    if (finding.truth === 'true') votes.push({ policy: finding, applies: 'yes' });
    const diagnostic = diagnose(finding, inquiry, options.functions);
    if (diagnostic === undefined) continue;
    diagnostics.push(diagnostic);
    if (finding.effect === 'deny' && (finding.truth === 'error' || options.unknownDeny === 'deny')) {
      votes.push({ policy: finding, applies: 'unclear' });
    }
  }
  const { outcome, deciders } = COMBINING[options.combining](votes);
  // Frozen, because a cache hands the same decision to many.
  return Object.freeze({
    allowed: outcome === 'allow',
    outcome,
    deciders: frozen(deciders.map(({ uid }) => uid)),
    candidates: frozen(votes.filter(({ applies }) => applies === 'yes').map(({ policy }) => policy.uid)),
    obligations: frozen(deciders.flatMap(({ obligations }) => obligations)),
    diagnostics: frozen(diagnostics),
    revision: options.revision,
  });
}

const NOTHING: readonly never[] = Object.freeze([]);

// Most lists are empty, and freezing one takes longer than making it.
function frozen<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NOTHING : Object.freeze(list);
}

function diagnose(finding: Finding, inquiry: Inquiry, functions: FunctionTable): Diagnostic | undefined {
  const { uid, effect, truth } = finding;
  if (truth === 'error') {
    const reason = errorReason(finding.condition(), { inquiry, functions }) ?? 'it cannot be evaluated';
    return Object.freeze({ uid, kind: 'error', message: reason });
  }
  if (truth !== 'unknown' || effect === 'allow') return undefined;
  return Object.freeze({ uid, kind: 'unknown-deny', message: 'something that it reads is missing or of another type' });
}
