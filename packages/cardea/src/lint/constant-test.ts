import { compareCodePoints, isJsonObject, type Json, jsonEqual, jsonTypeOf } from '../ast/json.ts';
import { networkContains, parseAddress, parseNetwork } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { matchPattern } from '../ast/pattern/compile.ts';

/**
 * A test over constants: true, false, or undefined for unknown. Written apart from the interpreter that
 * decides, so that the laws of the lint are held against something else than itself.
 */
export function constantTest(op: Operator, left: Json, right: Json | undefined): boolean | undefined {
  return TESTS[op](left, right ?? null);
}

type ConstantTest = (left: Json, right: Json) => boolean | undefined;

const TESTS: Readonly<Record<Operator, ConstantTest>> = {
  eq: jsonEqual,
  lt: ordered((order) => order < 0),
  le: ordered((order) => order <= 0),
  gt: ordered((order) => order > 0),
  ge: ordered((order) => order >= 0),
  in: (left, right) =>
    Array.isArray(right) ? (right as readonly Json[]).some((member) => jsonEqual(left, member)) : undefined,
  startsWith: strings((text, other) => text.startsWith(other)),
  endsWith: strings((text, other) => text.endsWith(other)),
  contains: strings((text, other) => text.includes(other)),
  matches: strings((text, pattern) => matchPattern(pattern, text)),
  cidr: strings(isInNetwork),
  truthy: (left) =>
    isJsonObject(left) ? Object.keys(left).length > 0 : Array.isArray(left) ? left.length > 0 : Boolean(left),
  isTrue: (left) => (typeof left === 'boolean' ? left : undefined),
  isType: (left, right) => jsonTypeOf(left) === right,
  known: () => true,
  present: () => true,
};

function ordered(holds: (order: number) => boolean): ConstantTest {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left < right ? -1 : Number(left > right));
    return typeof left === 'string' && typeof right === 'string' ? holds(compareCodePoints(left, right)) : undefined;
  };
}

function strings(holds: (left: string, right: string) => boolean): ConstantTest {
  return (left, right) => (typeof left === 'string' && typeof right === 'string' ? holds(left, right) : undefined);
}

function isInNetwork(text: string, block: string): boolean {
  const network = parseNetwork(block);
  const address = parseAddress(text);
  return network !== undefined && address !== undefined && networkContains(network, address);
}
