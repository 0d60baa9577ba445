import { value } from '../ast/build.ts';
import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import { printCondition, printOperand } from '../ast/print.ts';
import { slotsOf } from '../ast/template.ts';
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
  const [slot] = scope.bindings === undefined ? [] : slotsOf(condition);
  if (slot !== undefined) return slotSentence(condition, slot, scope, redaction);
  const must = wanted === 'true' ? 'must' : 'must not';
  if (condition.kind === 'test') return testSentence(condition, must, scope, redaction);
  if (condition.kind !== 'each') return `${must} hold: ${printable(printCondition(condition))}`;
  const { quantifier, over, as, where } = condition;
  const who = quantifier === 'some' ? 'an item' : 'every item';
  const not = wanted === 'true' ? '' : 'not be that ';
  return `${seen(over, scope, redaction)}; must ${not}have ${who} ${printable(as)} such that ${printable(printCondition(where))}`;
}

/** Of a condition on a slot, which only a link can make hold. */
function slotSentence(condition: Condition, slot: string, scope: Scope, redaction: Redaction): string {
  const over = condition.kind === 'each' ? condition.over : condition.kind === 'test' ? condition.args[0] : undefined;
  if (over === undefined) return `no link fills ?${slot}`;
  return `${seen(over, scope, redaction)}; no link fills ?${slot} with ${condition.kind === 'each' ? 'an item of it' : 'it'}`;
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

const VERBS_OF_MOMENTS: Partial<Record<Operator, string>> = {
  lt: 'be before',
  le: 'be no later than',
  gt: 'be after',
  ge: 'be no earlier than',
};

function testSentence(condition: TestCondition, must: string, scope: Scope, redaction: Redaction): string {
  const { op } = condition;
  const [given, other] = condition.args as readonly [Operand, Operand | undefined];
  if (other === undefined)
    return `${seen(given, scope, redaction)}; ${must} ${VERBS[op]}${meaning(given, scope.functions)}`;
  const momentVerb = isMoment(given) || isMoment(other) ? VERBS_OF_MOMENTS[op] : undefined;
  const verb = momentVerb ?? VERBS[op];
  const [left, right] = momentVerb === undefined ? [given, other] : [momentText(given), momentText(other)];
  if (left.kind === 'value')
    return `${seen(right, scope, redaction)}; ${bound(op, left, scope, redaction)} ${must} ${verb} it`;
  return `${seen(left, scope, redaction)}; ${must} ${verb} ${bound(op, right, scope, redaction)}`;
}

function isMoment(operand: Operand): boolean {
  return operand.kind === 'call' && operand.fn === 'instant';
}

/** A moment as the text that it was written as: nobody reads milliseconds since 1970. */
function momentText(operand: Operand): Operand {
  if (operand.kind === 'call') return operand.args[0] ?? operand;
  if (operand.kind !== 'value' || typeof operand.value !== 'number') return operand;
  return value(new Date(operand.value).toISOString());
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
  const constant = operand.value;
  if (op === 'cidr' || op === 'isType') return printable(constant as string);
  if (op !== 'in' || !Array.isArray(constant)) return shown(constant);
  const members = (constant as readonly Json[]).slice(0, 5).map(shown).join(', ');
  return constant.length > 5 ? `${members} … (${constant.length} in all)` : members;
}

// A string that reads like another type keeps its quotes: `"1"` is not `1`.
function shown(given: Json): string {
  const isPlain =
    typeof given === 'string' && !/^(?:|[\s"[{].*|null|true|false|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|.*\s)$/is.test(given);
  return quote(isPlain ? given : JSON.stringify(given));
}

function meaning(operand: Operand, functions: FunctionTable): string {
  const found = operand.kind === 'call' ? functions.get(operand.fn)?.meaning : undefined;
  return found === undefined ? '' : ` (${printable(found)})`;
}
