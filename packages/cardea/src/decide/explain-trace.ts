import type { Condition, EachCondition, TestCondition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { linklessCondition, slotsOf, splitTemplate } from '../ast/template.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth } from '../ast/truth.ts';
import { evaluateCondition, evaluateOperand, type Scope } from './reference.ts';

/** What a condition is traced in. */
export interface TraceScope extends Scope {
  /**
   * For templates: what a condition on a slot is where the inquiry has what it is compared with. No link fits (`false`),
   * or which links there are does not matter (`true`).
   */
  readonly bindings?: 'true' | 'false';
}

/** A node of a condition with its truth: what an explanation is written from. */
export interface Trace {
  readonly condition: Condition;
  readonly scope: TraceScope;
  readonly truth: Truth;
  readonly of: readonly Trace[];
  /** For an `each`: the first item that has its truth. */
  readonly item?: { readonly index: number; readonly value: Json; readonly where: Trace };
}

/**
 * Evaluates a condition and remembers the truth of every node.
 *
 * INVARIANT trace ≡ evaluate: the truth of each node without slots is what `evaluateCondition` gives for it. Leaves
 * are evaluated by it; the truth above them follows from the tables of `ast/truth`.
 */
export function traceCondition(condition: Condition, scope: TraceScope): Trace {
  switch (condition.kind) {
    case 'const':
      return { condition, scope, truth: evaluateCondition(condition, scope), of: [] };
    case 'test':
      return { condition, scope, truth: leafTruth(condition, scope), of: [] };
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
export function joinTraces(kind: 'and' | 'or', of: readonly Trace[], scope: TraceScope): Trace {
  const truth = of
    .map((trace) => trace.truth)
    .reduce(kind === 'and' ? andTruth : orTruth, kind === 'and' ? 'true' : 'false');
  return { condition: { kind, of: of.map((trace) => trace.condition) }, scope, truth, of };
}

function traceJunction(
  condition: Condition & { readonly kind: 'and' | 'or' },
  scope: TraceScope,
  join: (left: Truth, right: Truth) => Truth,
  empty: Truth,
): Trace {
  const of = condition.of.map((part) => traceCondition(part, scope));
  return { condition, scope, truth: of.map((part) => part.truth).reduce(join, empty), of };
}

function traceInner(
  condition: Condition & { readonly kind: 'not' | 'sure' },
  scope: TraceScope,
  turn: (truth: Truth) => Truth,
): Trace {
  const inner = traceCondition(condition.of, scope);
  return { condition, scope, truth: turn(inner.truth), of: [inner] };
}

// Only the deciding item is kept: a list may be long, and one item is what a reader wants to see.
function traceEach(condition: EachCondition, scope: TraceScope): Trace {
  const truth = leafTruth(condition, scope);
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

function leafTruth(leaf: TestCondition | EachCondition, scope: TraceScope): Truth {
  const { bindings } = scope;
  const slots = bindings === undefined ? [] : slotsOf(leaf);
  if (bindings === undefined || slots.length === 0) return evaluateCondition(leaf, scope);
  const parts = splitTemplate(leaf, slots);
  const readable = parts.ok ? evaluateCondition(linklessCondition(parts), scope) : 'error';
  return readable === 'true' ? bindings : readable;
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
