import type { Condition, Operand } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { operandsOf } from '../ast/walk.ts';
import { quote } from '../errors.ts';
import { type Place, report } from './issue-collector.ts';

/**
 * Reports what is wrong with the calls of a condition: functions that are not registered, and constant
 * arguments that a function refuses. Done when a policy is loaded, so that deciding never meets them.
 */
export function checkCalls(condition: Condition, functions: FunctionTable, place: Place): void {
  for (const operand of operandsOf(condition)) {
    if (operand.kind === 'call') checkCall(operand.fn, operand.args, functions, place);
  }
}

function checkCall(name: string, args: readonly Operand[], functions: FunctionTable, place: Place): void {
  const definition = functions.get(name);
  if (definition === undefined)
    return report(place, 'CARDEA_UNKNOWN_FUNCTION', `function ${quote(name)} is not registered with the guard`);
  const problem = definition.check?.(args.map((arg) => (arg.kind === 'value' ? arg.value : undefined)));
  if (problem !== undefined) report(place, 'CARDEA_INVALID_RULE', `${quote(name)}: ${problem}`);
}
