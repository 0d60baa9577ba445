import type { AttributeRules, Policy, RuleArgument, RuleData } from 'cardea';
import type { Assertion, Model } from '../../upstream.cjs';
import { Util } from '../../upstream.cjs';
import { type Node, parseExpression } from '../expression.ts';
import { BUILTIN } from '../pattern.ts';
import { RuleTable } from '../rule-table.ts';
import { type Atom, alternativesOf, type Conjunction } from './condition.ts';
import { NotExpressible } from './not-expressible.ts';
import { RoleMembers } from './role-members.ts';
import { conditionOf, EXPRESSIBLE_FUNCTIONS, type RuleScope } from './rule-condition.ts';

/** The parts of an inquiry that a value of a request may be. */
export type InquiryPart = 'subject' | 'action' | 'resource' | 'context';

/** What a model and its policy are as policies of Cardea. */
export interface CasbinPolicies {
  /** In the order of the rules; none where something was refused. */
  readonly policies: readonly Policy[];
  /** By the names of the request definition, which part of the inquiry each value is: those of the context by their names. */
  readonly request: readonly { readonly field: string; readonly part: InquiryPart }[];
  /** What has no equal, each once, with how many rules it is about. */
  readonly refused: readonly { readonly message: string; readonly rules: number }[];
  /** Rules that say nothing under the effect of the model. */
  readonly silent: number;
}

/** What of an enforcer is read. */
export interface ReadableEnforcer {
  getModel(): Model;
}

/** Which effects are policies, and what they make of rules. */
const EFFECTS: Readonly<Record<string, { readonly denies: boolean; readonly allowsAll: boolean }>> = {
  'some(where (p_eft == allow))': { denies: false, allowsAll: false },
  '!some(where (p_eft == deny))': { denies: true, allowsAll: true },
  'some(where (p_eft == allow)) && !some(where (p_eft == deny))': { denies: true, allowsAll: false },
};

const PARTS: Readonly<Record<string, InquiryPart>> = {
  sub: 'subject',
  subject: 'subject',
  user: 'subject',
  obj: 'resource',
  object: 'resource',
  resource: 'resource',
  path: 'resource',
  act: 'action',
  action: 'action',
  method: 'action',
};

const ANYTHING: RuleData = { $any: true };

/**
 * Policies of Cardea that allow what an enforcer allows: the rules of `p` with who has their roles now, for the effects
 * allow-override, deny-override and not-deny. A request is an inquiry whose parts {@link CasbinPolicies.request} names;
 * a part that the request has not may be anything. An attribute that is missing is unknown to Cardea, and never allows.
 *
 * @example
 * ```ts
 * const { policies, refused } = toPolicies(await newEnforcer('model.conf', 'policy.csv'));
 * ```
 */
export function toPolicies(enforcer: ReadableEnforcer): CasbinPolicies {
  const { model } = enforcer.getModel();
  const refused = new Map<string, number>();
  const attempt = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof NotExpressible)) throw error;
      refused.set(error.message, (refused.get(error.message) ?? 0) + 1);
      return undefined;
    }
  };
  const source = attempt(() => sourceOf(model));
  const silent = source === undefined ? 0 : source.rules.filter(({ effect }) => effect === undefined).length;
  const made = source?.rules.flatMap((rule) => attempt(() => policiesOf(rule, source)) ?? []) ?? [];
  const policies = source?.allowsAll === true ? [everything(), ...made] : made;
  const request = source?.fields.map((field) => ({ field, part: partOf(field) })) ?? [];
  return {
    policies: refused.size === 0 ? policies : [],
    request,
    refused: [...refused].map(([message, rules]) => ({ message, rules })),
    silent,
  };
}

interface Source {
  readonly matcher: string;
  readonly fields: readonly string[];
  readonly tokens: readonly string[];
  readonly ruleTokens: readonly string[];
  readonly roles: ReadonlyMap<string, RoleMembers>;
  readonly rules: readonly SourceRule[];
  readonly allowsAll: boolean;
}

interface SourceRule {
  readonly fields: readonly string[];
  /** Undefined where it says nothing. */
  readonly effect: 'allow' | 'deny' | undefined;
  readonly uid: string;
}

function sourceOf(sections: Model['model']): Source {
  for (const section of ['r', 'p', 'e', 'm']) {
    const more = [...(sections.get(section)?.keys() ?? [])].find((key) => key !== section);
    if (more !== undefined) throw new NotExpressible(`a second definition, \`${more}\``);
  }
  const { tokens, value: definition } = definitionOf(sections, 'r');
  const rules = definitionOf(sections, 'p');
  const effect = definitionOf(sections, 'e').value;
  const known = Object.hasOwn(EFFECTS, effect) ? EFFECTS[effect] : undefined;
  if (known === undefined)
    throw new NotExpressible(`effect \`${effect}\`: the order of rules counts, which policies have not`);
  const fields = tokens.map((token) => token.slice(2));
  const parts = fields.map(partOf).filter((part) => part !== 'context');
  if (new Set(parts).size < parts.length)
    throw new NotExpressible(`\`r = ${definition}\`: two values are one part of an inquiry`);
  const matcher = definitionOf(sections, 'm').value;
  const roles = [...(sections.get('g') ?? [])].map(([key, { rm }]) => [key, new RoleMembers(key, rm)] as const);
  return {
    ...known,
    matcher,
    fields,
    tokens,
    ruleTokens: rules.tokens,
    roles: new Map(roles),
    rules: rulesOf(rules, matcher, known),
  };
}

function definitionOf(sections: Model['model'], section: string): Assertion {
  const found = sections.get(section)?.get(section);
  if (found === undefined) throw new NotExpressible(`the model has no \`${section}\``);
  return found;
}

// Where the matcher names no rule, casbin evaluates it once, with empty fields.
function rulesOf(
  assertion: Assertion,
  matcher: string,
  { denies }: { readonly denies: boolean },
): readonly SourceRule[] {
  const rules = RuleTable.of(assertion).list();
  if (rules.length === 0 || !matcher.includes('p_')) {
    return [{ fields: assertion.tokens.map(() => ''), effect: 'allow', uid: 'matcher' }];
  }
  const position = assertion.tokens.indexOf('p_eft');
  return rules.map((fields, at) => {
    const said = fields[position] || 'allow';
    const isHeard = said === 'allow' || (said === 'deny' && denies);
    return { fields, effect: isHeard ? said : undefined, uid: `p:${at + 1}` };
  });
}

function partOf(field: string): InquiryPart {
  return Object.hasOwn(PARTS, field) ? (PARTS[field] as InquiryPart) : 'context';
}

function everything(): Policy {
  return { uid: 'everything', effect: 'allow', subjects: [ANYTHING], actions: [ANYTHING], resources: [ANYTHING] };
}

function policiesOf({ fields, effect, uid }: SourceRule, source: Source): readonly Policy[] {
  if (effect === undefined) return [];
  const scope: RuleScope = {
    request: new Map(source.tokens.map((token, at) => [token, at])),
    rule: new Map(source.ruleTokens.map((token, at) => [token, fields[at]])),
    roles: source.roles,
    functions: new Set(EXPRESSIBLE_FUNCTIONS.filter((name) => BUILTIN.has(name))),
    reference: (field, path) => referenceTo(source.fields[field] as string, path),
  };
  const alternatives = alternativesOf(conditionOf(nodeFor(source, fields), scope));
  if (alternatives === undefined) throw new NotExpressible('a matcher with more alternatives than can be told apart');
  const description = ['p', ...fields].join(', ');
  return alternatives.map((atoms, at) => ({
    uid: alternatives.length === 1 ? uid : `${uid}.${at + 1}`,
    effect,
    ...partsOf(atoms, source),
    ...(uid === 'matcher' ? {} : { description }),
  }));
}

function nodeFor({ matcher, ruleTokens }: Source, fields: readonly string[]): Node {
  const names = Util.hasEval(matcher) ? Util.getEvalValue(matcher) : [];
  const text = names.reduce((whole, name) => {
    const rule = fields[ruleTokens.indexOf(name)];
    if (rule === undefined) throw new NotExpressible(`\`eval(${name})\` is of no field of the rule`);
    return Util.replaceEval(whole, name, Util.escapeAssertion(rule));
  }, matcher);
  try {
    return parseExpression(text);
  } catch (error) {
    throw new NotExpressible(`\`${text}\`: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function referenceTo(field: string, path: readonly string[]): RuleArgument {
  const part = partOf(field);
  return { [`$${part}`]: part === 'context' ? [field, ...path] : path };
}

function partsOf(
  atoms: Conjunction,
  { fields }: Source,
): Pick<Policy, 'subjects' | 'actions' | 'resources'> & { readonly context?: AttributeRules } {
  const of = (part: InquiryPart): readonly Atom[] =>
    atoms.filter(({ field }) => partOf(fields[field] as string) === part);
  const context = of('context').map(({ field, path, rule }) => nested([fields[field] as string, ...path], rule));
  return {
    subjects: [all(of('subject'))],
    actions: [all(of('action'))],
    resources: [all(of('resource'))],
    ...(context.length === 0 ? {} : { context: merged(context) }),
  };
}

function all(atoms: readonly Atom[]): RuleData {
  const rules = atoms.map(({ path, rule }) => (path.length === 0 ? rule : { $attributes: nested(path, rule) }));
  return rules.length > 1 ? { $and: rules } : (rules[0] ?? ANYTHING);
}

// An attribute whose name starts with `$` is written with two.
function nested(path: readonly string[], rule: RuleData): AttributeRules {
  return path.reduceRight<RuleData | AttributeRules>(
    (inner, name) => ({ [name.startsWith('$') ? `$${name}` : name]: inner }),
    rule,
  ) as AttributeRules;
}

function merged(rules: readonly AttributeRules[]): AttributeRules {
  const [first, ...others] = rules;
  if (others.length === 0) return first as AttributeRules;
  const names = [...new Set(rules.flatMap((rule) => Object.keys(rule)))];
  const named = names.map((name) => {
    const own = rules
      .filter((rule) => Object.hasOwn(rule, name))
      .map((rule) => asRule(rule[name] as RuleData | AttributeRules));
    return [name, own.length === 1 ? own[0] : { $and: own }] as const;
  });
  return Object.fromEntries(named) as AttributeRules;
}

function asRule(rule: RuleData | AttributeRules): RuleData {
  const isRule = Object.keys(rule).every((key) => key.startsWith('$') && !key.startsWith('$$'));
  return isRule ? rule : { $attributes: rule as AttributeRules };
}
