import { allOf, anyOf, FALSE, not, sure, TRUE } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { notTruth, sureTruth } from '../ast/truth.ts';
import { conditionOfTruth, constantTruth, ERROR, UNKNOWN } from './plan-constants.ts';

/** Conjunction of conditions of which some are constant. */
export function foldAnd(parts: readonly Condition[]): Condition {
  return foldJunction('and', parts);
}

/** Disjunction of conditions of which some are constant. */
export function foldOr(parts: readonly Condition[]): Condition {
  return foldJunction('or', parts);
}

/** Negation. */
export function foldNot(of: Condition): Condition {
  const truth = constantTruth(of);
  return truth === undefined ? not(of) : conditionOfTruth(notTruth(truth));
}

/** Of unknown false, and an error stays one. */
export function foldSure(of: Condition): Condition {
  const truth = constantTruth(of);
  return truth === undefined ? sure(of) : conditionOfTruth(sureTruth(truth));
}

// An unknown or an error stays beside what is open: it may yet be outweighed.
function foldJunction(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const absorbing = kind === 'and' ? 'false' : 'true';
  const open: Condition[] = [];
  let weak: Condition | undefined;
  for (const part of parts) {
    const truth = constantTruth(part);
    if (truth === absorbing) return kind === 'and' ? FALSE : TRUE;
    if (truth === undefined) open.push(part);
    else if (truth === 'error' || (truth === 'unknown' && weak === undefined))
      weak = truth === 'error' ? ERROR : UNKNOWN;
  }
  if (weak !== undefined) open.push(weak);
  return kind === 'and' ? emptyAs(TRUE, open, allOf) : emptyAs(FALSE, open, anyOf);
}

function emptyAs(
  neutral: Condition,
  parts: readonly Condition[],
  join: (of: readonly Condition[]) => Condition,
): Condition {
  return parts.length === 0 ? neutral : join(parts);
}
