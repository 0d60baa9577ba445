import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { compareCodePoints, isJsonObject, type Json, jsonEqual, jsonTypeOf } from '../ast/json.ts';
import { networkContains, parseAddress, parseNetwork } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { matchPattern } from '../ast/pattern/compile.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth, truthOf } from '../ast/truth.ts';
import { readAttribute, readPath } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';

/** What the operands of a condition read. */
export interface Scope {
  readonly inquiry: Inquiry;
  readonly functions: FunctionTable;
  /** The items bound by the enclosing `each` conditions, by name. */
  readonly items?: ReadonlyMap<string, Json>;
}

/**
 * The truth of a condition: the plain interpreter that every faster way of deciding is held against.
 * It evaluates every part, in order, and remembers nothing.
 *
 * @example
 * ```ts
 * evaluateCondition(test('eq', attr('subject'), value('max')), { inquiry: { subject: 'max' }, functions: new Map() }); // 'true'
 * ```
 */
export function evaluateCondition(condition: Condition, scope: Scope): Truth {
  switch (condition.kind) {
    case 'const':
      return truthOf(condition.value);
    case 'and':
      return condition.of.map((part) => evaluateCondition(part, scope)).reduce(andTruth, 'true');
    case 'or':
      return condition.of.map((part) => evaluateCondition(part, scope)).reduce(orTruth, 'false');
    case 'not':
      return notTruth(evaluateCondition(condition.of, scope));
    case 'sure':
      return sureTruth(evaluateCondition(condition.of, scope));
    case 'test':
      return evaluateTest(condition, scope);
    case 'each':
      return evaluateEach(condition, scope);
  }
}

/**
 * The value of an operand, or undefined when it is missing.
 *
 * @throws whatever a called function throws
 */
export function evaluateOperand(operand: Operand, scope: Scope): Json | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'attr':
      return readAttribute(scope.inquiry, operand.of, operand.path);
    case 'item':
      return readPath(scope.items?.get(operand.name), operand.path);
    case 'slot':
      throw new Error(`slot ?${operand.name} is not filled`);
    case 'call':
      return evaluateCall(operand.fn, operand.args, scope);
  }
}

function evaluateCall(name: string, args: readonly Operand[], scope: Scope): Json | undefined {
  const definition = scope.functions.get(name);
  if (definition === undefined) throw new Error(`function ${name} is not registered`);
  const values = args.map((arg) => evaluateOperand(arg, scope));
  if (definition.missing !== 'pass' && values.includes(undefined)) return undefined;
  return definition.call(values);
}

function evaluateTest(condition: TestCondition, scope: Scope): Truth {
  try {
    const [left, right] = condition.args.map((arg) => evaluateOperand(arg, scope));
    return TESTS[condition.op](left, right);
  } catch {
    // The reason is read again by the one who reports it: see `explain` and the guard's diagnostics.
    return 'error';
  }
}

function evaluateEach(condition: EachCondition, scope: Scope): Truth {
  let over: Json | undefined;
  try {
    over = evaluateOperand(condition.over, scope);
  } catch {
    return 'error';
  }
  if (!Array.isArray(over)) return 'unknown';
  const truths = (over as readonly Json[]).map((item) => {
    const items = new Map(scope.items).set(condition.as, item);
    return evaluateCondition(condition.where, { ...scope, items });
  });
  return condition.quantifier === 'some' ? truths.reduce(orTruth, 'false') : truths.reduce(andTruth, 'true');
}

type Value = Json | undefined;

const TESTS: Readonly<Record<Operator, (left: Value, right: Value) => Truth>> = {
  eq: (left, right) => (left === undefined || right === undefined ? 'unknown' : truthOf(jsonEqual(left, right))),
  lt: (left, right) => ordered(left, right, (order) => order < 0),
  le: (left, right) => ordered(left, right, (order) => order <= 0),
  gt: (left, right) => ordered(left, right, (order) => order > 0),
  ge: (left, right) => ordered(left, right, (order) => order >= 0),
  in: (left, right) =>
    left === undefined || !Array.isArray(right) ? 'unknown' : truthOf(isMember(left, right as readonly Json[])),
  startsWith: (left, right) => strings(left, right, (text, other) => text.startsWith(other)),
  endsWith: (left, right) => strings(left, right, (text, other) => text.endsWith(other)),
  contains: (left, right) => strings(left, right, (text, other) => text.includes(other)),
  matches: (left, right) => strings(left, right, (text, pattern) => matchPattern(pattern, text)),
  cidr: (left, right) => strings(left, right, inNetwork),
  truthy: (left) => (left === undefined ? 'unknown' : truthOf(isTruthy(left))),
  isTrue: (left) => (typeof left === 'boolean' ? truthOf(left) : 'unknown'),
  isType: (left, right) => (left === undefined ? 'unknown' : truthOf(jsonTypeOf(left) === right)),
  known: (left) => (left === undefined ? 'unknown' : 'true'),
  present: (left) => truthOf(left !== undefined),
};

function ordered(left: Value, right: Value, holds: (order: number) => boolean): Truth {
  if (typeof left === 'number' && typeof right === 'number')
    return Number.isNaN(left - right) && left !== right
      ? 'unknown'
      : truthOf(holds(left < right ? -1 : Number(left > right)));
  return strings(left, right, (a, b) => holds(compareCodePoints(a, b)));
}

function strings(left: Value, right: Value, holds: (left: string, right: string) => boolean): Truth {
  return typeof left === 'string' && typeof right === 'string' ? truthOf(holds(left, right)) : 'unknown';
}

function isMember(value: Json, list: readonly Json[]): boolean {
  // The language compares plain values as `jsonEqual` does, a hundred times as fast: lists of roles are long.
  return typeof value === 'object' ? list.some((member) => jsonEqual(value, member)) : list.includes(value);
}

function inNetwork(text: string, network: string): boolean {
  const address = parseAddress(text);
  const block = parseNetwork(network);
  if (block === undefined) throw new Error(`${network} is no network`);
  return address !== undefined && networkContains(block, address);
}

function isTruthy(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}
