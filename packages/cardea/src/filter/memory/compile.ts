import type { Condition, EachCondition, Operand, TestCondition } from '../../ast/condition.ts';
import { foldCondition } from '../../ast/walk.ts';
import type { FunctionTable } from '../../ast/functions.ts';
import type { Json } from '../../ast/json.ts';
import type { OpenCategory } from '../../model/query-plan.ts';
import { CONSTANT_TESTS, TESTS } from './tests.ts';
import { itemReaderOf, type Read, readerOf, type Thing } from './thing.ts';
import { type Code, ERROR, FALSE, TRUE, UNKNOWN } from './truth-code.ts';

/** The truth of a condition for a thing. */
export type Evaluate = (thing: Thing) => Code;

/** What conditions are compiled for. */
export interface CompileScope {
  readonly over: OpenCategory;
  readonly functions: FunctionTable;
  /** The names of the enclosing `each` conditions, the innermost last. */
  readonly items: readonly string[];
}

/**
 * A condition as closures over what it reads. Throws nothing but for what is no JSON.
 *
 * INVARIANT memory-equals-reference: the truth, all four values, is that of `evaluateCondition`.
 */
export function compileCondition(condition: Condition, scope: CompileScope): Evaluate {
  switch (condition.kind) {
    case 'const': {
      const code = condition.value ? TRUE : FALSE;
      return () => code;
    }
    case 'and':
      return junction(partsOf(condition.of, scope), FALSE, TRUE);
    case 'or':
      return junction(partsOf(condition.of, scope), TRUE, FALSE);
    case 'not': {
      const of = compileCondition(condition.of, scope);
      return (thing) => {
        const code = of(thing);
        return code <= TRUE ? ((1 - code) as Code) : code;
      };
    }
    case 'sure': {
      const of = compileCondition(condition.of, scope);
      return (thing) => {
        const code = of(thing);
        return code === UNKNOWN ? FALSE : code;
      };
    }
    case 'test':
      return compileTest(condition, scope);
    case 'each':
      return compileEach(condition, scope);
  }
}

function partsOf(of: readonly Condition[], scope: CompileScope): readonly Evaluate[] {
  // What costs less first: the others are then often not needed.
  return of.toSorted((a, b) => costOf(a) - costOf(b)).map((part) => compileCondition(part, scope));
}

function costOf(condition: Condition): number {
  return foldCondition<number>(condition, {
    constant: () => 0,
    and: sum,
    or: sum,
    not: (of) => of,
    sure: (of) => of,
    test: ({ op, args }) => (op === 'matches' || op === 'cidr' || args.some(({ kind }) => kind === 'call') ? 10 : 1),
    each: (_, where) => 10 + 10 * where,
  });
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, cost) => total + cost, 0);
}

function junction(parts: readonly Evaluate[], absorbing: Code, neutral: Code): Evaluate {
  return (thing) => {
    let code: Code = neutral;
    for (let at = 0; at < parts.length; at++) {
      const next = (parts[at] as Evaluate)(thing);
      if (next === absorbing) return absorbing;
      if (next > TRUE && (next > code || code <= TRUE)) code = next;
    }
    return code;
  };
}

function compileTest({ op, args }: TestCondition, scope: CompileScope): Evaluate {
  const [first, second] = args;
  const mayFail = args.some(({ kind }) => kind === 'call' || kind === 'slot') || op === 'matches' || op === 'cidr';
  const left = readOperand(first, scope);
  const quick = second?.kind === 'value' ? CONSTANT_TESTS[op]?.(second.value) : undefined;
  const right = readOperand(second, scope);
  const test = TESTS[op];
  const evaluate: Evaluate =
    quick === undefined ? (thing) => test(left(thing), right(thing)) : (thing) => quick(left(thing));
  return mayFail ? failing(evaluate) : evaluate;
}

function failing(evaluate: Evaluate): Evaluate {
  return (thing) => {
    try {
      return evaluate(thing);
    } catch {
      // As in the reference: the reason is for whoever decides.
      return ERROR;
    }
  };
}

function compileEach({ quantifier, over, as, where }: EachCondition, scope: CompileScope): Evaluate {
  const list = readOperand(over, scope);
  const depth = scope.items.length;
  const test = compileCondition(where, { ...scope, items: [...scope.items, as] });
  const [absorbing, neutral]: readonly [Code, Code] = quantifier === 'some' ? [TRUE, FALSE] : [FALSE, TRUE];
  const evaluate: Evaluate = (thing) => {
    const items = list(thing);
    if (!Array.isArray(items)) return UNKNOWN;
    let code: Code = neutral;
    for (const item of items as readonly Json[]) {
      thing.items[depth] = item;
      const next = test(thing);
      if (next === absorbing) return absorbing;
      if (next > TRUE && (next > code || code <= TRUE)) code = next;
    }
    return code;
  };
  return over.kind === 'call' ? failing(evaluate) : evaluate;
}

function readOperand(operand: Operand | undefined, scope: CompileScope): Read {
  switch (operand?.kind) {
    case undefined:
      return missing;
    case 'value': {
      const { value } = operand;
      return () => value;
    }
    case 'attr':
      return operand.of === scope.over ? readerOf(scope.over, operand.path) : missing;
    case 'item': {
      const depth = scope.items.lastIndexOf(operand.name);
      return depth < 0 ? missing : itemReaderOf(depth, operand.path);
    }
    case 'slot':
      return () => {
        throw new Error(`slot ?${operand.name} is not filled`);
      };
    case 'call':
      return readCall(operand.fn, operand.args, scope);
  }
}

function readCall(name: string, operands: readonly Operand[], scope: CompileScope): Read {
  const definition = scope.functions.get(name);
  const args = operands.map((operand) => readOperand(operand, scope));
  return (thing) => {
    if (definition === undefined) throw new Error(`function ${name} is not registered`);
    const values = args.map((read) => read(thing));
    if (definition.missing !== 'pass' && values.includes(undefined)) return undefined;
    return definition.call(values);
  };
}

function missing(): undefined {
  return undefined;
}
