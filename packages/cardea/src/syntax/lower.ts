import { and, attr, FALSE } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { slotsOf } from '../ast/template.ts';
import { type Issue, quote } from '../errors.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Element, Policy } from '../model/policy.ts';
import { checkCalls } from './check-calls.ts';
import type { Checker } from './checkers.ts';
import { inside, type Place, report, rootPlace } from './issue-collector.ts';
import { lowerAttribute, lowerRuleOrAttributes } from './lower-rule.ts';
import { DEFAULT_TAGS, type Tags } from './phrase.ts';
import type { RulePlace, SlotScope } from './rule-place.ts';
import { withoutSlots } from './slot.ts';

/** How policies are read. */
export interface LowerOptions {
  readonly checker: Checker;
  readonly functions: FunctionTable;
}

/** See `lowerPolicy`, by which others than what is loaded later do it. */
export function lower(policy: Policy, options: LowerOptions): Parsed<LoweredPolicy> {
  const issues: Issue[] = [];
  const root = rootPlace(issues);
  // What no policy declares, no slot can be.
  const slots: SlotScope | undefined =
    policy.slots === undefined ? undefined : { declared: policy.slots, met: new Set() };
  const parts = {
    subjects: lowerField(policy, 'subjects', { ...inside(root, 'subjects'), what: SUBJECT, slots }, options),
    actions: lowerField(policy, 'actions', { ...inside(root, 'actions'), what: ACTION, slots }, options),
    resources: lowerField(policy, 'resources', { ...inside(root, 'resources'), what: RESOURCE, slots }, options),
    context: lowerContext(policy, options, { ...inside(root, 'context'), what: CONTEXT, slots }),
  };
  if (slots !== undefined) requireMet(slots, inside(root, 'slots'));
  if (issues.length > 0) return { ok: false, issues };
  const { uid, effect, priority = 0, obligations = [] } = policy;
  const lowered = { uid, effect, priority, obligations, condition: conditionOf(parts), parts };
  return { ok: true, value: policy.slots === undefined ? lowered : { ...lowered, slots: policy.slots } };
}

// Made once: what all policies share takes no memory of each.
const SUBJECT = attr('subject');
const ACTION = attr('action');
const RESOURCE = attr('resource');
const CONTEXT = attr('context');

function lowerField(
  policy: Policy,
  name: 'subjects' | 'actions' | 'resources',
  place: RulePlace,
  options: LowerOptions,
): readonly Condition[] {
  const elements = policy[name];
  const tags = policy.tags ?? DEFAULT_TAGS;
  const each = elements.length === 1 ? place : withoutSlots(place, `in one of several ${name}`);
  return elements.map((element, at) => lowerElement(element, tags, options, inside(each, at)));
}

function requireMet({ declared, met }: SlotScope, place: Place): void {
  for (const [at, name] of declared.entries()) {
    if (met.has(name)) continue;
    report(inside(place, at), 'CARDEA_INVALID_POLICY', `slot ${quote(name)} stands nowhere in the policy`);
  }
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
