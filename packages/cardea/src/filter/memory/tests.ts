import { compareCodePoints, type Json, jsonEqual, jsonTypeOf } from '../../ast/json.ts';
import { networkContains, parseAddress, parseNetwork } from '../../ast/network.ts';
import type { Operator } from '../../ast/operators.ts';
import { matchPattern } from '../../ast/pattern/compile.ts';
import { type Code, codeOf, FALSE, TRUE, UNKNOWN } from './truth-code.ts';

type Value = Json | undefined;

/** The truth of a test of values, of which undefined is a missing one. May throw, which is an error. */
export type Test = (left: Value, right: Value) => Code;

/** What every operator says of any two values. */
export const TESTS: Readonly<Record<Operator, Test>> = {
  eq: (left, right) => (left === undefined || right === undefined ? UNKNOWN : codeOf(jsonEqual(left, right))),
  lt: (left, right) => ordered(left, right, (order) => order < 0),
  le: (left, right) => ordered(left, right, (order) => order <= 0),
  gt: (left, right) => ordered(left, right, (order) => order > 0),
  ge: (left, right) => ordered(left, right, (order) => order >= 0),
  in: (left, right) => {
    if (left === undefined || !Array.isArray(right)) return UNKNOWN;
    return codeOf((right as readonly Json[]).some((member) => jsonEqual(left, member)));
  },
  startsWith: (left, right) => texts(left, right, (text, other) => text.startsWith(other)),
  endsWith: (left, right) => texts(left, right, (text, other) => text.endsWith(other)),
  contains: (left, right) => texts(left, right, (text, other) => text.includes(other)),
  matches: (left, right) => texts(left, right, (text, pattern) => matchPattern(pattern, text)),
  cidr: (left, right) => texts(left, right, isInNetwork),
  truthy: (left) => (left === undefined ? UNKNOWN : codeOf(isTruthy(left))),
  isTrue: (left) => (typeof left === 'boolean' ? codeOf(left) : UNKNOWN),
  isType: (left, right) => (left === undefined ? UNKNOWN : codeOf(jsonTypeOf(left) === right)),
  known: (left) => (left === undefined ? UNKNOWN : TRUE),
  present: (left) => codeOf(left !== undefined),
};

/** What an operator says of any value beside a constant, where that is quicker to say. */
export const CONSTANT_TESTS: Partial<
  Readonly<Record<Operator, (constant: Json) => ((left: Value) => Code) | undefined>>
> = {
  eq: (constant) =>
    typeof constant === 'object' && constant !== null
      ? undefined
      : (left) => (left === constant ? TRUE : left === undefined ? UNKNOWN : FALSE),
  in: (constant) => {
    if (!Array.isArray(constant) || constant.some((member) => typeof member === 'object')) return undefined;
    const members = new Set<Value>(constant as readonly Json[]);
    return (left) => (left === undefined ? UNKNOWN : codeOf(members.has(left)));
  },
  lt: (constant) => numeric(constant, (left, right) => left < right),
  le: (constant) => numeric(constant, (left, right) => left <= right),
  gt: (constant) => numeric(constant, (left, right) => left > right),
  ge: (constant) => numeric(constant, (left, right) => left >= right),
};

function numeric(constant: Json, holds: (left: number, right: number) => boolean): ((left: Value) => Code) | undefined {
  if (typeof constant !== 'number') return undefined;
  return (left) => (typeof left === 'number' ? codeOf(holds(left, constant)) : UNKNOWN);
}

function ordered(left: Value, right: Value, holds: (order: number) => boolean): Code {
  if (typeof left === 'number' && typeof right === 'number')
    return codeOf(holds(left < right ? -1 : Number(left > right)));
  return texts(left, right, (a, b) => holds(compareCodePoints(a, b)));
}

function texts(left: Value, right: Value, holds: (left: string, right: string) => boolean): Code {
  return typeof left === 'string' && typeof right === 'string' ? codeOf(holds(left, right)) : UNKNOWN;
}

function isInNetwork(text: string, network: string): boolean {
  const parsed = parseNetwork(network);
  if (parsed === undefined) throw new Error('no network');
  const address = parseAddress(text);
  return address !== undefined && networkContains(parsed, address);
}

function isTruthy(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((member) => member !== undefined);
}
