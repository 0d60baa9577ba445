import { compareCodePoints, isJsonObject, type Json, jsonEqual, jsonTypeOf } from '../ast/json.ts';
import { type Address, networkContains, parseAddress, parseNetwork } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { compilePattern, matchPattern, type PatternMatcher } from '../ast/pattern/compile.ts';
import { type Truth, truthOf } from '../ast/truth.ts';
import type { Reading } from './operands.ts';

type Value = Json | undefined;

/** The value of an operand. @throws whatever a called function throws */
export type Get = (reading: Reading) => Value;

/** The truth of a condition for one inquiry. Never throws. */
export type Predicate = (reading: Reading) => Truth;

/** An operand as compiled, with its number where it depends on the inquiry alone. */
export interface CompiledOperand {
  readonly get: Get;
  readonly number?: number;
}

/** Compiles tests: those with a constant on the right to what the constant allows, others as they are. */
export class TestCompiler {
  readonly #matchers = new Map<string, SharedMatcher>();

  compile(op: Operator, left: CompiledOperand, right: CompiledOperand, constant: Value): Predicate {
    return (
      (constant === undefined ? undefined : this.#withConstant(op, left, constant)) ??
      withOperands(op, left.get, right.get)
    );
  }

  #withConstant(op: Operator, { get, number }: CompiledOperand, constant: Json): Predicate | undefined {
    if (op === 'eq' && isScalar(constant)) return equality(get, constant);
    if (op === 'in' && Array.isArray(constant) && constant.every(isScalar)) return membership(get, new Set(constant));
    if (typeof constant !== 'string') return undefined;
    if (op === 'matches') return this.#match(get, number, constant);
    return op === 'cidr' ? inNetwork(get, constant) : undefined;
  }

  #match(get: Get, number: number | undefined, source: string): Predicate {
    if (number === undefined)
      return guarded(get, (text) => strings(text, source, () => matchPattern(source, text as string)));
    const key = `${number}:${source}`;
    const shared = this.#matchers.get(key) ?? new SharedMatcher(source);
    this.#matchers.set(key, shared);
    return guarded(get, (text, reading) =>
      typeof text === 'string' ? truthOf(reading.once(shared, () => shared.test(text))) : 'unknown',
    );
  }
}

/** A pattern on one operand, compiled when it is first needed. */
class SharedMatcher {
  readonly #source: string;
  #matcher: PatternMatcher | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  test(text: string): boolean {
    this.#matcher ??= compilePattern(this.#source);
    return this.#matcher.test(text);
  }
}

function withOperands(op: Operator, left: Get, right: Get): Predicate {
  const test = TESTS[op];
  return (reading) => {
    try {
      return test(left(reading), right(reading));
    } catch {
      return 'error';
    }
  };
}

function guarded(get: Get, test: (value: Value, reading: Reading) => Truth): Predicate {
  return (reading) => {
    try {
      return test(get(reading), reading);
    } catch {
      return 'error';
    }
  };
}

function equality(get: Get, constant: Json): Predicate {
  return guarded(get, (value) => (value === undefined ? 'unknown' : truthOf(value === constant)));
}

function membership(get: Get, members: ReadonlySet<Json>): Predicate {
  return guarded(get, (value) => (value === undefined ? 'unknown' : truthOf(members.has(value))));
}

// NaN is in a set that holds it, but equals nothing.
function isScalar(value: Json): boolean {
  return (typeof value !== 'object' || value === null) && !Number.isNaN(value);
}

function inNetwork(get: Get, source: string): Predicate | undefined {
  const network = parseNetwork(source);
  if (network === undefined) return undefined;
  return guarded(get, (value, reading) => {
    if (typeof value !== 'string') return 'unknown';
    const address: Address | undefined = reading.address(value);
    return truthOf(address !== undefined && networkContains(network, address));
  });
}

const TESTS: Readonly<Record<Operator, (left: Value, right: Value) => Truth>> = {
  eq: (left, right) => (left === undefined || right === undefined ? 'unknown' : truthOf(jsonEqual(left, right))),
  lt: (left, right) => order(left, right, (difference) => difference < 0),
  le: (left, right) => order(left, right, (difference) => difference <= 0),
  gt: (left, right) => order(left, right, (difference) => difference > 0),
  ge: (left, right) => order(left, right, (difference) => difference >= 0),
  in: (left, right) =>
    left === undefined || !Array.isArray(right)
      ? 'unknown'
      : truthOf((right as readonly Json[]).some((member) => jsonEqual(left, member))),
  startsWith: (left, right) => strings(left, right, (text, start) => text.startsWith(start)),
  endsWith: (left, right) => strings(left, right, (text, end) => text.endsWith(end)),
  contains: (left, right) => strings(left, right, (text, part) => text.includes(part)),
  matches: (left, right) => strings(left, right, (text, pattern) => matchPattern(pattern, text)),
  cidr: (left, right) => strings(left, right, isInNetwork),
  truthy: (left) => (left === undefined ? 'unknown' : truthOf(isTruthy(left))),
  isTrue: (left) => (typeof left === 'boolean' ? truthOf(left) : 'unknown'),
  isType: (left, right) => (left === undefined ? 'unknown' : truthOf(jsonTypeOf(left) === right)),
  known: (left) => (left === undefined ? 'unknown' : 'true'),
  present: (left) => truthOf(left !== undefined),
};

function order(left: Value, right: Value, holds: (difference: number) => boolean): Truth {
  if (typeof left === 'number' && typeof right === 'number') {
    // No number compares with NaN.
    if (left !== left || right !== right) return 'unknown';
    return truthOf(holds(left < right ? -1 : left > right ? 1 : 0));
  }
  return strings(left, right, (a, b) => holds(compareCodePoints(a, b)));
}

function strings(left: Value, right: Value, holds: (left: string, right: string) => boolean): Truth {
  return typeof left === 'string' && typeof right === 'string' ? truthOf(holds(left, right)) : 'unknown';
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
