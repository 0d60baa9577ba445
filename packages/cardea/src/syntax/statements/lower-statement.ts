import type { Category } from '../../ast/condition.ts';
import { quote } from '../../errors.ts';
import type { AttributeRules, Element, Policy, RuleData } from '../../model/policy.ts';
import { inside, type Place } from '../issue-collector.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { anyOf, type AttributeCondition, contextRules, lowerConditions, rulesOn } from './lower-conditions.ts';
import type { AttributeOfKey } from './variables.ts';
import { wrong } from './wrong-statement.ts';

/** To whom a statement is attached, as a policy says it. */
export interface Attachment {
  readonly uid: string;
  /** Attributes of the subjects to whom the statement applies; one of them fits. Empty for everyone. */
  readonly subjects: readonly AttributeRules[];
}

/** Whether a rule will stand in a negation, where something missing must not make it unknown. */
export type Sign = 'as it is' | 'negated';

/** What an action or a resource of a statement says; undefined where it was reported as wrong. */
export type LowerOne = (given: unknown, place: Place, sign: Sign) => RuleData | undefined;

/** How the parts of a statement are read. */
export interface StatementDialect {
  readonly action: LowerOne;
  readonly resource: LowerOne;
  /** The attribute that a key of a condition, or a variable, names. */
  readonly attributeOf: AttributeOfKey;
}

const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * The policy of a statement. What is wrong is reported at its place; there is no policy then.
 *
 * @param given JSON that shares nothing with its source
 */
export function lowerStatement(
  given: unknown,
  attachment: Attachment,
  dialect: StatementDialect,
  place: Place,
): Policy | undefined {
  if (!isPlainObject(given)) return wrong(place, `a statement is a dictionary, not a ${describe(given)}`);
  const before = place.issues.length;
  for (const name of Object.keys(given)) {
    if (!MEMBERS.includes(name))
      wrong(inside(place, name), `unknown member ${quote(name)}; the members are ${MEMBERS.join(', ')}`);
  }
  const effect = EFFECTS.get(given['Effect']);
  if (effect === undefined)
    wrong(inside(place, 'Effect'), `must be \`Allow\` or \`Deny\`, not ${quote(given['Effect'] ?? null)}`);
  const conditions = lowerConditions(given['Condition'], dialect.attributeOf, inside(place, 'Condition'));
  const actions = lowerPair(given, 'Action', dialect.action, place);
  const resources = lowerPair(given, 'Resource', dialect.resource, place);
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
  lower: LowerOne,
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
