import { attr } from '../../ast/build.ts';
import { isJsonObject, type Json } from '../../ast/json.ts';
import { checkPattern } from '../../ast/pattern/compile.ts';
import { splitLookAheads } from '../../ast/pattern/look-aheads.ts';
import { quote } from '../../errors.ts';
import type { RuleData } from '../../model/policy.ts';
import { inside, type Place, report, rootPlace } from '../issue-collector.ts';
import { lowerRule } from '../lower-rule.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { anyOf, ruleAt } from './lower-conditions.ts';
import type { Sign, StatementDialect } from './lower-statement.ts';
import { attributePath, variableIn } from './variables.ts';
import { wrong } from './wrong-statement.ts';

/** Statements with patterns that are searched without case, in the action and in the document of the resource. */
export const PATTERN_DIALECT: StatementDialect = {
  action: lowerAction,
  resource: lowerResource,
  attributeOf: attributePath,
};

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
    const read = typeof one === 'string' ? variableIn(one, attributePath) : one;
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

/** A rule, unless it cannot be lowered: then the reasons are reported. */
function checked(rule: RuleData, place: Place): RuleData | undefined {
  const found = rootPlace();
  lowerRule(rule, { ...found, what: attr('resource') });
  for (const { code, message } of found.issues) report(place, code, message);
  return found.issues.length === 0 ? rule : undefined;
}
