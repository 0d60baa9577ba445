// TEMPORARY STUB
import { test, value } from '../build.ts';
import type { Condition, Operand } from '../condition.ts';
export function patternCondition(what: Operand, source: string): Condition {
  return test('matches', what, value(source));
}
