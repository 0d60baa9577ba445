import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { isScalar } from '../ast/json.ts';
import { compilePattern, type PatternMatcher } from '../ast/pattern/compile.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth, truthOf } from '../ast/truth.ts';
import { foldCondition, operandsOf } from '../ast/walk.ts';
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
  return foldCondition<PartialCondition>(condition, {
    constant: truthOf,
    and: (parts) => junction(parts, AND),
    or: (parts) => junction(parts, OR),
    not: (part) => mapped(part, notTruth),
    sure: (part) => mapped(part, sureTruth),
    test: (each) => documentTest(each) ?? equality(each) ?? whole(each, known, functions),
    each: (each) => whole(each, known, functions),
  });
}

interface Junction {
  readonly neutral: Truth;
  readonly absorbing: Truth;
  readonly join: (left: Truth, right: Truth) => Truth;
}

const AND: Junction = { neutral: 'true', absorbing: 'false', join: andTruth };
const OR: Junction = { neutral: 'false', absorbing: 'true', join: orTruth };

function junction(parts: readonly PartialCondition[], { neutral, absorbing, join }: Junction): PartialCondition {
  const known = parts.filter((part) => typeof part === 'string').reduce(join, neutral);
  const open = parts.filter((part) => typeof part === 'function');
  const [first] = open;
  if (known === absorbing || first === undefined) return known;
  if (open.length === 1 && known === neutral) return first;
  return (request) => {
    let truth = known;
    for (const part of open) {
      truth = join(truth, part(request));
      if (truth === absorbing) return truth;
    }
    return truth;
  };
}

function mapped(part: PartialCondition, map: (truth: Truth) => Truth): PartialCondition {
  return typeof part === 'function' ? (request) => map(part(request)) : map(part);
}

function documentTest({ op, args: [left, right] }: TestCondition): PartialCondition | undefined {
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

function equality({ op, args: [left, right] }: TestCondition): PartialCondition | undefined {
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

function inDocument(holds: (document: string) => boolean): (request: Request) => Truth {
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

function whole(condition: TestCondition | EachCondition, known: Inquiry, functions: FunctionTable): PartialCondition {
  if (!operandsOf(condition).some(isOpen)) return evaluateCondition(condition, { inquiry: known, functions });
  return ({ inquiry }) => evaluateCondition(condition, { inquiry, functions });
}

// Those inside calls are listed beside the calls.
function isOpen(operand: Operand): boolean {
  return operand.kind === 'attr' && operand.of !== 'subject' && operand.of !== 'action';
}
