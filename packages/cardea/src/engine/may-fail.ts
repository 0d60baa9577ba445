import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import { parseNetwork } from '../ast/network.ts';
import { foldCondition } from '../ast/walk.ts';

/**
 * Whether the truth of a condition can be `error`. Errs on the side of yes: functions may throw, patterns may
 * turn out too large, and what is no network cannot contain anything.
 */
export function mayFail(condition: Condition): boolean {
  return foldCondition<boolean>(condition, {
    constant: () => false,
    and: some,
    or: some,
    not: (of) => of,
    sure: (of) => of,
    test: testMayFail,
    each: ({ over }, where) => where || operandMayFail(over),
  });
}

function testMayFail({ op, args }: TestCondition): boolean {
  if (op === 'matches' || args.some(operandMayFail)) return true;
  const network = args[1];
  if (op !== 'cidr') return false;
  return network?.kind !== 'value' || typeof network.value !== 'string' || parseNetwork(network.value) === undefined;
}

function operandMayFail({ kind }: Operand): boolean {
  return kind === 'call' || kind === 'slot';
}

function some(parts: readonly boolean[]): boolean {
  return parts.includes(true);
}
