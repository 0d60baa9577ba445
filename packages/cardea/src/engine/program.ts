import type { CallOperand, Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import { readPath } from '../model/entity.ts';
import { callFunction, type Operands } from './operands.ts';
import { compileTest, type Get, type Predicate } from './test-compiler.ts';
import { codeOf, ERROR, FALSE, notCode, sureCode, TRUE, type TruthCode, UNKNOWN } from './truth-code.ts';

/** A condition as a predicate, and the numbers of the operands that it uses. */
export interface CompiledCondition {
  readonly predicate: Predicate;
  readonly operands: readonly number[];
}

/**
 * Conditions as predicates over what was read of an inquiry, without generated code. What is shared by many conditions
 * (operands, patterns) is compiled once for all of them and looked up once an inquiry.
 *
 * INVARIANT program-equals-reference: the truth, in all four values, is that of `evaluateCondition`.
 */
export class Compiler {
  readonly #operands: Operands;
  readonly #functions: FunctionTable;
  #used: number[] = [];

  constructor(operands: Operands, functions: FunctionTable) {
    this.#operands = operands;
    this.#functions = functions;
  }

  /** The predicate and the operands that it uses, which are in use until {@link Compiler.drop}. */
  compile(condition: Condition): CompiledCondition {
    const operands: number[] = [];
    this.#used = operands;
    return { predicate: this.#condition(condition, []), operands };
  }

  drop({ operands }: CompiledCondition): void {
    for (const number of operands) this.#operands.drop(number);
  }

  // `bound` holds the names of the enclosing `each`, the innermost last.
  #condition(condition: Condition, bound: readonly string[]): Predicate {
    switch (condition.kind) {
      case 'const': {
        const truth = codeOf(condition.value);
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
        return (reading) => notCode(of(reading));
      }
      case 'sure': {
        const of = this.#condition(condition.of, bound);
        return (reading) => sureCode(of(reading));
      }
      case 'test':
        return this.#test(condition, bound);
      case 'each':
        return this.#each(condition, bound);
    }
  }

  #test({ op, args: [left, right] }: TestCondition, bound: readonly string[]): Predicate {
    const constant = right?.kind === 'value' ? right.value : undefined;
    return compileTest(op, this.#operand(left, bound), this.#operand(right, bound), constant);
  }

  #each({ quantifier, over, as, where }: EachCondition, bound: readonly string[]): Predicate {
    const list = this.#operand(over, bound);
    const depth = bound.length;
    const holds = this.#condition(where, [...bound, as]);
    const decisive: TruthCode = quantifier === 'some' ? TRUE : FALSE;
    return (reading) => {
      let items: Json | undefined;
      try {
        items = list(reading);
      } catch {
        return ERROR;
      }
      if (!Array.isArray(items)) return UNKNOWN;
      let truth: TruthCode = quantifier === 'some' ? FALSE : TRUE;
      for (const item of items as readonly Json[]) {
        reading.items[depth] = item;
        const next = holds(reading);
        if (next === decisive) return decisive;
        if (next > truth) truth = next;
      }
      return truth;
    };
  }

  #operand(operand: Operand | undefined, bound: readonly string[]): Get {
    if (operand === undefined) return () => undefined;
    if (operand.kind === 'value') return () => operand.value;
    if (operand.kind === 'slot') {
      return () => {
        throw new Error(`slot ?${operand.name} is not filled`);
      };
    }
    if (operand.kind === 'item') return itemGetter(bound.lastIndexOf(operand.name), operand.path);
    const number = this.#operands.use(operand);
    if (number !== undefined) {
      this.#used.push(number);
      return (reading) => reading.value(number);
    }
    const gets = (operand as CallOperand).args.map((arg) => this.#operand(arg, bound));
    const functions = this.#functions;
    return (reading) =>
      callFunction(
        functions,
        (operand as CallOperand).fn,
        gets.map((get) => get(reading)),
      );
  }
}

// Of truths of which none is decisive the greater code wins: the neutral one, unknown, error.
function conjunction(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts;
  if (first === undefined) return () => TRUE;
  if (second === undefined) return first;
  return (reading) => {
    let truth: TruthCode = TRUE;
    for (const part of parts) {
      const next = part(reading);
      if (next === FALSE) return FALSE;
      if (next > truth) truth = next;
    }
    return truth;
  };
}

function disjunction(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts;
  if (first === undefined) return () => FALSE;
  if (second === undefined) return first;
  return (reading) => {
    let truth: TruthCode = FALSE;
    for (const part of parts) {
      const next = part(reading);
      if (next === TRUE) return TRUE;
      if (next > truth) truth = next;
    }
    return truth;
  };
}

function itemGetter(depth: number, path: readonly string[]): Get {
  if (depth < 0) return () => undefined;
  return path.length === 0 ? (reading) => reading.items[depth] : (reading) => readPath(reading.items[depth], path);
}

/** What costs as much or more is tried last. */
export const COSTLY = 16;

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
      return COSTLY + 4 * costOf(condition.where);
    case 'test':
      if (condition.args.some(({ kind }) => kind === 'call')) return 64;
      return condition.op === 'matches' || condition.op === 'cidr' ? COSTLY : 1;
  }
}
