import { allOf, and, anyOf, call, every, FALSE, item, not, some, test, value } from '../ast/build.ts';
import type { AttrOperand, Category, Condition, Operand } from '../ast/condition.ts';
import { type Json, JSON_TYPES } from '../ast/json.ts';
import { lowerCase } from '../ast/lower-case.ts';
import { networkProblem } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { checkPattern } from '../ast/pattern/compile.ts';
import { patternCondition } from '../ast/pattern/shape.ts';
import { type ErrorCode, quote } from '../errors.ts';
import type { RuleName } from '../model/policy.ts';
import { parseInstant } from './functions/time.ts';
import { inside, type Place, report } from './issue-collector.ts';
import { lowerDocumentMatch } from './lower-document-match.ts';
import { lowerTimeWindow } from './lower-time-window.ts';
import { isReference, isReferenceName, lowerArgument, lowerReference } from './operand.ts';
import { describe, isPlainObject } from './plain-object.ts';
import type { RulePlace } from './rule-place.ts';
import { isSlot, lowerSlot, refuseSlot, withoutSlots } from './slot.ts';

/**
 * Lowers a rule as data to a condition on `place.what`. What is wrong is reported at its place; the
 * condition is then of no use.
 */
export function lowerRule(rule: unknown, place: RulePlace): Condition {
  if (!isPlainObject(rule)) return wrong(place, `a rule is a dictionary such as { $eq: … }, not a ${describe(rule)}`);
  const names = Object.keys(rule);
  return names.length === 0 ? wrong(place, 'a rule needs a member such as `$eq`') : lowerMembers(names, rule, place);
}

function lowerMembers(names: readonly string[], rule: Dictionary, place: RulePlace): Condition {
  return allOf(names.map((name) => lowerMember(name, rule[name], inside(place, name))));
}

/**
 * Lowers a dictionary of attributes: every member must hold. A member whose name starts with `$$` is an
 * attribute whose name starts with `$`.
 */
function lowerAttributes(names: readonly string[], rules: Dictionary, place: RulePlace): Condition {
  if (names.length === 0)
    return wrong(place, 'an empty dictionary can never match; name an attribute, or write { $any: true }');
  return allOf(names.map((name) => lowerAttribute(name, rules[name], inside(place, name))));
}

/** Lowers a rule, or a dictionary of attributes: members that start with `$` tell the two apart. */
export function lowerRuleOrAttributes(data: unknown, place: RulePlace): Condition {
  if (!isPlainObject(data)) return wrong(place, `attributes are a dictionary, not a ${describe(data)}`);
  const names = Object.keys(data);
  return names.length > 0 && names.every(isRuleName)
    ? lowerMembers(names, data, place)
    : lowerAttributes(names, data, place);
}

/** Lowers one member of a dictionary of attributes; `place.what` is the dictionary. */
export function lowerAttribute(name: string, member: unknown, place: RulePlace): Condition {
  if (isRuleName(name))
    return wrong(
      place,
      `rule ${quote(name)} cannot stand beside attributes; an attribute of this name is written ${quote(`$${name}`)}`,
    );
  const attribute = name.startsWith('$$') ? name.slice(1) : name;
  const what = memberOf(place.what, attribute);
  return isPlainObject(member)
    ? lowerRuleOrAttributes(member, { ...place, what })
    : test('eq', what, value(member as Json));
}

type Dictionary = Readonly<Record<string, unknown>>;

function isRuleName(name: string): boolean {
  return name.startsWith('$') && !name.startsWith('$$');
}

const MAX_MEMBERS = 1_000;
const members: Readonly<Record<Category, Map<string, AttrOperand>>> = {
  subject: new Map(),
  action: new Map(),
  resource: new Map(),
  context: new Map(),
};

/** A member of a value. Policies mostly read the same ones of an inquiry: they share these. */
function memberOf(what: RulePlace['what'], name: string): RulePlace['what'] {
  if (what.kind !== 'attr' || what.path.length > 0) return { ...what, path: [...what.path, name] };
  const shared = members[what.of];
  const known = shared.get(name);
  if (known !== undefined) return known;
  if (shared.size >= MAX_MEMBERS) shared.clear();
  const made: AttrOperand = { kind: 'attr', of: what.of, path: [name] };
  shared.set(name, made);
  return made;
}

function lowerMember(name: string, argument: unknown, place: RulePlace): Condition {
  if (isReferenceName(name))
    return wrong(place, `${quote(name)} names an attribute and is no rule; write { $eq: { ${name}: … } }`);
  const lowering = LOWERINGS.get(name);
  return lowering === undefined ? wrong(place, `unknown rule ${quote(name)}`) : lowering(argument, place);
}

type Lowering = (argument: unknown, place: RulePlace) => Condition;

const RULES: Readonly<Record<RuleName, Lowering>> = {
  $eq: equality,
  $slot: lowerSlot,
  $notEq: negation(equality),
  $greater: ordering('gt'),
  $less: ordering('lt'),
  $greaterOrEqual: ordering('ge'),
  $lessOrEqual: ordering('le'),
  $truthy: flag(({ what }) => test('truthy', what)),
  $falsy: flag(({ what }) => not(test('truthy', what))),
  $any: flag(({ what }) => test('known', what)),
  $neither: flag(({ what }) => not(test('known', what))),
  $present: flag(({ what }) => test('present', what)),
  $absent: flag(({ what }) => not(test('present', what))),
  $not: negation((argument, place) => lowerRule(argument, place)),
  $and: junction(allOf),
  $or: junction(anyOf),
  $in: membership((what, list) => test('in', what, list)),
  $notIn: membership((what, list) => not(test('in', what, list))),
  $allIn: membership((what, list) => every(what, 'member', test('in', item('member'), list))),
  // vakt's AllNotIn is the negation of AllIn and thus means the same as AnyNotIn; `$noneIn` is what the name suggests.
  $allNotIn: membership((what, list) => some(what, 'member', not(test('in', item('member'), list)))),
  $anyIn: membership((what, list) => some(what, 'member', test('in', item('member'), list))),
  $anyNotIn: membership((what, list) => some(what, 'member', not(test('in', item('member'), list)))),
  $noneIn: membership((what, list) => every(what, 'member', not(test('in', item('member'), list)))),
  $some: (argument, place) => {
    const inner = isItself(argument)
      ? itemPlace(place)
      : withoutSlots(itemPlace(place), 'in `$some` but as `$eq` alone');
    return some(place.what, itemName(place), lowerRuleOrAttributes(argument, inner));
  },
  $every: (argument, place) =>
    every(place.what, itemName(place), lowerRuleOrAttributes(argument, withoutSlots(itemPlace(place), 'in `$every`'))),
  $attributes: (argument, place) =>
    isPlainObject(argument)
      ? lowerAttributes(Object.keys(argument), argument, place)
      : wrong(place, `attributes are a dictionary, not a ${describe(argument)}`),
  $cidr: (argument, place) =>
    checkedText(argument, place, 'CARDEA_INVALID_NETWORK', networkProblem, (network) =>
      test('cidr', place.what, value(network)),
    ),
  $strEqual: textual((left, right, what) => and(test('isType', what, value('string')), test('eq', left, right))),
  $startsWith: textual((left, right) => test('startsWith', left, right)),
  $endsWith: textual((left, right) => test('endsWith', left, right)),
  $contains: textual((left, right) => test('contains', left, right)),
  $partOf: textual((left, right) => test('contains', right, left)),
  $strPairsEqual: flag(({ what }) => test('isTrue', call('pairsEqual', what))),
  $regexMatch: (argument, place) => {
    const problem = typeof argument === 'string' ? checkPattern(argument) : undefined;
    return checkedText(
      argument,
      place,
      problem?.code ?? 'CARDEA_INVALID_PATTERN',
      () => problem?.message,
      (pattern) => patternCondition(place.what, pattern),
    );
  },
  $documentMatch: lowerDocumentMatch,
  $type: (argument, place) =>
    checkedText(argument, place, 'CARDEA_INVALID_RULE', typeProblem, (name) => test('isType', place.what, value(name))),
  $before: instant('lt'),
  $after: instant('gt'),
  $timeWindow: lowerTimeWindow,
  $subjectMatch: match('subject'),
  $actionMatch: match('action'),
  $resourceMatch: match('resource'),
  $subjectEqual: flag(({ what }) => equalText(what, 'subject')),
  $actionEqual: flag(({ what }) => equalText(what, 'action')),
  $resourceIn: flag(({ what }) => test('in', { kind: 'attr', of: 'resource', path: [] }, what)),
  $custom: custom,
};

const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(Object.entries(RULES));

/** The names of all rules in data. */
export const RULE_NAMES: readonly RuleName[] = Object.keys(RULES) as RuleName[];

function equality(argument: unknown, place: RulePlace): Condition {
  if (isSlot(argument) && Object.keys(argument).length === 1) return lowerSlot(argument.$slot, inside(place, '$slot'));
  const operand = lowerArgument(argument, place);
  return operand === undefined ? FALSE : test('eq', place.what, operand);
}

function ordering(op: Operator): Lowering {
  return (argument, place) => {
    const operand = lowerArgument(argument, place);
    if (operand === undefined) return FALSE;
    if (operand.kind === 'value' && typeof operand.value !== 'number' && typeof operand.value !== 'string')
      return wrong(place, `numbers and strings have an order, a ${describe(operand.value)} has none`);
    return test(op, place.what, operand);
  };
}

function negation(lowering: Lowering): Lowering {
  return (argument, place) => not(lowering(argument, withoutSlots(place, 'in a negation')));
}

function flag(condition: (place: RulePlace) => Condition): Lowering {
  return (argument, place) =>
    argument === true
      ? condition(place)
      : wrong(place, `this rule takes no argument: write \`true\`, not ${quote(argument)}`);
}

function junction(join: (rules: readonly Condition[]) => Condition): Lowering {
  return (argument, place) => {
    if (!Array.isArray(argument) || argument.length === 0)
      return wrong(place, 'this rule takes a list of at least one rule');
    const each = join === anyOf && argument.length > 1 ? withoutSlots(place, 'in one of several alternatives') : place;
    return join(argument.map((rule, at) => lowerRule(rule, inside(each, at))));
  };
}

function membership(condition: (what: Operand, list: Operand) => Condition): Lowering {
  return (argument, place) => {
    if (Array.isArray(argument) && argument.some(isReference))
      return wrong(place, 'a reference stands for the whole list, not for a member');
    const slot: unknown = Array.isArray(argument) ? argument.find(isSlot) : undefined;
    if (isSlot(slot)) return refuseSlot(slot.$slot, place) ?? FALSE;
    const list = lowerArgument(argument, place);
    if (list === undefined) return FALSE;
    if (list.kind === 'value' && !Array.isArray(list.value))
      return wrong(place, `this rule takes a list of values, not a ${describe(list.value)}`);
    return condition(place.what, list);
  };
}

// Nested quantifiers bind different names: `member`, `member1`, …
function itemName({ what }: RulePlace): string {
  if (what.kind !== 'item') return 'member';
  return `member${Number(what.name.slice('member'.length)) + 1}`;
}

function itemPlace(place: RulePlace): RulePlace {
  return { ...place, what: item(itemName(place)) };
}

/** Whether a rule on items is one equality and nothing else: there a slot may stand. */
function isItself(rule: unknown): boolean {
  return isPlainObject(rule) && Object.keys(rule).length === 1 && (isSlot(rule) || Object.hasOwn(rule, '$eq'));
}

function textual(condition: (left: Operand, right: Operand, what: Operand) => Condition): Lowering {
  return (argument, place) => {
    const { text, ci } =
      isPlainObject(argument) && Object.hasOwn(argument, 'value')
        ? caseOf(argument, place)
        : { text: argument, ci: false };
    const operand = lowerArgument(text, place);
    if (operand === undefined) return FALSE;
    if (operand.kind === 'value' && typeof operand.value !== 'string')
      return wrong(place, `this rule takes a string, not a ${describe(operand.value)}`);
    const { what } = place;
    return ci ? condition(call('lower', what), lowered(operand), what) : condition(what, operand, what);
  };
}

function caseOf(
  argument: Readonly<Record<string, unknown>>,
  place: Place,
): { readonly text: unknown; readonly ci: boolean } {
  const { value: text, ci = false, ...others } = argument;
  for (const name of Object.keys(others))
    wrong(inside(place, name), `unknown member ${quote(name)}; a text has \`value\` and \`ci\``);
  if (typeof ci !== 'boolean') wrong(inside(place, 'ci'), `must be true or false, not ${quote(ci)}`);
  return { text, ci: ci === true };
}

function lowered(operand: Operand): Operand {
  return operand.kind === 'value' ? value(lowerCase(operand.value as string)) : call('lower', operand);
}

function checkedText(
  argument: unknown,
  place: RulePlace,
  code: ErrorCode,
  problemOf: (text: string) => string | undefined,
  condition: (text: string) => Condition,
): Condition {
  if (typeof argument !== 'string') return wrong(place, `this rule takes a string, not a ${describe(argument)}`);
  const problem = problemOf(argument);
  if (problem === undefined) return condition(argument);
  report(place, code, problem);
  return FALSE;
}

function typeProblem(name: string): string | undefined {
  return (JSON_TYPES as readonly string[]).includes(name)
    ? undefined
    : `${quote(name)} is no type; the types are ${JSON_TYPES.join(', ')}`;
}

function instant(op: Operator): Lowering {
  return (argument, place) => {
    const operand = lowerArgument(argument, place);
    if (operand === undefined) return FALSE;
    if (operand.kind !== 'value') return test(op, call('instant', place.what), call('instant', operand));
    const moment = typeof operand.value === 'string' ? parseInstant(operand.value) : undefined;
    if (moment !== undefined) return test(op, call('instant', place.what), value(moment));
    report(
      place,
      'CARDEA_INVALID_TIME',
      `${quote(operand.value)} is no date-time with an offset such as 2026-01-31T09:00:00Z`,
    );
    return FALSE;
  };
}

function match(category: Category): Lowering {
  return (argument, place) => {
    const operand = lowerReference(category, argument === true ? [] : argument, place);
    return operand === undefined ? FALSE : test('eq', place.what, operand);
  };
}

function equalText(what: Operand, category: Category): Condition {
  return and(test('isType', what, value('string')), test('eq', what, { kind: 'attr', of: category, path: [] }));
}

function custom(argument: unknown, place: RulePlace): Condition {
  if (!Array.isArray(argument) || typeof argument[0] !== 'string')
    return wrong(place, 'a custom rule is a list: the name of a function, then its further arguments');
  const given = argument.slice(1).map((arg, at) => lowerArgument(arg, inside(place, at + 1)));
  const args = [place.what, ...given.filter((arg) => arg !== undefined)];
  return test('isTrue', { kind: 'call', fn: argument[0], args });
}

function wrong(place: Place, message: string): Condition {
  report(place, 'CARDEA_INVALID_RULE', message);
  return FALSE;
}
