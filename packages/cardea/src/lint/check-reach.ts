import { attr, test, value } from '../ast/build.ts';
import type { Category, Condition } from '../ast/condition.ts';
import { printCondition } from '../ast/print.ts';
import { quote } from '../errors.ts';
import type { Element } from '../model/policy.ts';
import type { Checker } from '../syntax/checkers.ts';
import { Facts } from './facts.ts';
import { finding, type LintFinding } from './finding.ts';
import { type Effort, implies } from './implication.ts';
import type { LintedPolicy } from './linted-policy.ts';
import { patternReach } from './pattern-reach.ts';

const FIELDS = ['subjects', 'actions', 'resources'] as const;
const WHOLES: readonly Category[] = ['subject', 'action', 'resource'];

/** Policies that never apply, elements that never fit, and policies that apply to everything. */
export function checkReach(linted: LintedPolicy, { name }: Checker, effort: Effort): readonly LintFinding[] {
  const { policy, lowered, facts } = linted;
  const dead = FIELDS.flatMap((field) =>
    policy[field].flatMap((element, at) =>
      isDead(lowered.parts[field][at]) ? [deadElement(policy.uid, field, at, element, name)] : [],
    ),
  );
  const patterns = dead.filter(({ code }) => code === 'pattern-never-matches');
  if (facts.impossible) return [unreachable(linted), ...patterns];
  return appliesToAll(linted.condition, effort) ? [...dead, everything(linted)] : dead;
}

/** Whether a condition is true for every inquiry that names a subject, an action and a resource. */
function appliesToAll(condition: Condition, effort: Effort): boolean {
  const wide = linesAsTexts(condition);
  const named = WHOLES.map((of) => ({ condition: test('known', attr(of)), holds: true }));
  const texts = WHOLES.map((of) => ({ condition: test('isType', attr(of), value('string')), holds: true }));
  return implies(Facts.of(...named), wide, effort) || implies(Facts.of(...texts), wide, effort);
}

function isDead(condition: Condition | undefined): boolean {
  return condition !== undefined && Facts.of({ condition, holds: true }).impossible;
}

function deadElement(uid: string, field: string, at: number, element: Element, checker: Checker['name']): LintFinding {
  if (typeof element !== 'string') return finding('never-matches', uid, [field, at], 'this element can never fit');
  // Where expressions between tags are read, every other string fits itself.
  if (checker === 'default' || checker === 'regex')
    return finding('pattern-never-matches', uid, [field, at], `${quote(element)} matches no text`);
  return finding('never-matches', uid, [field, at], `${quote(element)} never fits with the ${checker} checker`);
}

function unreachable({ policy, lowered }: LintedPolicy): LintFinding {
  const field = FIELDS.find((name) => lowered.parts[name].every(isDead));
  if (field !== undefined)
    return finding('unreachable', policy.uid, [field], `no element of \`${field}\` can ever fit`);
  const member = lowered.parts.context.find(({ condition }) => isDead(condition));
  if (member === undefined) return finding('unreachable', policy.uid, [], 'its fields contradict each other');
  return finding(
    'unreachable',
    policy.uid,
    ['context', member.attribute],
    `${quote(printCondition(member.condition))} can never hold`,
  );
}

function everything({ policy: { uid, effect } }: LintedPolicy): LintFinding {
  const [code, then] =
    effect === 'allow'
      ? (['allow-all', 'other allow policies add nothing'] as const)
      : (['deny-all', 'nothing is ever allowed'] as const);
  return finding(code, uid, [], `this policy applies to every subject, action and resource: ${then}`);
}

// Whoever writes `<.*>` means everything, although `.` stands for no line feed.
function linesAsTexts(condition: Condition): Condition {
  switch (condition.kind) {
    case 'const':
    case 'each':
      return condition;
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map(linesAsTexts) };
    case 'not':
    case 'sure':
      // Beneath a negation more would become less.
      return condition;
    case 'test': {
      const [what, pattern] = condition.args;
      if (condition.op !== 'matches' || what === undefined || pattern?.kind !== 'value') return condition;
      return patternReach(pattern.value as string) === 'every-line' ? test('isType', what, value('string')) : condition;
    }
  }
}
