import type { Condition, Operand } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { quote } from '../errors.ts';
import { type Place, report } from './issue-collector.ts';

/**
 * Reports what is wrong with the calls of a condition: functions that are not registered, and constant
 * arguments that a function refuses. Done when a policy is loaded, so that deciding never meets them.
 */
export function checkCalls(condition: Condition, functions: FunctionTable, place: Place): void {
  switch (condition.kind) {
    case 'const':
      return;
    case 'and':
    case 'or':
      for (const part of condition.of) checkCalls(part, functions, place);
      return;
    case 'not':
    case 'sure':
      return checkCalls(condition.of, functions, place);
    case 'test':
      for (const operand of condition.args) checkOperand(operand, functions, place);
      return;
    case 'each':
      checkOperand(condition.over, functions, place);
      return checkCalls(condition.where, functions, place);
  }
}

function checkOperand(operand: Operand, functions: FunctionTable, place: Place): void {
  if (operand.kind !== 'call') return;
  checkCall(operand.fn, operand.args, functions, place);
  for (const arg of operand.args) checkOperand(arg, functions, place);
}

function checkCall(name: string, args: readonly Operand[], functions: FunctionTable, place: Place): void {
  const definition = functions.get(name);
  if (definition === undefined)
    return report(place, 'CARDEA_UNKNOWN_FUNCTION', `function ${quote(name)} is not registered with the guard`);
  const problem = definition.check?.(args.map((arg) => (arg.kind === 'value' ? arg.value : undefined)));
  if (problem !== undefined) report(place, 'CARDEA_INVALID_RULE', `${quote(name)}: ${problem}`);
}
