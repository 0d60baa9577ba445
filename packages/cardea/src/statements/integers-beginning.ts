import { and, anyOf, FALSE, test, value } from '../ast/build.ts';
import type { AttrOperand, Condition } from '../ast/condition.ts';

/** Whether an integer within ±(2^53 − 1) begins so when it is written: `94` is the beginning of 94, 940 to 949 and so on. */
export function integersBeginning(of: AttrOperand, beginning: string): Condition {
  if (beginning === '-') return test('lt', of, value(0));
  const [, sign, digits] = INTEGER.exec(beginning) ?? [];
  if (digits === undefined) return FALSE;
  if (digits === '0') return sign === '' ? test('eq', of, value(0)) : FALSE;
  const ranges: Condition[] = [];
  for (let [from, to] = [Number(digits), Number(digits) + 1]; from <= LARGEST; from *= 10, to *= 10)
    ranges.push(sign === '' ? between(of, from, to - 1) : between(of, 1 - to, -from));
  return anyOf(ranges);
}

const INTEGER = /^(-?)(0|[1-9]\d*)$/;
const LARGEST = Number.MAX_SAFE_INTEGER;

function between(of: AttrOperand, from: number, to: number): Condition {
  if (from === to) return test('eq', of, value(from));
  return and(test('ge', of, value(Math.max(from, -LARGEST))), test('le', of, value(Math.min(to, LARGEST))));
}
