import type { Operand } from '../ast/condition.ts';
import { printCondition, printOperand } from '../ast/print.ts';
import { errorMessage } from '../errors.ts';
import type { Redaction } from './explain-redact.ts';
import { REDACTED } from './explain-redact.ts';
import type { Trace } from './explain-trace.ts';
import type { ConditionExplanation, ItemExplanation, OperandExplanation } from './explanation.ts';
import { evaluateOperand, type Scope } from './reference.ts';

const NONE: ReadonlySet<string> = new Set();

/** A trace as plain JSON, with the values seen at the leaves. */
export function explainNode(
  trace: Trace,
  redaction: Redaction,
  hiddenItems: ReadonlySet<string> = NONE,
): ConditionExplanation {
  const { condition, scope, truth } = trace;
  const base = { kind: condition.kind, text: printCondition(condition), truth };
  if (condition.kind === 'test') {
    return { ...base, operands: condition.args.map((arg) => explainOperand(arg, scope, redaction, hiddenItems)) };
  }
  if (condition.kind !== 'each') {
    return trace.of.length === 0
      ? base
      : { ...base, of: trace.of.map((part) => explainNode(part, redaction, hiddenItems)) };
  }
  const operands = [explainOperand(condition.over, scope, redaction, hiddenItems)];
  if (trace.item === undefined) return { ...base, operands };
  const hidden =
    redaction.show(condition.over, trace.item.value) !== trace.item.value ||
    redaction.hides(condition.over, hiddenItems);
  return { ...base, operands, item: explainItem(trace.item, condition.as, hidden, redaction, hiddenItems) };
}

/** The value that an operand has, or why it has none. */
export function explainOperand(
  operand: Operand,
  scope: Scope,
  redaction: Redaction,
  hiddenItems: ReadonlySet<string> = NONE,
): OperandExplanation {
  const text = printOperand(operand);
  if (operand.kind === 'slot') return { text, missing: true };
  const hidden = redaction.hides(operand, hiddenItems);
  try {
    const seen = evaluateOperand(operand, scope);
    if (seen === undefined) return { text, missing: true };
    return hidden ? { text, redacted: true } : { text, seen: redaction.show(operand, seen) };
  } catch (error) {
    // A function's message may quote its argument.
    if (hidden) return { text, error: REDACTED };
    return { text, error: errorMessage(error) };
  }
}

function explainItem(
  { index, value, where }: NonNullable<Trace['item']>,
  name: string,
  hidden: boolean,
  redaction: Redaction,
  hiddenItems: ReadonlySet<string>,
): ItemExplanation {
  const names = hidden ? new Set(hiddenItems).add(name) : without(hiddenItems, name);
  return { index, name, seen: hidden ? REDACTED : value, where: explainNode(where, redaction, names) };
}

// An inner `each` of the same name hides the outer one's item.
function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const rest = new Set(names);
  rest.delete(name);
  return rest;
}
