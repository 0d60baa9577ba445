import { TRUE, value } from '../ast/build.ts';
import type { AttrOperand, CallOperand, Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import { readPath } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { OpenCategory } from '../model/query-plan.ts';
import { conditionOfTruth, ERROR, MISSING, UNKNOWN } from './plan-constants.ts';
import { foldAnd, foldNot, foldOr, foldSure } from './plan-fold.ts';
import { testOfName } from './plan-name.ts';
import { evaluateCondition, evaluateOperand } from './reference.ts';

/** What is known while one category is open. */
export interface Known {
  /** Without the open category. */
  readonly inquiry: Inquiry;
  readonly over: OpenCategory;
  /** The type of the things, where they are entities of one. */
  readonly type?: string;
  /** What is known of all of them: a member that is not there may be anything. */
  readonly attributes: JsonObject;
  readonly functions: FunctionTable;
}

/** What is known, and the items of known lists within which the condition stands; those of open lists are not. */
interface Scope extends Known {
  readonly items: ReadonlyMap<string, Json | typeof OPEN>;
}

const OPEN: unique symbol = Symbol('open');

/**
 * A condition with all that is known evaluated: what remains reads the open category alone.
 *
 * INVARIANT residual-preserves-truth: with the category filled in, the truth, all four values, is that of the condition.
 */
export function residualOf(condition: Condition, known: Known): Condition {
  return residual(condition, { ...known, items: new Map() });
}

function residual(condition: Condition, scope: Scope): Condition {
  switch (condition.kind) {
    case 'const':
      return condition;
    case 'and':
      return foldAnd(condition.of.map((part) => residual(part, scope)));
    case 'or':
      return foldOr(condition.of.map((part) => residual(part, scope)));
    case 'not':
      return foldNot(residual(condition.of, scope));
    case 'sure':
      return foldSure(residual(condition.of, scope));
    case 'test':
      return residualTest(condition, scope);
    case 'each':
      return residualEach(condition, scope);
  }
}

function residualTest(condition: TestCondition, scope: Scope): Condition {
  const args = condition.args.map((arg) => read(arg, scope));
  if (args.some(({ state }) => state === 'failed')) return ERROR;
  const filled = args.map(({ operand }) => operand);
  if (args.every(({ state }) => state !== 'open')) return truthOf({ ...condition, args: filled }, scope);
  const isPlain = args.every(({ operand }) => operand.kind !== 'call');
  if (isPlain && args.some(({ state }) => state === 'missing')) return UNKNOWN;
  return isDocumentText(condition, scope) ? TRUE : testOfName({ ...condition, args: filled }, scope);
}

/** Whether the thing has a document, as it always has: what is left of a pattern that is found in every one. */
function isDocumentText({ op, args: [left, right] }: TestCondition, { over }: Scope): boolean {
  if (op !== 'isType' || left?.kind !== 'call' || left.fn !== 'document') return false;
  const [of] = left.args;
  return (
    of?.kind === 'attr' && of.of === over && of.path.length === 0 && right?.kind === 'value' && right.value === 'string'
  );
}

function residualEach(condition: EachCondition, scope: Scope): Condition {
  const over = read(condition.over, scope);
  if (over.state === 'failed') return ERROR;
  const bound = (item: Json | typeof OPEN): Condition =>
    residual(condition.where, { ...scope, items: new Map(scope.items).set(condition.as, item) });
  if (over.state === 'open') return { ...condition, over: over.operand, where: bound(OPEN) };
  const list = over.operand.kind === 'value' ? over.operand.value : undefined;
  if (!Array.isArray(list)) return UNKNOWN;
  const parts = (list as readonly Json[]).map(bound);
  return condition.quantifier === 'some' ? foldOr(parts) : foldAnd(parts);
}

/** An operand as far as it is known: a value, {@link MISSING}, or what reads the open category. */
interface Read {
  readonly state: 'known' | 'missing' | 'failed' | 'open';
  readonly operand: Operand;
}

function read(operand: Operand, scope: Scope): Read {
  switch (operand.kind) {
    case 'value':
      return { state: 'known', operand };
    case 'attr':
      return operand.of === scope.over
        ? readOpen(operand, scope)
        : known(() => evaluateOperand(operand, scopeOf(scope)), operand);
    case 'item': {
      const item = scope.items.get(operand.name);
      return item === OPEN ? { state: 'open', operand } : known(() => readPath(item, operand.path), operand);
    }
    case 'slot':
      return { state: 'failed', operand };
    case 'call':
      return readCall(operand, scope);
  }
}

function readOpen(operand: AttrOperand, { over, type, attributes }: Scope): Read {
  const [first] = operand.path;
  if (first === undefined) {
    const id = attributes['id'];
    return type !== undefined && Object.hasOwn(attributes, 'id') && typeof id === 'string'
      ? { state: 'known', operand: value(`${type}:${id}`) }
      : { state: 'open', operand };
  }
  if (first === 'type' && type !== undefined && over !== 'action')
    return known(() => readPath(type, operand.path.slice(1)), operand);
  return Object.hasOwn(attributes, first)
    ? known(() => readPath(attributes, operand.path), operand)
    : { state: 'open', operand };
}

function readCall(operand: CallOperand, scope: Scope): Read {
  const definition = scope.functions.get(operand.fn);
  const args = operand.args.map((arg) => read(arg, scope));
  if (definition === undefined || args.some(({ state }) => state === 'failed')) return { state: 'failed', operand };
  const filled = { ...operand, args: args.map((arg) => arg.operand) };
  if (args.some(({ state }) => state === 'open')) return { state: 'open', operand: filled };
  return known(() => evaluateOperand(filled, scopeOf(scope)), operand);
}

function known(evaluate: () => Json | undefined, operand: Operand): Read {
  try {
    const found = evaluate();
    return found === undefined ? { state: 'missing', operand: MISSING } : { state: 'known', operand: value(found) };
  } catch {
    // As in the reference: the reason is for whoever decides, not for whoever filters.
    return { state: 'failed', operand };
  }
}

function truthOf(condition: Condition, scope: Scope): Condition {
  return conditionOfTruth(evaluateCondition(condition, scopeOf(scope)));
}

function scopeOf({ inquiry, functions }: Scope): { readonly inquiry: Inquiry; readonly functions: FunctionTable } {
  return { inquiry, functions };
}
