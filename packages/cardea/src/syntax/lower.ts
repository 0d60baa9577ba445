import { and, attr, FALSE } from '../ast/build.ts';
import type { Category, Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { slotsOf } from '../ast/template.ts';
import { type Issue, quote } from '../errors.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Element, Policy } from '../model/policy.ts';
import { checkCalls } from './check-calls.ts';
import type { Checker } from './checkers.ts';
import { inside, report, rootPlace } from './issue-collector.ts';
import { lowerAttribute, lowerRuleOrAttributes } from './lower-rule.ts';
import { DEFAULT_TAGS, type Tags } from './phrase.ts';
import type { RulePlace, SlotScope } from './rule-place.ts';
import { withoutSlots } from './slot.ts';

/** How policies are read. */
export interface LowerOptions {
  readonly checker: Checker;
  readonly functions: FunctionTable;
}

/**
 * Lowers a policy to conditions, as the checker reads it. All issues are returned at once; a policy with
 * an issue has no meaning.
 *
 * @param policy as `parsePolicy` returned it: what is JSON, and how deep, is not looked at again
 *
 * @example
 * ```ts
 * const lowered = lowerPolicy(policy, { checker: defaultChecker(), functions: functionTable() });
 * if (lowered.ok) console.log(printCondition(lowered.value.condition));
 * ```
 */
export function lowerPolicy(policy: Policy, options: LowerOptions): Parsed<LoweredPolicy> {
  const issues: Issue[] = [];
  const root = rootPlace(issues);
  const slots: SlotScope = { declared: policy.slots ?? [], met: new Set() };
  const field = (name: 'subjects' | 'actions' | 'resources', of: Category): readonly Condition[] =>
    policy[name].map((element, at, { length }) => {
      const place = { ...inside(root, name, at), what: attr(of), slots };
      const must = length === 1 ? place : withoutSlots(place, `in one of several ${name}`);
      return lowerElement(element, policy.tags ?? DEFAULT_TAGS, options, must);
    });
  const parts = {
    subjects: field('subjects', 'subject'),
    actions: field('actions', 'action'),
    resources: field('resources', 'resource'),
    context: lowerContext(policy, options, { ...inside(root, 'context'), what: attr('context'), slots }),
  };
  for (const [at, name] of slots.declared.entries()) {
    if (slots.met.has(name)) continue;
    report(inside(root, 'slots', at), 'CARDEA_INVALID_POLICY', `slot ${quote(name)} stands nowhere in the policy`);
  }
  if (issues.length > 0) return { ok: false, issues };
  const { uid, effect, priority = 0, obligations = [] } = policy;
  const lowered = { uid, effect, priority, obligations, condition: conditionOf(parts), parts };
  return { ok: true, value: policy.slots === undefined ? lowered : { ...lowered, slots: policy.slots } };
}

function lowerElement(element: Element, tags: Tags, { checker, functions }: LowerOptions, place: RulePlace): Condition {
  if (typeof element === 'string') return checker.readString(element, place.what, tags, place);
  const condition = lowerRuleOrAttributes(element, place);
  checkCalls(condition, functions, place);
  if (checker.readsRules) return condition;
  // A template keeps its slots, so that its links stay what they are, and never applies.
  return slotsOf(condition).length > 0 ? and(condition, FALSE) : FALSE;
}

function lowerContext(
  { context = {} }: Policy,
  { functions }: LowerOptions,
  place: RulePlace,
): LoweredPolicy['parts']['context'] {
  return Object.keys(context).map((attribute) => {
    const at = inside(place, attribute);
    const condition = lowerAttribute(attribute, context[attribute], at);
    checkCalls(condition, functions, at);
    return { attribute, condition };
  });
}
