import type { Condition, Operand } from '../ast/condition.ts';
import { type Json, jsonEqual } from '../ast/json.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { TESTS } from './memory/tests.ts';
import { FALSE, TRUE } from './memory/truth-code.ts';

/** What is allowed of a class of things: all of them, none, or it depends on the thing. */
export type ClassAnswer = QueryPlan['kind'];

/**
 * What a plan says of a class of things, without looking at one: a list route asks it before it queries, and a menu
 * whether to show an entry at all. It sees more than `kind`: conditions of which no thing can fulfil all, as
 * `status = 'open' and status = 'closed'`, are `never`.
 *
 * INVARIANT class-check-is-sound: of `always` every thing is allowed, of `never` none. `conditional` promises nothing.
 *
 * @example
 * ```ts
 * const plan = await guard.plan({ subject: 'max', action: 'delete', resource: { type: 'book' } });
 * if (classCheck(plan) === 'never') hideButton();
 * ```
 */
export function classCheck(plan: QueryPlan): ClassAnswer {
  if (plan.kind !== 'conditional') return plan.kind;
  return canBeTrue(plan.condition) ? 'conditional' : 'never';
}

function canBeTrue(condition: Condition): boolean {
  switch (condition.kind) {
    case 'const':
      return condition.value;
    case 'or':
      return condition.of.some(canBeTrue);
    case 'and':
      return condition.of.every(canBeTrue) && isConsistent(condition.of);
    case 'sure':
      return canBeTrue(condition.of);
    case 'not':
    case 'test':
    case 'each':
      return true;
  }
}

/** Whether each operand that must equal a constant may do so, for all else that is asked of it. */
function isConsistent(parts: readonly Condition[]): boolean {
  const constraints = parts.flatMap((part) => constraintOf(part) ?? []);
  return constraints.every(({ operand, among }) => {
    const all = constraints.filter((other) => isSame(operand, other.operand));
    return among === undefined || among.some((value) => all.every(({ allows }) => allows(value)));
  });
}

function isSame(left: Operand, right: Operand): boolean {
  return jsonEqual(left as unknown as Json, right as unknown as Json);
}

/** What a part of a conjunction asks of one operand beside a constant. */
interface Constraint {
  readonly operand: Operand;
  readonly allows: (value: Json) => boolean;
  /** All the values that it may have, where they are few. */
  readonly among: readonly Json[] | undefined;
}

function constraintOf(part: Condition): Constraint | undefined {
  const isSure = part.kind === 'not' && part.of.kind === 'sure';
  const inner = part.kind === 'not' ? (part.of.kind === 'sure' ? part.of.of : part.of) : part;
  if (inner.kind !== 'test') return undefined;
  const { op, args } = inner;
  const [operand, right] = args;
  if (operand?.kind !== 'attr' || right?.kind !== 'value' || op === 'matches' || op === 'cidr') return undefined;
  const constant = right.value;
  const codeOf = (value: Json): number => TESTS[op](value, constant);
  if (isSure) return { operand, among: undefined, allows: (value) => codeOf(value) !== TRUE };
  if (part.kind === 'not') return { operand, among: undefined, allows: (value) => codeOf(value) === FALSE };
  const list = op === 'in' && Array.isArray(constant) ? (constant as readonly Json[]) : undefined;
  return { operand, among: op === 'eq' ? [constant] : list, allows: (value) => codeOf(value) === TRUE };
}
