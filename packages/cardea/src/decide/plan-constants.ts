import { call, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import { jsonEqual, type Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';

/** A condition that is unknown of everything: nothing but a boolean is true or false by itself. */
export const UNKNOWN: Condition = test('isTrue', value(null));

/** A condition that is an error of everything: there is no function without a name. */
export const ERROR: Condition = test('isTrue', call(''));

/** An operand that is missing whatever is read: no `each` binds an item without a name. */
export const MISSING: Operand = { kind: 'item', name: '', path: [] };

const CONDITIONS: Readonly<Record<Truth, Condition>> = {
  true: { kind: 'const', value: true },
  false: { kind: 'const', value: false },
  unknown: UNKNOWN,
  error: ERROR,
};

/** The condition that has a truth of everything. */
export function conditionOfTruth(truth: Truth): Condition {
  return CONDITIONS[truth];
}

/** The truth that a condition has of everything, as far as it is one of the four constants. */
export function constantTruth(condition: Condition): Truth | undefined {
  if (condition.kind === 'const') return condition.value ? 'true' : 'false';
  if (condition.kind !== 'test' || condition.op !== 'isTrue') return undefined;
  if (isSame(condition, UNKNOWN)) return 'unknown';
  return isSame(condition, ERROR) ? 'error' : undefined;
}

function isSame(left: Condition, right: Condition): boolean {
  return left === right || jsonEqual(left as unknown as Json, right as unknown as Json);
}
