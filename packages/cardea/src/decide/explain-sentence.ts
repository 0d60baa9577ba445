import type { Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import { printCondition, printOperand } from '../ast/print.ts';
import { printable, quote } from '../errors.ts';
import type { Turn } from './explain-fixes.ts';
import { explainOperand } from './explain-node.ts';
import type { Redaction } from './explain-redact.ts';
import type { Scope } from './reference.ts';

/**
 * A plain sentence about a leaf: what was seen, and what it must be.
 *
 * @example
 * ```ts
 * turnSentence(turn, redaction); // 'subject.role is `user`; must equal `admin`'
 * ```
 */
export function turnSentence({ trace, wanted }: Turn, redaction: Redaction): string {
  const { condition, scope } = trace;
  const must = wanted === 'true' ? 'must' : 'must not';
  if (condition.kind === 'test') return testSentence(condition, must, scope, redaction);
  if (condition.kind !== 'each') return `${must} hold: ${printable(printCondition(condition))}`;
  const { quantifier, over, as, where } = condition;
  const who = quantifier === 'some' ? 'an item' : 'every item';
  const not = wanted === 'true' ? '' : 'not be that ';
  return `${seen(over, scope, redaction)}; must ${not}have ${who} ${printable(as)} such that ${printable(printCondition(where))}`;
}

const VERBS: Readonly<Record<Operator, string>> = {
  eq: 'equal',
  lt: 'be less than',
  le: 'be at most',
  gt: 'be greater than',
  ge: 'be at least',
  in: 'be one of',
  startsWith: 'start with',
  endsWith: 'end with',
  contains: 'contain',
  matches: 'match',
  cidr: 'be in the network',
  truthy: 'be truthy',
  isTrue: 'be true',
  isType: 'be of type',
  known: 'be there',
  present: 'be there',
};

function testSentence({ op, args }: TestCondition, must: string, scope: Scope, redaction: Redaction): string {
  const [left, right] = args as readonly [Operand, Operand | undefined];
  if (right === undefined)
    return `${seen(left, scope, redaction)}; ${must} ${VERBS[op]}${meaning(left, scope.functions)}`;
  if (left.kind === 'value')
    return `${seen(right, scope, redaction)}; ${bound(op, left, scope, redaction)} ${must} ${VERBS[op]} it`;
  return `${seen(left, scope, redaction)}; ${must} ${VERBS[op]} ${bound(op, right, scope, redaction)}`;
}

/** `subject.role is \`user\``, or why it has no value. */
function seen(operand: Operand, scope: Scope, redaction: Redaction): string {
  return `${printable(printOperand(operand))} ${state(operand, scope, redaction)}`;
}

function state(operand: Operand, scope: Scope, redaction: Redaction): string {
  const { seen, missing, redacted, error } = explainOperand(operand, scope, redaction);
  if (missing) return 'is missing';
  if (redacted) return 'is not shown';
  return error === undefined ? `is ${shown(seen as Json)}` : `failed: ${printable(error)}`;
}

function bound(op: Operator, operand: Operand, scope: Scope, redaction: Redaction): string {
  if (operand.kind !== 'value') return `${printable(printOperand(operand))}, which ${state(operand, scope, redaction)}`;
  const { value } = operand;
  if (op === 'cidr' || op === 'isType') return printable(value as string);
  if (op !== 'in' || !Array.isArray(value)) return shown(value);
  const members = (value as readonly Json[]).slice(0, 5).map(shown).join(', ');
  return value.length > 5 ? `${members} … (${value.length} in all)` : members;
}

// A string that reads like another type keeps its quotes: `"1"` is not `1`.
function shown(value: Json): string {
  const isPlain =
    typeof value === 'string' && !/^(?:|[\s"[{].*|null|true|false|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|.*\s)$/is.test(value);
  return quote(isPlain ? value : JSON.stringify(value));
}

function meaning(operand: Operand, functions: FunctionTable): string {
  const found = operand.kind === 'call' ? functions.get(operand.fn)?.meaning : undefined;
  return found === undefined ? '' : ` (${printable(found)})`;
}
