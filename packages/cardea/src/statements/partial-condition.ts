import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { isScalar } from '../ast/json.ts';
import { compilePattern, type PatternMatcher } from '../ast/pattern/compile.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth, truthOf } from '../ast/truth.ts';
import { foldCondition, operandsOf } from '../ast/walk.ts';
import { conditionOfTruth, constantTruth } from '../decide/plan-constants.ts';
import { foldAnd, foldNot, foldOr, foldSure } from '../decide/plan-fold.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { readAttribute } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { documentOf } from '../syntax/functions/document.ts';

/** One inquiry whose subject and action are those that conditions were compiled for. */
export interface Request {
  readonly inquiry: Inquiry;
  /** The document of the resource; undefined until it is asked for, and where there is no resource. */
  document: string | undefined;
}

/** What is left of a condition where subject and action are known: its truth, or how to find it. */
export type PartialCondition = Truth | ((request: Request) => Truth);

/**
 * Compiles a condition for one subject and action: what reads nothing else is evaluated now, and searches in documents
 * become searches in a text that is made once.
 *
 * INVARIANT partial-keeps-truth: for every inquiry with this subject and action it is the truth of the condition.
 */
export function partialCondition(condition: Condition, known: Inquiry, functions: FunctionTable): PartialCondition {
  const settled = (each: TestCondition | EachCondition): Condition =>
    operandsOf(each).some(isOpen) ? each : conditionOfTruth(evaluateCondition(each, { inquiry: known, functions }));
  const open = foldCondition<Condition>(condition, {
    constant: (value) => conditionOfTruth(truthOf(value)),
    and: foldAnd,
    or: foldOr,
    not: foldNot,
    sure: foldSure,
    test: settled,
    each: settled,
  });
  return constantTruth(open) ?? compiled(open, functions);
}

type Run = (request: Request) => Truth;

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
      truth = join(truth, part(request));
      if (truth === absorbing) return truth;
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
  if (op === 'contains') return inDocument((document) => document.includes(text));
  return op === 'matches' ? inDocument(searching(text)) : undefined;
}

function isThere(inquiry: Inquiry): boolean {
  return readAttribute(inquiry, 'resource', []) !== undefined;
}

function searching(pattern: string): (document: string) => boolean {
  let matcher: PatternMatcher | undefined;
  return (document) => {
    matcher ??= compilePattern(pattern);
    return matcher.test(document);
  };
}

function equality({ op, args: [left, right] }: TestCondition): Run | undefined {
  if (op !== 'eq' || left?.kind !== 'attr' || left.of !== 'resource' || right?.kind !== 'value') return undefined;
  const { path } = left;
  const { value } = right;
  if (!isScalar(value)) return undefined;
  return ({ inquiry }) => {
    const found = readAttribute(inquiry, 'resource', path);
    return found === undefined ? 'unknown' : truthOf(found === value);
  };
}

/** Whether an operand is the document of the whole resource. */
function isDocument(operand: Operand): boolean {
  if (operand.kind !== 'call' || operand.fn !== 'document') return false;
  const [of] = operand.args;
  return of?.kind === 'attr' && of.of === 'resource' && of.path.length === 0;
}

function inDocument(holds: (document: string) => boolean): Run {
  return (request) => {
    let { document } = request;
    if (document === undefined) {
      const resource = readAttribute(request.inquiry, 'resource', []);
      if (resource === undefined) return 'unknown';
      document = documentOf(resource);
      request.document = document;
    }
    return tried(document, holds);
  };
}

function tried(document: string, holds: (document: string) => boolean): Truth {
  try {
    return truthOf(holds(document));
  } catch {
    // A pattern may turn out too large, as for the reference.
    return 'error';
  }
}

function whole(condition: TestCondition | EachCondition, functions: FunctionTable): Run {
  return ({ inquiry }) => evaluateCondition(condition, { inquiry, functions });
}

// Those inside calls are listed beside the calls.
function isOpen(operand: Operand): boolean {
  return operand.kind === 'attr' && operand.of !== 'subject' && operand.of !== 'action';
}
