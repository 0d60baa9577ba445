import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import { checkPattern } from '../ast/pattern/compile.ts';
import { constantNetwork } from './constant-network.ts';

/**
 * Whether the truth of a condition can be `error`. Errs on the side of yes: functions may throw, long patterns may
 * turn out too large, and what is no network cannot contain anything.
 */
export function mayFail(condition: Condition): boolean {
  switch (condition.kind) {
    case 'const':
      return false;
    case 'and':
    case 'or':
      for (const part of condition.of) if (mayFail(part)) return true;
      return false;
    case 'not':
    case 'sure':
      return mayFail(condition.of);
    case 'test':
      return testMayFail(condition);
    case 'each':
      return operandMayFail(condition.over) || mayFail(condition.where);
  }
}

function testMayFail({ op, args }: TestCondition): boolean {
  for (const operand of args) if (operandMayFail(operand)) return true;
  if (op !== 'cidr' && op !== 'matches') return false;
  const constant = args[1];
  if (constant?.kind !== 'value' || typeof constant.value !== 'string') return true;
  return op === 'cidr' ? constantNetwork(constant.value) === undefined : patternMayFail(constant.value);
}

function operandMayFail({ kind }: Operand): boolean {
  return kind === 'call' || kind === 'slot';
}

/**
 * A pattern of at most this many characters fails nowhere if it can be read. What throws is running it: where it
 * is too large for the engine without backtracking, the only one that has limits. These are 1,000 nested nodes and
 * 1,398,101 instructions. A character makes one node at most, and with its group or repetition two more; nested
 * repetitions multiply them by 1,000 at most, or the pattern cannot be read: 3 × 100 nodes, 300,000 instructions
 * and as many again for their branches.
 */
const SURELY_SMALL = 100;

const MAX_CHECKED = 1_000;
const checked = new Map<string, boolean>();

function patternMayFail(source: string): boolean {
  if (source.length > SURELY_SMALL) return true;
  const known = checked.get(source);
  if (known !== undefined) return known;
  const may = checkPattern(source) !== undefined;
  if (checked.size === MAX_CHECKED) checked.clear();
  checked.set(source, may);
  return may;
}
