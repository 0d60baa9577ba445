import { compareCodePoints, isJsonObject, isScalar, type Json, jsonEqual, jsonTypeOf } from '../ast/json.ts';
import { type Address, networkContains, parseAddress, parseNetwork } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { compilePattern, matchPattern, type PatternMatcher } from '../ast/pattern/compile.ts';
import type { Reading } from './reading.ts';
import { codeOf, ERROR, TRUE, type TruthCode, UNKNOWN } from './truth-code.ts';

type Value = Json | undefined;

/** The value of an operand. @throws whatever a called function throws */
export type Get = (reading: Reading) => Value;

/** The truth of a condition for one inquiry. Never throws. */
export type Predicate = (reading: Reading) => TruthCode;

/** A test: with a constant on the right it becomes what the constant allows, others stay as they are. */
export function compileTest(op: Operator, left: Get, right: Get, constant: Value): Predicate {
  return (constant === undefined ? undefined : withConstant(op, left, constant)) ?? withOperands(op, left, right);
}

function withConstant(op: Operator, get: Get, constant: Json): Predicate | undefined {
  if (op === 'eq' && isScalar(constant)) return equality(get, constant);
  if (op === 'in' && Array.isArray(constant) && constant.every(isScalar)) return membership(get, new Set(constant));
  if (typeof constant !== 'string') return undefined;
  if (op === 'matches') return matching(get, constant);
  return op === 'cidr' ? inNetwork(get, constant) : undefined;
}

function matching(get: Get, source: string): Predicate {
  let matcher: PatternMatcher | undefined;
  return guarded(get, (text) => {
    if (typeof text !== 'string') return UNKNOWN;
    matcher ??= compilePattern(source);
    return codeOf(matcher.test(text));
  });
}

function withOperands(op: Operator, left: Get, right: Get): Predicate {
  const test = TESTS[op];
  return (reading) => {
    try {
      return test(left(reading), right(reading));
    } catch {
      return ERROR;
    }
  };
}

function guarded(get: Get, test: (value: Value, reading: Reading) => TruthCode): Predicate {
  return (reading) => {
    try {
      return test(get(reading), reading);
    } catch {
      return ERROR;
    }
  };
}

function equality(get: Get, constant: Json): Predicate {
  return guarded(get, (value) => (value === undefined ? UNKNOWN : codeOf(value === constant)));
}

function membership(get: Get, members: ReadonlySet<Json>): Predicate {
  return guarded(get, (value) => (value === undefined ? UNKNOWN : codeOf(members.has(value))));
}

function inNetwork(get: Get, source: string): Predicate | undefined {
  const network = parseNetwork(source);
  if (network === undefined) return undefined;
  return guarded(get, (value, reading) => {
    if (typeof value !== 'string') return UNKNOWN;
    const address: Address | undefined = reading.address(value);
    return codeOf(address !== undefined && networkContains(network, address));
  });
}

const TESTS: Readonly<Record<Operator, (left: Value, right: Value) => TruthCode>> = {
  eq: (left, right) => (left === undefined || right === undefined ? UNKNOWN : codeOf(jsonEqual(left, right))),
  lt: (left, right) => order(left, right, (difference) => difference < 0),
  le: (left, right) => order(left, right, (difference) => difference <= 0),
  gt: (left, right) => order(left, right, (difference) => difference > 0),
  ge: (left, right) => order(left, right, (difference) => difference >= 0),
  in: (left, right) => (left === undefined || !Array.isArray(right) ? UNKNOWN : codeOf(isAmong(left, right))),
  startsWith: (left, right) => strings(left, right, (text, start) => text.startsWith(start)),
  endsWith: (left, right) => strings(left, right, (text, end) => text.endsWith(end)),
  contains: (left, right) => strings(left, right, (text, part) => text.includes(part)),
  matches: (left, right) => strings(left, right, (text, pattern) => matchPattern(pattern, text)),
  cidr: (left, right) => strings(left, right, isInNetwork),
  truthy: (left) => (left === undefined ? UNKNOWN : codeOf(isTruthy(left))),
  isTrue: (left) => (typeof left === 'boolean' ? codeOf(left) : UNKNOWN),
  isType: (left, right) => (left === undefined ? UNKNOWN : codeOf(jsonTypeOf(left) === right)),
  known: (left) => (left === undefined ? UNKNOWN : TRUE),
  present: (left) => codeOf(left !== undefined),
};

// `includes` takes a tenth of the time of calling a function for each member, and texts are equal where it says so.
function isAmong(value: Json, list: readonly Json[]): boolean {
  return typeof value === 'string' ? list.includes(value) : list.some((member) => jsonEqual(value, member));
}

function order(left: Value, right: Value, holds: (difference: number) => boolean): TruthCode {
  if (typeof left === 'number' && typeof right === 'number') {
    // No number compares with NaN.
    if (left !== left || right !== right) return UNKNOWN;
    return codeOf(holds(left < right ? -1 : left > right ? 1 : 0));
  }
  return strings(left, right, (a, b) => holds(compareCodePoints(a, b)));
}

function strings(left: Value, right: Value, holds: (left: string, right: string) => boolean): TruthCode {
  return typeof left === 'string' && typeof right === 'string' ? codeOf(holds(left, right)) : UNKNOWN;
}

function isInNetwork(text: string, source: string): boolean {
  const network = parseNetwork(source);
  if (network === undefined) throw new Error(`${source} is no network`);
  const address = parseAddress(text);
  return address !== undefined && networkContains(network, address);
}

function isTruthy(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}
