import type { Condition, EachCondition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth } from '../ast/truth.ts';
import { evaluateCondition, evaluateOperand, type Scope } from './reference.ts';

/** A node of a condition with its truth: what an explanation is written from. */
export interface Trace {
  readonly condition: Condition;
  readonly scope: Scope;
  readonly truth: Truth;
  readonly of: readonly Trace[];
  /** For an `each`: the first item that has its truth. */
  readonly item?: { readonly index: number; readonly value: Json; readonly where: Trace };
}

/**
 * Evaluates a condition and remembers the truth of every node.
 *
 * INVARIANT trace ≡ evaluate: the truth of each node is what `evaluateCondition` gives for it. Leaves
 * are evaluated by it; the truth above them follows from the tables of `ast/truth`.
 */
export function traceCondition(condition: Condition, scope: Scope): Trace {
  switch (condition.kind) {
    case 'const':
    case 'test':
      return { condition, scope, truth: evaluateCondition(condition, scope), of: [] };
    case 'and':
      return traceJunction(condition, scope, andTruth, 'true');
    case 'or':
      return traceJunction(condition, scope, orTruth, 'false');
    case 'not':
      return traceInner(condition, scope, notTruth);
    case 'sure':
      return traceInner(condition, scope, sureTruth);
    case 'each':
      return traceEach(condition, scope);
  }
}

/** A junction of traces that are already there, as `and` or `or` of their conditions. */
export function joinTraces(kind: 'and' | 'or', of: readonly Trace[], scope: Scope): Trace {
  const truth = of
    .map((trace) => trace.truth)
    .reduce(kind === 'and' ? andTruth : orTruth, kind === 'and' ? 'true' : 'false');
  return { condition: { kind, of: of.map((trace) => trace.condition) }, scope, truth, of };
}

function traceJunction(
  condition: Condition & { readonly kind: 'and' | 'or' },
  scope: Scope,
  join: (left: Truth, right: Truth) => Truth,
  empty: Truth,
): Trace {
  const of = condition.of.map((part) => traceCondition(part, scope));
  return { condition, scope, truth: of.map((part) => part.truth).reduce(join, empty), of };
}

function traceInner(
  condition: Condition & { readonly kind: 'not' | 'sure' },
  scope: Scope,
  turn: (truth: Truth) => Truth,
): Trace {
  const inner = traceCondition(condition.of, scope);
  return { condition, scope, truth: turn(inner.truth), of: [inner] };
}

// Only the deciding item is kept: a list may be long, and one item is what a reader wants to see.
function traceEach(condition: EachCondition, scope: Scope): Trace {
  const truth = evaluateCondition(condition, scope);
  const base = { condition, scope, truth, of: [] };
  const undecided = condition.quantifier === 'some' ? 'false' : 'true';
  if (truth === undecided) return base;
  for (const [index, value] of itemsOf(condition, scope).entries()) {
    const inner = { ...scope, items: new Map(scope.items).set(condition.as, value) };
    if (evaluateCondition(condition.where, inner) !== truth) continue;
    return { ...base, item: { index, value, where: traceCondition(condition.where, inner) } };
  }
  return base;
}

function itemsOf(condition: EachCondition, scope: Scope): readonly Json[] {
  try {
    const over = evaluateOperand(condition.over, scope);
    return Array.isArray(over) ? (over as readonly Json[]) : [];
  } catch {
    // The list itself could not be had: the operand's explanation carries the message.
    return [];
  }
}
