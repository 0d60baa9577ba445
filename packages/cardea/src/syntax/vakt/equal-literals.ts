import type { Json } from '../../ast/json.ts';
import { toJson } from './python-json.ts';
import { asNumber, isDict, isList, isTuple, type Python, type PythonDict } from './python-value.ts';

// More variants are no shorter than a call of the function.
const LIMIT = 8;

/**
 * All JSON values that Python holds equal to one: `1` is also `true`, at any depth. Where there are too many,
 * or no list of values says it (sets, NaN), undefined.
 *
 * @example
 * ```ts
 * equalLiterals(1n); // [1, true]
 * ```
 */
export function equalLiterals(value: Python): readonly Json[] | undefined {
  const number = asNumber(value);
  if (number !== undefined) return numberLiterals(number);
  if (value === null || typeof value === 'string') return [value];
  if (isList(value)) return product(value);
  if (isTuple(value)) return product(value.items)?.map((items) => ({ 'py/tuple': items }));
  if (isDict(value)) return dictionaries(value);
  return typeof value === 'object' && value.py === 'bytes' ? [toJson(value)] : undefined;
}

// In the order of the keys, so that equal dictionaries have equal lists.
function dictionaries(value: PythonDict): readonly Json[] | undefined {
  const keys = [...value.keys()].sort();
  const values = product(keys.map((key) => value.get(key) as Python));
  return values?.map((items) => Object.fromEntries(keys.map((key, at) => [key, items[at] as Json])));
}

function numberLiterals(number: bigint | number): readonly Json[] | undefined {
  if (typeof number === 'number' && Number.isNaN(number)) return undefined;
  const literal = toJson(typeof number === 'number' && Number.isInteger(number) ? BigInt(number) : number);
  if (literal === 1) return [1, true];
  return literal === 0 ? [0, false] : [literal];
}

function product(items: readonly Python[]): readonly (readonly Json[])[] | undefined {
  let all: readonly (readonly Json[])[] = [[]];
  for (const item of items) {
    const literals = equalLiterals(item);
    if (literals === undefined || all.length * literals.length > LIMIT) return undefined;
    all = all.flatMap((head) => literals.map((literal) => [...head, literal]));
  }
  return all;
}
