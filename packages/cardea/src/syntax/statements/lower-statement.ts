import { attr } from '../../ast/build.ts';
import type { Category } from '../../ast/condition.ts';
import { isJsonObject, type Json } from '../../ast/json.ts';
import { checkPattern } from '../../ast/pattern/compile.ts';
import { splitLookAheads } from '../../ast/pattern/look-aheads.ts';
import { quote } from '../../errors.ts';
import type { AttributeRules, Element, Policy, RuleData } from '../../model/policy.ts';
import { inside, type Place, report, rootPlace } from '../issue-collector.ts';
import { lowerRule } from '../lower-rule.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { anyOf, type AttributeCondition, contextRules, lowerConditions, ruleAt, rulesOn } from './lower-conditions.ts';
import { variableIn } from './variables.ts';

/** To whom a statement is attached, as a policy says it. */
export interface Attachment {
  readonly uid: string;
  /** Attributes of the subjects to whom the statement applies; one of them fits. Empty for everyone. */
  readonly subjects: readonly AttributeRules[];
}

const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * The policy of a statement. What is wrong is reported at its place; there is no policy then.
 *
 * @param given JSON that shares nothing with its source
 */
export function lowerStatement(given: unknown, attachment: Attachment, place: Place): Policy | undefined {
  if (!isPlainObject(given)) return wrong(place, `a statement is a dictionary, not a ${describe(given)}`);
  const before = place.issues.length;
  for (const name of Object.keys(given)) {
    if (!MEMBERS.includes(name))
      wrong(inside(place, name), `unknown member ${quote(name)}; the members are ${MEMBERS.join(', ')}`);
  }
  const effect = EFFECTS.get(given['Effect']);
  if (effect === undefined)
    wrong(inside(place, 'Effect'), `must be \`Allow\` or \`Deny\`, not ${quote(given['Effect'] ?? null)}`);
  const conditions = lowerConditions(given['Condition'], inside(place, 'Condition'));
  const actions = lowerPair(given, 'Action', lowerAction, place);
  const resources = lowerPair(given, 'Resource', lowerResource, place);
  if (effect === undefined || actions === undefined || resources === undefined || place.issues.length > before)
    return undefined;
  const context = contextRules(conditions);
  return {
    uid: attachment.uid,
    effect,
    subjects: withConditions(
      attachment.subjects.length > 0 ? attachment.subjects.map(attributesRule) : [{ $any: true }],
      conditions,
      'subject',
    ),
    actions: withConditions(actions, conditions, 'action'),
    resources: withConditions(resources, conditions, 'resource'),
    ...(context && { context }),
  };
}

const EFFECTS: ReadonlyMap<unknown, Policy['effect']> = new Map([
  ['Allow', 'allow'],
  ['Deny', 'deny'],
]);

/** One rule for each way to fit, or one for the negation of all of them. */
function lowerPair(
  given: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  lower: (one: unknown, place: Place, sign: Sign) => RuleData | undefined,
  place: Place,
): readonly RuleData[] | undefined {
  const members = [name, `Not${name}`].filter((member) => Object.hasOwn(given, member));
  const [member] = members;
  if (members.length !== 1 || member === undefined)
    return wrong(place, `a statement has either \`${name}\` or \`Not${name}\`, and exactly one of them`);
  const at = inside(place, member);
  const isNegated = member !== name;
  const value = given[member];
  const list = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (list.length === 0) return wrong(at, 'the list is empty; a statement about nothing is left out');
  const rules = list.map((one, index) =>
    lower(one, Array.isArray(value) ? inside(at, index) : at, isNegated ? 'negated' : 'as it is'),
  );
  const found = rules.filter((rule) => rule !== undefined);
  if (found.length < rules.length) return undefined;
  return isNegated ? [{ $not: anyOf(found) }] : found;
}

/** Whether a rule will stand in a negation, where something missing must not make it unknown. */
type Sign = 'as it is' | 'negated';

function lowerAction(given: unknown, place: Place): RuleData | undefined {
  if (typeof given !== 'string') return wrong(place, `an action is a pattern, not a ${describe(given)}`);
  const split = splitLookAheads(given);
  if (!split.ok) return wrong(place, split.problem.message, split.problem.code);
  const problem = split.value
    .flat()
    .map(checkPattern)
    .find((found) => found !== undefined);
  if (problem !== undefined) return wrong(place, problem.message, problem.code);
  return anyOf(
    split.value.map((patterns) => allOf(patterns.map((pattern) => ({ $regexMatch: ignoringCase(pattern) })))),
  );
}

function ignoringCase(pattern: string): string {
  const flags = /^\(\?([a-z]+)\)/.exec(pattern);
  if (flags === null) return `(?i)${pattern}`;
  return `(?i${(flags[1] as string).replaceAll('i', '')})${pattern.slice(flags[0].length)}`;
}

function allOf(rules: readonly RuleData[]): RuleData {
  return rules.length === 1 && rules[0] !== undefined ? rules[0] : { $and: rules };
}

function lowerResource(given: unknown, place: Place, sign: Sign): RuleData | undefined {
  if (typeof given === 'string') return checked({ $documentMatch: given }, place);
  if (!isPlainObject(given))
    return wrong(place, `a resource is a pattern, or a dictionary of attributes, not a ${describe(given)}`);
  const rules = exactRules(given, [], place, sign);
  return rules.length === 0 ? undefined : allOf(rules);
}

/** The rules of attributes that must be exactly so, those of nested dictionaries among them. */
function exactRules(given: object, path: readonly string[], place: Place, sign: Sign): readonly RuleData[] {
  const entries = Object.entries(given) as readonly [string, Json][];
  if (entries.length === 0) wrong(place, 'an empty dictionary names no attribute');
  return entries.flatMap(([name, value]) => {
    const [inner, at] = [[...path, name], inside(place, name)];
    if (isJsonObject(value)) return exactRules(value, inner, at, sign);
    const rule = exactRule(value, at);
    return rule === undefined ? [] : [ruleAt(inner, sign === 'negated' ? { $present: true, ...rule } : rule)];
  });
}

function exactRule(value: Json, place: Place): RuleData | undefined {
  const list = (Array.isArray(value) ? value : [value]) as readonly Json[];
  if (list.length === 0) return wrong(place, 'the list is empty; no value is in it');
  const rules = list.map((one): RuleData | undefined => {
    const read = typeof one === 'string' ? variableIn(one) : one;
    return read === undefined
      ? wrong(
          place,
          `in ${quote(one)} a variable is not the whole text, or none; variables are such as ${quote('${subject.country}')}`,
        )
      : { $eq: isJsonObject(one) ? { $value: one } : read };
  });
  const found = rules.filter((rule) => rule !== undefined);
  return found.length < rules.length ? undefined : anyOf(found);
}

function attributesRule(attributes: AttributeRules): RuleData {
  return { $attributes: attributes };
}

/** Elements that fit where one of the rules does, and all conditions on this category hold. */
function withConditions(
  rules: readonly RuleData[],
  conditions: readonly AttributeCondition[],
  of: Exclude<Category, 'context'>,
): readonly Element[] {
  const further = rulesOn(of, conditions);
  return further.length === 0 ? rules.map(plain) : rules.map((rule) => ({ $and: [rule, ...further] }));
}

/** Rules on attributes alone are written without `$attributes`. */
function plain(rule: RuleData): Element {
  return rule.$attributes !== undefined && Object.keys(rule).length === 1 ? rule.$attributes : rule;
}

/** A rule, unless it cannot be lowered: then the reasons are reported. */
function checked(rule: RuleData, place: Place): RuleData | undefined {
  const found = rootPlace();
  lowerRule(rule, { ...found, what: attr('resource') });
  for (const { code, message } of found.issues) report(place, code, message);
  return found.issues.length === 0 ? rule : undefined;
}

function wrong(
  place: Place,
  message: string,
  code: Parameters<typeof report>[1] = 'CARDEA_INVALID_STATEMENT',
): undefined {
  report(place, code, message);
  return undefined;
}
