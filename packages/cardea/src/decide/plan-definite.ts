import { FALSE, not, sure, TRUE } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { normalizeCondition } from '../ast/normalize.ts';
import { mayFail } from '../engine/may-fail.ts';
import { constantTruth } from './plan-constants.ts';
import { foldAnd, foldOr } from './plan-fold.ts';
import { mergedAlternatives } from './plan-merge.ts';

/**
 * A shorter condition that is true of the same things, in normal form. Where it is not true it may be anything else: of
 * a filter nobody asks.
 *
 * INVARIANT definite-keeps-the-true: it is true of a thing exactly where the given one is.
 */
export function definiteCondition(condition: Condition): Condition {
  return normalizeCondition(definite(normalizeCondition(condition)));
}

// Of a normal form: negation stands before tests and `sure` only.
function definite(condition: Condition): Condition {
  switch (condition.kind) {
    case 'const':
      return condition;
    case 'and':
      return foldAnd(condition.of.map(definite));
    case 'or':
      return foldOr(mergedAlternatives(condition.of.map(definite)));
    case 'sure':
      return definite(condition.of);
    case 'not':
      return condition.of.kind === 'sure' ? undenied(condition.of.of) : orFalse(condition);
    case 'test':
      return orFalse(condition);
    case 'each':
      return { ...condition, where: definite(condition.where) };
  }
}

/** What is true where a condition is false or unknown. */
function undenied(of: Condition): Condition {
  const truth = constantTruth(of);
  if (truth !== undefined) return truth === 'false' || truth === 'unknown' ? TRUE : FALSE;
  // True and errors outweigh alike in a disjunction, so that each part may be asked alone.
  if (of.kind === 'or') return foldAnd(of.of.map(undenied));
  if (of.kind === 'and') return undeniedAnd(of.of) ?? not(sure(of));
  return not(sure(of));
}

function undeniedAnd(parts: readonly Condition[]): Condition | undefined {
  const open = parts.filter((part) => constantTruth(part) === undefined);
  const weak = parts.map(constantTruth);
  // An error unless another part is false.
  if (weak.includes('error')) return definite(normalizeCondition(not({ kind: 'and', of: open })));
  return weak.includes('unknown') && !open.some(mayFail) ? TRUE : undefined;
}

function orFalse(condition: Condition): Condition {
  const inner = condition.kind === 'not' ? condition.of : condition;
  const truth = constantTruth(inner);
  return truth === 'unknown' || truth === 'error' ? FALSE : condition;
}
