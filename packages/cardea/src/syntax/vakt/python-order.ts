import { compareCodePoints } from '../../ast/json.ts';
import { asNumber, isBytes, isList, isSet, isSubset, isTuple, type Python, pythonEqual } from './python-value.ts';

/** A comparison of Python that asks for an order. */
export type OrderOperator = 'greater' | 'less' | 'greaterOrEqual' | 'lessOrEqual';

/**
 * Python's `<`, `>`, `<=`, `>=`: numbers (booleans included) by value, strings by code point, lists and
 * tuples by their first difference, bytes too, sets by inclusion.
 *
 * @returns undefined where Python raises: values of types that have no order
 */
export function pythonCompare(operator: OrderOperator, left: Python, right: Python): boolean | undefined {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return NUMBERS[operator](a, b);
  if (typeof left === 'string' && typeof right === 'string') return fromOrder(operator, compareCodePoints(left, right));
  if (isList(left) && isList(right)) return compareItems(operator, left, right);
  if (isTuple(left) && isTuple(right)) return compareItems(operator, left.items, right.items);
  if (isBytes(left) && isBytes(right))
    return fromOrder(operator, compareCodePoints(atob(left.base64), atob(right.base64)));
  return isSet(left) && isSet(right) ? compareSets(operator, left.items, right.items) : undefined;
}

const NUMBERS: Readonly<Record<OrderOperator, (left: bigint | number, right: bigint | number) => boolean>> = {
  greater: (left, right) => left > right,
  less: (left, right) => left < right,
  greaterOrEqual: (left, right) => left >= right,
  lessOrEqual: (left, right) => left <= right,
};

function fromOrder(operator: OrderOperator, order: number): boolean {
  return NUMBERS[operator](order, 0);
}

// The first position whose items differ under `==` decides; items before it need no order at all.
function compareItems(operator: OrderOperator, left: readonly Python[], right: readonly Python[]): boolean | undefined {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left[at] as Python, right[at] as Python];
    if (!pythonEqual(a, b)) return pythonCompare(operator, a, b);
  }
  return fromOrder(operator, left.length - right.length);
}

function compareSets(operator: OrderOperator, left: readonly Python[], right: readonly Python[]): boolean {
  const [within, around] = [isSubset(left, right), isSubset(right, left)];
  if (operator === 'lessOrEqual') return within;
  if (operator === 'greaterOrEqual') return around;
  return operator === 'less' ? within && !around : around && !within;
}
