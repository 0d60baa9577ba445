import type { Category } from '../../ast/condition.ts';
import type { Json } from '../../ast/json.ts';
import { quote } from '../../errors.ts';
import type { AttributeRules, RuleData } from '../../model/policy.ts';
import { inside, type Place, report } from '../issue-collector.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { CONDITION_OPERATORS, type ConditionValue, isConditionValue } from './condition-operators.ts';
import { type AttributeOfKey, type AttributePath, variableIn } from './variables.ts';

/** What must hold of an attribute. */
export interface AttributeCondition extends AttributePath {
  readonly rule: RuleData;
}

/** Reads the conditions of a statement: a dictionary of operators, each with keys and their values. */
export function lowerConditions(
  given: unknown,
  attributeOf: AttributeOfKey,
  place: Place,
): readonly AttributeCondition[] {
  if (given === undefined) return [];
  if (!isPlainObject(given)) return wrong(place, `conditions are a dictionary of operators, not a ${describe(given)}`);
  return Object.keys(given).flatMap((name) => lowerOperator(name, given[name], attributeOf, inside(place, name)));
}

interface Comparison {
  /** What the values demand of one value. */
  readonly ruleOf: (values: readonly ConditionValue[], place: Place) => RuleData | undefined;
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  /** Whether an attribute that is missing fits. */
  readonly fitsMissing: boolean;
}

function lowerOperator(
  name: string,
  keys: unknown,
  attributeOf: AttributeOfKey,
  place: Place,
): readonly AttributeCondition[] {
  const comparison = name === 'Null' ? undefined : comparisonOf(name);
  if (comparison === undefined && name !== 'Null')
    return wrong(place, `unknown operator ${quote(name)}; the operators are those of IAM, such as \`StringEquals\``);
  if (!isPlainObject(keys) || Object.keys(keys).length === 0)
    return wrong(place, 'an operator has a dictionary of keys such as `subject.country`, and their values');
  return Object.keys(keys).flatMap((key): readonly AttributeCondition[] => {
    const at = inside(place, key);
    const attribute = attributeOf(key);
    if (attribute === undefined || (attribute.of === 'context' && attribute.path.length === 0))
      return wrong(at, `${quote(key)} is no key; keys are such as \`subject.country\` or \`context.ip\``);
    const rule =
      comparison === undefined
        ? nullRule(keys[key], at)
        : comparedRule(comparison, valuesOf(keys[key], attributeOf, at), at);
    return rule === undefined ? [] : [{ ...attribute, rule }];
  });
}

function comparisonOf(name: string): Comparison | undefined {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/s.exec(name) ?? [];
  const operator = CONDITION_OPERATORS.get(base);
  if (operator === undefined) return undefined;
  const { rule, negated } = operator;
  const ruleOf: Comparison['ruleOf'] = (values, place) => {
    const rules: RuleData[] = [];
    for (const [at, value] of values.entries()) {
      const made = rule(value);
      if (typeof made === 'string') report(values.length > 1 ? inside(place, at) : place, 'CARDEA_INVALID_RULE', made);
      else rules.push(made);
    }
    if (rules.length < values.length) return undefined;
    return negated ? { $not: anyOf(rules) } : anyOf(rules);
  };
  const fitsMissing = set === undefined ? negated || ifExists !== undefined : set === 'ForAllValues';
  return { ruleOf, set: set as Comparison['set'], fitsMissing };
}

function comparedRule(
  { ruleOf, set, fitsMissing }: Comparison,
  values: readonly ConditionValue[] | undefined,
  place: Place,
): RuleData | undefined {
  const one = values && ruleOf(values, place);
  if (one === undefined) return undefined;
  const rule = set === undefined ? one : set === 'ForAnyValue' ? { $some: one } : { $every: one };
  return fitsMissing ? { $or: [{ $absent: true }, rule] } : rule;
}

/** Null: whether there is no value, where null is none. */
function nullRule(given: unknown, place: Place): RuleData | undefined {
  const value = Array.isArray(given) && given.length === 1 ? (given[0] as unknown) : given;
  if (value === true || value === 'true') return { $or: [{ $absent: true }, { $eq: null }] };
  if (value === false || value === 'false') return { $present: true, $notEq: null };
  report(place, 'CARDEA_INVALID_RULE', `\`Null\` is true or false, not ${quote(given)}`);
  return undefined;
}

function valuesOf(given: unknown, attributeOf: AttributeOfKey, place: Place): readonly ConditionValue[] | undefined {
  const list = (Array.isArray(given) ? given : [given]) as readonly Json[];
  if (list.length === 0) report(place, 'CARDEA_INVALID_RULE', 'a key needs at least one value');
  const values = list.flatMap((value, at): readonly ConditionValue[] => {
    const read = isConditionValue(value) ? withVariable(value, attributeOf) : undefined;
    if (read !== undefined) return [read];
    const message = isConditionValue(value)
      ? `in ${quote(value)} a variable is not the whole text, or none; variables are such as ${quote('${subject.country}')}`
      : `a value is a text, a number, true or false, not a ${describe(value)}`;
    report(Array.isArray(given) ? inside(place, at) : place, 'CARDEA_INVALID_RULE', message);
    return [];
  });
  return values.length > 0 && values.length === list.length ? values : undefined;
}

function withVariable(value: string | number | boolean, attributeOf: AttributeOfKey): ConditionValue | undefined {
  // Wildcards that are escaped are no variables.
  return typeof value === 'string' && !/\$\{[*?$]\}/.test(value) ? variableIn(value, attributeOf) : value;
}

/** One of the rules; equalities become one list. */
export function anyOf(rules: readonly RuleData[]): RuleData {
  const [first] = rules;
  if (rules.length === 1 && first !== undefined) return first;
  const literals = rules.map(({ $eq }) => $eq);
  return literals.every(isLiteral) ? { $in: literals } : { $or: rules };
}

function isLiteral(value: RuleData['$eq']): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The conditions on attributes of one category, each as a rule on the whole of it. */
export function rulesOn(of: Category, conditions: readonly AttributeCondition[]): readonly RuleData[] {
  return conditions.filter((condition) => condition.of === of).map(({ path, rule }) => ruleAt(path, rule));
}

/** The conditions on the context, by attribute. */
export function contextRules(conditions: readonly AttributeCondition[]): AttributeRules | undefined {
  const byName = new Map<string, RuleData[]>();
  for (const { of, path, rule } of conditions) {
    const [name, ...rest] = path;
    if (of !== 'context' || name === undefined) continue;
    byName.set(name, [...(byName.get(name) ?? []), ruleAt(rest, rule)]);
  }
  if (byName.size === 0) return undefined;
  return Object.fromEntries(
    Array.from(byName, ([name, rules]) => [escaped(name), rules.length === 1 ? rules[0] : { $and: rules }] as const),
  ) as AttributeRules;
}

/** A rule on an attribute inside a value, as a rule on the value. */
export function ruleAt(path: readonly string[], rule: RuleData): RuleData {
  return path.length === 0
    ? rule
    : {
        $attributes: path.reduceRight<RuleData | AttributeRules>(
          (inner, name) => ({ [escaped(name)]: inner }),
          rule,
        ) as AttributeRules,
      };
}

// Among rules, members that start with one dollar sign are rules.
function escaped(name: string): string {
  return name.startsWith('$') ? `$${name}` : name;
}

function wrong(place: Place, message: string): readonly never[] {
  report(place, 'CARDEA_INVALID_RULE', message);
  return [];
}
