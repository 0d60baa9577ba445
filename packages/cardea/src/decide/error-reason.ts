import type { Condition, Operand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { errorMessage } from '../errors.ts';
import { evaluateCondition, evaluateOperand, type Scope } from './reference.ts';

/**
 * Why a condition is an error: the message of the first thing in it that throws, or undefined when nothing
 * does. Looked up only for policies that failed, so it may evaluate them again.
 */
export function errorReason(condition: Condition, scope: Scope): string | undefined {
  switch (condition.kind) {
    case 'const':
      return undefined;
    case 'and':
    case 'or':
      return firstReason(condition.of, (part) => errorReason(part, scope));
    case 'not':
    case 'sure':
      return errorReason(condition.of, scope);
    case 'test':
      return (
        firstReason(condition.args, (arg) => operandReason(arg, scope)) ??
        (evaluateCondition(condition, scope) === 'error' ? `\`${condition.op}\` cannot be evaluated` : undefined)
      );
    case 'each':
      return (
        operandReason(condition.over, scope) ??
        firstReason(listOf(condition.over, scope), (item) => {
          const items = new Map(scope.items).set(condition.as, item);
          return errorReason(condition.where, { ...scope, items });
        })
      );
  }
}

function operandReason(operand: Operand, scope: Scope): string | undefined {
  try {
    evaluateOperand(operand, scope);
    return undefined;
  } catch (error) {
    const reason = errorMessage(error);
    return operand.kind === 'call' ? `\`${operand.fn}\` failed: ${reason}` : reason;
  }
}

function listOf(operand: Operand, scope: Scope): readonly Json[] {
  const list = evaluateOperand(operand, scope);
  return Array.isArray(list) ? list : [];
}

function firstReason<T>(parts: readonly T[], reasonOf: (part: T) => string | undefined): string | undefined {
  for (const part of parts) {
    const reason = reasonOf(part);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
