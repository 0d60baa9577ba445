import { quote } from '../../errors.ts';
import type { AttributeReference, RuleData } from '../../model/policy.ts';
import { lowerComparison, lowerEquality, lowerInequality } from './lower-comparison.ts';
import { lowerList } from './lower-list.ts';
import { lowerNetwork } from './lower-network.ts';
import { lowerText } from './lower-text.ts';
import {
  ANY_TYPE,
  called,
  callOnAttribute,
  conjunction,
  disjunction,
  LIST,
  MAX_SIZE,
  type Meaning,
  negation,
  NO_TYPE,
  STRING,
  total,
} from './meaning.ts';
import { lowerRegex } from './lower-regex.ts';
import { isHashable, isInstance, isList, isTuple, type Python } from './python-value.ts';
import { unsupported, type VaktPlace, type VaktRule, within } from './vakt-place.ts';
import { RULE_CLASSES, type RuleKind } from './rule-classes.ts';

/**
 * Lowers a rule of vakt. What cannot be imported is noted at its place; its meaning then is an error whenever
 * it is asked.
 */
export function lowerVaktRule(value: Python, place: VaktPlace): Meaning {
  if (!isInstance(value)) return unsupported(place, 'a plain value stands where a rule belongs');
  const kind = RULE_CLASSES.get(value.class);
  if (kind === undefined) return unsupported(place, `${quote(value.class)} is no class of rules of vakt`);
  const meaning = RULES[kind]({ ...place, attributes: value.attributes });
  return meaning.size > MAX_SIZE
    ? unsupported(place, `the rule has more than ${MAX_SIZE} parts when its exceptions are written out`)
    : meaning;
}

type Lowering = (rule: VaktRule) => Meaning;

const RULES: Readonly<Record<RuleKind, Lowering>> = {
  Eq: lowerEquality,
  NotEq: lowerInequality,
  Greater: lowerComparison('greater'),
  Less: lowerComparison('less'),
  GreaterOrEqual: lowerComparison('greaterOrEqual'),
  LessOrEqual: lowerComparison('lessOrEqual'),
  // Marked values are dictionaries to our operators, and a dictionary with a member is true.
  Truthy: () => total({ $truthy: true, $notIn: EMPTY_MARKED }),
  Falsy: () => total({ $or: [{ $falsy: true }, { $in: EMPTY_MARKED }] }),
  And: (rule) => lowerParts(rule, conjunction),
  Or: (rule) => lowerParts(rule, disjunction),
  Not: (rule) => {
    const inner = rule.attributes.get('rule');
    return inner === undefined
      ? unsupported(rule, 'the rule has no `rule`')
      : negation(lowerVaktRule(inner, within(rule, 'rule')));
  },
  Any: () => ({ ...total({ $any: true }), fails: NO_TYPE }),
  Neither: () => total({ $neither: true }, NO_TYPE),
  In: lowerList('in'),
  NotIn: lowerList('notIn'),
  AllIn: lowerList('allIn'),
  AllNotIn: lowerList('allNotIn'),
  AnyIn: lowerList('anyIn'),
  AnyNotIn: lowerList('anyNotIn'),
  CIDR: lowerNetwork,
  StrEqual: lowerText('$strEqual'),
  StartsWith: lowerText('$startsWith'),
  EndsWith: lowerText('$endsWith'),
  Contains: lowerText('$contains'),
  PairsEqual: () => called('vakt.pairsEqual', [], { holds: LIST, fails: ANY_TYPE, raises: LIST }),
  RegexMatch: lowerRegex,
  SubjectMatch: lowerMatch(($subject) => ({ $subject })),
  ActionMatch: lowerMatch(($action) => ({ $action })),
  ResourceMatch: lowerMatch(($resource) => ({ $resource })),
  SubjectEqual: lowerWholeEqual({ $subjectEqual: true }, { $subject: [] }),
  ActionEqual: lowerWholeEqual({ $actionEqual: true }, { $action: [] }),
  ResourceIn: () => total(callOnAttribute('vakt.holds', { $resource: [] }), LIST),
};

const EMPTY_MARKED = [{ 'py/tuple': [] }, { 'py/set': [] }, { 'py/b64': '' }];

function lowerParts(rule: VaktRule, join: (parts: readonly Meaning[]) => Meaning): Meaning {
  const rules = rule.attributes.get('rules') ?? null;
  const parts = isTuple(rules) ? rules.items : rules;
  if (!isList(parts)) return unsupported(rule, 'the rule has no list of `rules`');
  return join(parts.map((part, at) => lowerVaktRule(part, within(rule, 'rules', at))));
}

function lowerMatch(reference: (path: readonly string[]) => AttributeReference): Lowering {
  return (rule) => {
    const attribute = rule.attributes.get('attribute');
    if (attribute === undefined) return unsupported(rule, 'the rule has no `attribute`');
    if (attribute === null) return total(callOnAttribute('vakt.equal', reference([])));
    if (typeof attribute === 'string') return total(callOnAttribute('vakt.equal', reference([attribute])));
    if (!isHashable(attribute))
      return unsupported(rule, 'the `attribute` is a list or a dictionary, which no key equals');
    rule.changed.push({
      path: rule.path,
      message: 'the `attribute` is no string, and keys are: this rule never matches',
    });
    return total({ $neither: true }, NO_TYPE);
  };
}

function lowerWholeEqual(applies: RuleData, whole: AttributeReference): Lowering {
  return () => ({ ...total({ $type: 'string', ...callOnAttribute('vakt.equal', whole) }, STRING), applies });
}
