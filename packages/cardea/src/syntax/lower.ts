import { attr, FALSE } from '../ast/build.ts';
import type { Category, Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Issue } from '../errors.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Element, Policy } from '../model/policy.ts';
import { checkCalls } from './check-calls.ts';
import type { Checker } from './checkers.ts';
import { inside, type Place, rootPlace } from './issue-collector.ts';
import { lowerAttribute, lowerRuleOrAttributes } from './lower-rule.ts';
import { DEFAULT_TAGS, type Tags } from './phrase.ts';

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
  const field = (name: 'subjects' | 'actions' | 'resources', of: Category): readonly Condition[] =>
    policy[name].map((element, at) =>
      lowerElement(element, of, policy.tags ?? DEFAULT_TAGS, options, inside(root, name, at)),
    );
  const parts = {
    subjects: field('subjects', 'subject'),
    actions: field('actions', 'action'),
    resources: field('resources', 'resource'),
    context: lowerContext(policy, options, inside(root, 'context')),
  };
  if (issues.length > 0) return { ok: false, issues };
  const { uid, effect, priority = 0, obligations = [] } = policy;
  return { ok: true, value: { uid, effect, priority, obligations, condition: conditionOf(parts), parts } };
}

function lowerElement(
  element: Element,
  of: Category,
  tags: Tags,
  { checker, functions }: LowerOptions,
  place: Place,
): Condition {
  const what = attr(of);
  if (typeof element === 'string') return checker.readString(element, what, tags, place);
  const condition = lowerRuleOrAttributes(element, { ...place, what });
  checkCalls(condition, functions, place);
  return checker.readsRules ? condition : FALSE;
}

function lowerContext(
  { context = {} }: Policy,
  { functions }: LowerOptions,
  place: Place,
): LoweredPolicy['parts']['context'] {
  return Object.keys(context).map((attribute) => {
    const at = inside(place, attribute);
    const condition = lowerAttribute(attribute, context[attribute], { ...at, what: attr('context') });
    checkCalls(condition, functions, at);
    return { attribute, condition };
  });
}
