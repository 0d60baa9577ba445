import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { isScalar, type Json, type JsonObject } from '../ast/json.ts';
import { compilePattern, type PatternMatcher } from '../ast/pattern/compile.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth, truthOf } from '../ast/truth.ts';
import { foldCondition, operandsOf } from '../ast/walk.ts';
import { conditionOfTruth, constantTruth } from '../decide/plan-constants.ts';
import { foldAnd, foldNot, foldOr, foldSure } from '../decide/plan-fold.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { isAttributes, readAttribute } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { documentOf } from '../syntax/functions/document.ts';
import { isOpen, withKnownOperands } from './known-operands.ts';

/** One inquiry whose subject and action are those that conditions were compiled for. */
export interface Request {
  readonly inquiry: Inquiry;
  /** The resource where its members are attributes and no name: what most conditions read. */
  readonly members: JsonObject | undefined;
  /** The document of the resource; undefined until it is asked for, and where there is no resource. */
  document: string | undefined;
}

export function requestOf(inquiry: Inquiry): Request {
  const { resource } = inquiry;
  return { inquiry, members: isAttributes(resource) ? (resource as JsonObject) : undefined, document: undefined };
}

/** What is left of a condition where subject and action are known: its truth, or how to find it. */
export type PartialCondition = Truth | Run;

type Run = (request: Request) => Truth;

/**
 * What is left of a condition for one subject and action: what reads nothing else is evaluated now.
 *
 * INVARIANT partial-keeps-truth: for every inquiry with this subject and action it is of the truth of the condition.
 */
export function openCondition(condition: Condition, known: Inquiry, functions: FunctionTable): Condition {
  const settled = (each: TestCondition | EachCondition): Condition =>
    isAnyOpen(each) ? each : conditionOfTruth(evaluateCondition(each, { inquiry: known, functions }));
  return foldCondition<Condition>(condition, {
    constant: (value) => conditionOfTruth(truthOf(value)),
    and: foldAnd,
    or: foldOr,
    not: foldNot,
    sure: foldSure,
    test: (each) => settled(withKnownOperands(each, known, functions)),
    each: settled,
  });
}

/** Compiles what is left of a condition: searches in documents become searches in a text that is made once. */
export function partialCondition(open: Condition, functions: FunctionTable): PartialCondition {
  return constantTruth(open) ?? compiled(open, functions);
}

// The attributes inside calls are listed beside the calls, and items are those of a list that is listed too.
function isAnyOpen(condition: TestCondition | EachCondition): boolean {
  return operandsOf(condition).some((operand) => operand.kind === 'attr' && isOpen(operand));
}

function compiled(condition: Condition, functions: FunctionTable): Run {
  return foldCondition<Run>(condition, {
    constant: (value) => always(truthOf(value)),
    and: (parts) => junction(parts, { neutral: 'true', absorbing: 'false', join: andTruth }),
    or: (parts) => junction(parts, { neutral: 'false', absorbing: 'true', join: orTruth }),
    not: (part) => (request) => notTruth(part(request)),
    sure: (part) => (request) => sureTruth(part(request)),
    test: (each) => constantTest(each) ?? documentTest(each) ?? equality(each) ?? whole(each, functions),
    each: (each) => whole(each, functions),
  });
}

interface Junction {
  readonly neutral: Truth;
  readonly absorbing: Truth;
  readonly join: (left: Truth, right: Truth) => Truth;
}

function junction(parts: readonly Run[], { neutral, absorbing, join }: Junction): Run {
  return (request) => {
    let truth = neutral;
    for (const part of parts) {
      const next = part(request);
      if (next === absorbing) return next;
      // Most are definite: what is left to join is seldom.
      if (next !== neutral) truth = join(truth, next);
    }
    return truth;
  };
}

function constantTest(condition: TestCondition): Run | undefined {
  const truth = constantTruth(condition);
  return truth && always(truth);
}

function always(truth: Truth): Run {
  return () => truth;
}

function documentTest({ op, args: [left, right] }: TestCondition): Run | undefined {
  if (left === undefined || !isDocument(left) || right?.kind !== 'value' || typeof right.value !== 'string')
    return undefined;
  const text = right.value;
  // A document is a text, whatever it is of.
  if (op === 'isType') return ({ inquiry }) => (isThere(inquiry) ? truthOf(text === 'string') : 'unknown');
  if (op === 'contains')
    return (request) => {
      const document = documentIn(request);
      return document === undefined ? 'unknown' : truthOf(document.includes(text));
    };
  return op === 'matches' ? searching(text) : undefined;
}

function isThere(inquiry: Inquiry): boolean {
  return readAttribute(inquiry, 'resource', []) !== undefined;
}

function searching(pattern: string): Run {
  let matcher: PatternMatcher | undefined;
  return (request) => {
    const document = documentIn(request);
    if (document === undefined) return 'unknown';
    try {
      matcher ??= compilePattern(pattern);
      return truthOf(matcher.test(document));
    } catch {
      // A pattern may turn out too large, as for the reference.
      return 'error';
    }
  };
}

function documentIn(request: Request): string | undefined {
  if (request.document !== undefined) return request.document;
  const resource = request.members ?? readAttribute(request.inquiry, 'resource', []);
  if (resource !== undefined) request.document = documentOf(resource);
  return request.document;
}

function equality({ op, args: [left, right] }: TestCondition): Run | undefined {
  if (op !== 'eq' || left?.kind !== 'attr' || left.of !== 'resource' || right?.kind !== 'value') return undefined;
  const { path } = left;
  const { value } = right;
  if (!isScalar(value)) return undefined;
  const [name] = path;
  const isMember = path.length === 1 && name !== undefined;
  return ({ inquiry, members }) => {
    const found =
      isMember && members !== undefined ? ownMember(members, name) : readAttribute(inquiry, 'resource', path);
    return found === undefined ? 'unknown' : truthOf(found === value);
  };
}

function ownMember(members: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Whether an operand is the document of the whole resource. */
export function isDocument(operand: Operand): boolean {
  if (operand.kind !== 'call' || operand.fn !== 'document') return false;
  const [of] = operand.args;
  return of?.kind === 'attr' && of.of === 'resource' && of.path.length === 0;
}

function whole(condition: TestCondition | EachCondition, functions: FunctionTable): Run {
  return ({ inquiry }) => evaluateCondition(condition, { inquiry, functions });
}
