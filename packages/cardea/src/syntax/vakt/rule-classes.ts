/** What an imported class is; deprecated classes behave as the ones that replaced them. */
export type RuleKind =
  | 'Eq' | 'NotEq' | 'Greater' | 'Less' | 'GreaterOrEqual' | 'LessOrEqual'
  | 'Truthy' | 'Falsy' | 'And' | 'Or' | 'Not' | 'Any' | 'Neither'
  | 'In' | 'NotIn' | 'AllIn' | 'AllNotIn' | 'AnyIn' | 'AnyNotIn'
  | 'CIDR'
  | 'StrEqual' | 'StartsWith' | 'EndsWith' | 'Contains' | 'PairsEqual' | 'RegexMatch'
  | 'SubjectMatch' | 'ActionMatch' | 'ResourceMatch' | 'SubjectEqual' | 'ActionEqual' | 'ResourceIn'; // biome-ignore format: one line a module

/**
 * The closed set of rule classes of vakt, by the path under which jsonpickle and pickle name them. Nothing
 * else is ever read as a rule, and nothing is ever instantiated.
 */
export const RULE_CLASSES: ReadonlyMap<string, RuleKind> = new Map<string, RuleKind>([
  ...module('operator', 'Eq', 'NotEq', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'),
  ...module('logic', 'Truthy', 'Falsy', 'And', 'Or', 'Not', 'Any', 'Neither'),
  ...module('list', 'In', 'NotIn', 'AllIn', 'AllNotIn', 'AnyIn', 'AnyNotIn'),
  ...module('net', 'CIDR'),
  ...module('string', 'StartsWith', 'EndsWith', 'Contains', 'PairsEqual', 'RegexMatch'),
  ...module('inquiry', 'SubjectMatch', 'ActionMatch', 'ResourceMatch', 'SubjectEqual', 'ActionEqual', 'ResourceIn'),
  ['vakt.rules.string.Equal', 'StrEqual'],
  ['vakt.rules.string.StringEqualRule', 'StrEqual'],
  ['vakt.rules.string.StringPairsEqualRule', 'PairsEqual'],
  ['vakt.rules.string.RegexMatchRule', 'RegexMatch'],
  ['vakt.rules.net.CIDRRule', 'CIDR'],
]);

/** The class of a compiled pattern. */
export const PATTERN_CLASS = 're.Pattern';

/** The classes of policies; only pickle names them. */
export const POLICY_CLASSES: readonly string[] = [
  'vakt.policy.Policy',
  'vakt.policy.PolicyAllow',
  'vakt.policy.PolicyDeny',
];

/**
 * The classes that vakt's own migration 3 renames in documents written before vakt 1.2; later versions of
 * vakt know them no more.
 */
export const RENAMED_CLASSES: ReadonlyMap<string, string> = new Map([
  ['vakt.rules.inquiry.SubjectEqualRule', 'vakt.rules.inquiry.SubjectEqual'],
  ['vakt.rules.inquiry.ActionEqualRule', 'vakt.rules.inquiry.ActionEqual'],
  ['vakt.rules.inquiry.ResourceInRule', 'vakt.rules.inquiry.ResourceIn'],
]);

function module(name: string, ...classes: readonly RuleKind[]): readonly (readonly [string, RuleKind])[] {
  return classes.map((kind) => [`vakt.rules.${name}.${kind}`, kind] as const);
}
