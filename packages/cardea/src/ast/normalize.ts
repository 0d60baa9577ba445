import { allOf, anyOf, FALSE, test, TRUE, value } from './build.ts';
import type { Condition, EachCondition, Operand, TestCondition } from './condition.ts';
import { canonicalJson, type Json } from './json.ts';
import type { Operator } from './operators.ts';

/**
 * The normal form of a condition: negation pushed to the tests, junctions flat, sorted and without
 * repetition, constants folded, constants on the right of a comparison, equalities with one operand
 * gathered into `in`. Equal normal forms mean the same; what means the same need not have one form.
 *
 * INVARIANT normalize-preserves-meaning: the truth (all four values) is the same for every inquiry.
 *
 * @example
 * ```ts
 * normalizeCondition(not(not(TRUE))); // { kind: 'const', value: true }
 * ```
 */
export function normalizeCondition(condition: Condition): Condition {
  return positive(condition);
}

function positive(condition: Condition): Condition {
  switch (condition.kind) {
    case 'const':
      return condition;
    case 'and':
      return junction('and', condition.of.map(positive));
    case 'or':
      return junction('or', condition.of.map(positive));
    case 'not':
      return negative(condition.of);
    case 'sure':
      return sureOf(positive(condition.of));
    case 'test':
      return testOf(condition);
    case 'each':
      return { ...condition, where: positive(condition.where) };
  }
}

// De Morgan holds in Kleene's logic, and errors are symmetric in `and` and `or`.
function negative(condition: Condition): Condition {
  switch (condition.kind) {
    case 'const':
      return condition.value ? FALSE : TRUE;
    case 'and':
      return junction('or', condition.of.map(negative));
    case 'or':
      return junction('and', condition.of.map(negative));
    case 'not':
      return positive(condition.of);
    case 'sure':
      return negated(sureOf(positive(condition.of)));
    case 'test':
      return negatedTest(testOf(condition));
    case 'each':
      return dual(condition);
  }
}

function dual(condition: EachCondition): Condition {
  return {
    ...condition,
    quantifier: condition.quantifier === 'some' ? 'every' : 'some',
    where: negative(condition.where),
  };
}

function negated(condition: Condition): Condition {
  if (condition.kind === 'const') return condition.value ? FALSE : TRUE;
  return { kind: 'not', of: condition };
}

function sureOf(condition: Condition): Condition {
  return condition.kind === 'const' || condition.kind === 'sure' ? condition : { kind: 'sure', of: condition };
}

const MIRROR: Partial<Record<Operator, Operator>> = { eq: 'eq', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };
const OPPOSITE: Partial<Record<Operator, Operator>> = { lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' };

function testOf(condition: TestCondition): TestCondition {
  const [left, right] = condition.args;
  const mirror = MIRROR[condition.op];
  if (mirror !== undefined && left?.kind === 'value' && right !== undefined && right.kind !== 'value')
    return test(mirror, right, left);
  if (condition.op === 'in' && left !== undefined && right?.kind === 'value' && Array.isArray(right.value))
    return memberOf(left, right.value);
  return condition;
}

function negatedTest(condition: TestCondition): Condition {
  const opposite = OPPOSITE[condition.op];
  return opposite === undefined ? { kind: 'not', of: condition } : { ...condition, op: opposite };
}

function memberOf(left: Operand, list: readonly Json[]): TestCondition {
  const members = [...new Map(list.map((member) => [canonicalJson(member), member]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, member]) => member);
  const [only] = members;
  return members.length === 1 && only !== undefined ? test('eq', left, value(only)) : test('in', left, value(members));
}

function junction(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const absorbing = kind === 'and' ? FALSE : TRUE;
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  if (flat.some((part) => part.kind === 'const' && part.value === absorbing.value)) return absorbing;
  const gathered = kind === 'or' ? gatherEqualities(flat) : flat;
  const unique = new Map(
    gathered.filter((part) => part.kind !== 'const').map((part) => [canonicalCondition(part), part]),
  );
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
  return kind === 'and' ? allOf(sorted) : anyOf(sorted);
}

/** `x = 1 or x in [2, 3]` is `x in [1, 2, 3]`, unknown for the same inquiries. */
function gatherEqualities(parts: readonly Condition[]): readonly Condition[] {
  const lists = new Map<string, { readonly left: Operand; readonly members: Json[] }>();
  const others: Condition[] = [];
  for (const part of parts) {
    const equality = constantEquality(part);
    if (equality === undefined) {
      others.push(part);
      continue;
    }
    const key = canonicalOperand(equality.left);
    const list = lists.get(key) ?? { left: equality.left, members: [] };
    for (const member of equality.members) list.members.push(member);
    lists.set(key, list);
  }
  return [...others, ...[...lists.values()].map(({ left, members }) => memberOf(left, members))];
}

function constantEquality(part: Condition): { readonly left: Operand; readonly members: readonly Json[] } | undefined {
  if (part.kind !== 'test') return undefined;
  const [left, right] = part.args;
  if (left === undefined || right?.kind !== 'value' || left.kind === 'value') return undefined;
  if (part.op === 'eq') return { left, members: [right.value] };
  return part.op === 'in' && Array.isArray(right.value) ? { left, members: right.value } : undefined;
}

function canonicalCondition(condition: Condition): string {
  return canonicalJson(condition as unknown as Json);
}

function canonicalOperand(operand: Operand): string {
  return canonicalJson(operand as unknown as Json);
}
