import { anyOf, not } from '../ast/build.ts';
import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import type { Operator } from '../ast/operators.ts';
import { printOperand } from '../ast/print.ts';
import { mayFail } from '../engine/may-fail.ts';
import { necessaryOf } from '../engine/necessary.ts';
import { MAX_SINGLE_KEYS } from '../engine/shape.ts';
import { quote } from '../errors.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { finding, type LintFinding } from './finding.ts';
import type { LintedPolicy } from './linted-policy.ts';

const HELP =
  'an `$eq`, `$in`, `$startsWith`, `$cidr` or a range of two numbers on any of them would let it be looked up';

/** Policies that nothing of an inquiry leads to, so that each is evaluated for every inquiry, and why. */
export function checkResidual({ policy, lowered }: LintedPolicy): readonly LintFinding[] {
  // Templates are looked up by what their links fill in.
  if (policy.slots !== undefined) return [];
  const open = openness(lowered);
  if (!open(lowered.condition)) return [];
  const { subjects, actions, resources, context } = lowered.parts;
  const fields = [anyOf(subjects), anyOf(actions), anyOf(resources), ...context.map(({ condition }) => condition)];
  const reasons = fields.filter(open).map((field) => reasonOf(field, open));
  const why = reasons.length === 0 ? [UNRELATED] : [...new Set(reasons)];
  const some = why.slice(0, 5).join(', ');
  const more = why.length > 5 ? ` and ${why.length - 5} more` : '';
  return [finding('residual-policy', policy.uid, [], `is held against every inquiry: ${some}${more}; ${HELP}`)];
}

/** Whether a condition lets inquiries with all kinds of values through, as far as an index can tell. */
type IsOpen = (condition: Condition) => boolean;

function openness(policy: LoweredPolicy): IsOpen {
  // What may fail, and any deny, also matters where it is unknown: each part must be seen so.
  const effect = mayFail(policy.condition) ? 'deny' : policy.effect;
  return (condition) =>
    necessaryOf({ ...policy, effect, condition }).some((needs) =>
      needs.every(({ tokens }) => tokens.length > MAX_SINGLE_KEYS),
    );
}

function reasonOf(condition: Condition, open: IsOpen): string {
  switch (condition.kind) {
    case 'const':
      return `it ${ANYTHING}`;
    case 'sure':
      return reasonOf(condition.of, open);
    case 'each':
      return reasonOf(condition.where, open);
    case 'not':
      return reasonOfNegated(condition.of, open);
    case 'and': {
      const reasons = condition.of.filter(open).map((part) => reasonOf(part, open));
      return reasons.find((reason) => !reason.endsWith(ANYTHING)) ?? reasons[0] ?? UNRELATED;
    }
    case 'or': {
      const part = condition.of.find(open);
      return part === undefined ? UNRELATED : reasonOf(part, open);
    }
    case 'test':
      return reasonOfTest(condition);
  }
}

function reasonOfNegated(condition: Condition, open: IsOpen): string {
  switch (condition.kind) {
    case 'not':
      return reasonOf(condition.of, open);
    case 'and':
      return reasonOf({ kind: 'or', of: condition.of.map(not) }, open);
    case 'or':
      return reasonOf({ kind: 'and', of: condition.of.map(not) }, open);
    case 'sure':
      return reasonOfNegated(condition.of, open);
    case 'each':
      return reasonOfNegated(condition.where, open);
    case 'const':
      return `it ${ANYTHING}`;
    case 'test':
      return `${named(condition.args[0])} is only told what not to be`;
  }
}

const ANYTHING = 'may be anything';
const UNRELATED = 'there are many alternatives and no attribute that all of them test';

function reasonOfTest({ op, args }: TestCondition): string {
  const [left, right] = args;
  const computed = args.find((arg) => arg.kind === 'call' && arg.fn !== 'lower');
  if (computed !== undefined) return `${named(computed)} is known only when it is asked`;
  if (left?.kind !== 'value' && right !== undefined && right.kind !== 'value')
    return `${named(left)} is compared with ${named(right)}`;
  return `${named(left?.kind === 'value' && right !== undefined ? right : left)} ${REASONS[op]}`;
}

/** Why nothing can be looked up by a test against a constant. */
const REASONS: Readonly<Record<Operator, string>> = {
  eq: ANYTHING,
  in: `has more than ${MAX_SINGLE_KEYS} values`,
  lt: 'has one bound only',
  le: 'has one bound only',
  gt: 'has one bound only',
  ge: 'has one bound only',
  startsWith: ANYTHING,
  endsWith: ANYTHING,
  contains: 'must only contain a text',
  matches: 'has a pattern that begins with no literal text',
  cidr: 'may be in a large part of all networks',
  truthy: ANYTHING,
  isTrue: 'may be unknown',
  isType: ANYTHING,
  known: ANYTHING,
  present: ANYTHING,
};

function named(operand: Operand | undefined): string {
  return operand === undefined ? 'it' : quote(printOperand(operand));
}
