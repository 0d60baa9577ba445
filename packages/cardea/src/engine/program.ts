import type { CallOperand, Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import { readPath } from '../model/entity.ts';
import { notTruth, sureTruth, type Truth, truthOf } from '../ast/truth.ts';
import { callFunction, type Operands } from './operands.ts';
import { type CompiledOperand, type Get, type Predicate, TestCompiler } from './test-compiler.ts';

/**
 * Conditions as predicates over what was read of an inquiry, without generated code. What is shared by many conditions
 * (operands, patterns) is compiled once for all of them and looked up once an inquiry.
 *
 * INVARIANT program-equals-reference: the truth, in all four values, is that of `evaluateCondition`.
 */
export class Compiler {
  readonly #operands: Operands;
  readonly #functions: FunctionTable;
  readonly #tests = new TestCompiler();

  constructor(operands: Operands, functions: FunctionTable) {
    this.#operands = operands;
    this.#functions = functions;
  }

  compile(condition: Condition): Predicate {
    return this.#condition(condition, []);
  }

  // `bound` holds the names of the enclosing `each`, the innermost last.
  #condition(condition: Condition, bound: readonly string[]): Predicate {
    switch (condition.kind) {
      case 'const': {
        const truth = truthOf(condition.value);
        return () => truth;
      }
      case 'and':
      case 'or': {
        const parts = condition.of.toSorted((a, b) => costOf(a) - costOf(b));
        const predicates = parts.map((part) => this.#condition(part, bound));
        return condition.kind === 'and' ? conjunction(predicates) : disjunction(predicates);
      }
      case 'not': {
        const of = this.#condition(condition.of, bound);
        return (reading) => notTruth(of(reading));
      }
      case 'sure': {
        const of = this.#condition(condition.of, bound);
        return (reading) => sureTruth(of(reading));
      }
      case 'test':
        return this.#test(condition, bound);
      case 'each':
        return this.#each(condition, bound);
    }
  }

  #test({ op, args: [left, right] }: TestCondition, bound: readonly string[]): Predicate {
    const constant = right?.kind === 'value' ? right.value : undefined;
    return this.#tests.compile(op, this.#operand(left, bound), this.#operand(right, bound), constant);
  }

  #each({ quantifier, over, as, where }: EachCondition, bound: readonly string[]): Predicate {
    const list = this.#operand(over, bound).get;
    const depth = bound.length;
    const holds = this.#condition(where, [...bound, as]);
    const decisive: Truth = quantifier === 'some' ? 'true' : 'false';
    return (reading) => {
      let items: Json | undefined;
      try {
        items = list(reading);
      } catch {
        return 'error';
      }
      if (!Array.isArray(items)) return 'unknown';
      let truth: Truth = quantifier === 'some' ? 'false' : 'true';
      for (const item of items as readonly Json[]) {
        reading.items[depth] = item;
        const next = holds(reading);
        if (next === decisive) return decisive;
        truth = weaker(truth, next);
      }
      return truth;
    };
  }

  #operand(operand: Operand | undefined, bound: readonly string[]): CompiledOperand {
    if (operand === undefined) return { get: () => undefined };
    if (operand.kind === 'value') return { get: () => operand.value };
    if (operand.kind === 'slot') {
      return {
        get: () => {
          throw new Error(`slot ?${operand.name} is not filled`);
        },
      };
    }
    if (operand.kind === 'item') return { get: itemGetter(bound.lastIndexOf(operand.name), operand.path) };
    const number = this.#operands.numberOf(operand);
    if (number !== undefined) return { get: (reading) => reading.value(number), number };
    const gets = (operand as CallOperand).args.map((arg) => this.#operand(arg, bound).get);
    const functions = this.#functions;
    return {
      get: (reading) =>
        callFunction(
          functions,
          (operand as CallOperand).fn,
          gets.map((get) => get(reading)),
        ),
    };
  }
}

function conjunction(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts;
  if (first === undefined) return () => 'true';
  if (second === undefined) return first;
  return (reading) => {
    let truth: Truth = 'true';
    for (const part of parts) {
      const next = part(reading);
      if (next === 'false') return 'false';
      truth = weaker(truth, next);
    }
    return truth;
  };
}

function disjunction(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts;
  if (first === undefined) return () => 'false';
  if (second === undefined) return first;
  return (reading) => {
    let truth: Truth = 'false';
    for (const part of parts) {
      const next = part(reading);
      if (next === 'true') return 'true';
      truth = weaker(truth, next);
    }
    return truth;
  };
}

/** Of truths of which none is decisive: an error before unknown, unknown before the neutral one. */
function weaker(left: Truth, right: Truth): Truth {
  if (left === 'error' || right === 'error') return 'error';
  return left === 'unknown' ? left : right;
}

function itemGetter(depth: number, path: readonly string[]): Get {
  if (depth < 0) return () => undefined;
  return path.length === 0 ? (reading) => reading.items[depth] : (reading) => readPath(reading.items[depth], path);
}

/** How long a condition may take, so that a cheap falsehood spares the rest. */
export function costOf(condition: Condition): number {
  switch (condition.kind) {
    case 'const':
      return 0;
    case 'and':
    case 'or':
      return condition.of.reduce((sum, part) => sum + costOf(part), 0);
    case 'not':
    case 'sure':
      return costOf(condition.of);
    case 'each':
      return 16 + 4 * costOf(condition.where);
    case 'test':
      if (condition.args.some(({ kind }) => kind === 'call')) return 64;
      return condition.op === 'matches' || condition.op === 'cidr' ? 16 : 1;
  }
}
