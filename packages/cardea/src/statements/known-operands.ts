import type { Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import { evaluateOperand } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';

/**
 * A test in which what is known already stands as a value: attributes of the subject and the action, and calls over
 * nothing else, such as the text that `countryid:${subject.country}` stands for.
 *
 * INVARIANT known-operands-keep-truth: what is missing or fails stays as it is, so that it does the same when it is read
 * again.
 */
export function withKnownOperands(test: TestCondition, known: Inquiry, functions: FunctionTable): TestCondition {
  const args = test.args.map((operand) => {
    const value = isOpen(operand) ? undefined : valueOf(operand, known, functions);
    return value === undefined ? operand : ({ kind: 'value', value } as const);
  });
  return { ...test, args };
}

/** Whether an operand reads something that differs between the requests of one subject for one action. */
export function isOpen(operand: Operand): boolean {
  if (operand.kind === 'call') return operand.args.some(isOpen);
  return operand.kind === 'item' || (operand.kind === 'attr' && operand.of !== 'subject' && operand.of !== 'action');
}

function valueOf(operand: Operand, inquiry: Inquiry, functions: FunctionTable): Json | undefined {
  try {
    return evaluateOperand(operand, { inquiry, functions });
  } catch {
    // It will fail again, where the failure counts.
    return undefined;
  }
}
