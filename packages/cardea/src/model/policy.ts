import type { Json } from '../ast/json.ts';

/** What a policy does with the inquiries it applies to. */
export type Effect = 'allow' | 'deny';

/**
 * A reference to another attribute of the inquiry, usable wherever a rule takes a value.
 * A string names one attribute, a list a path of nested ones, `[]` the whole value.
 */
export type AttributeReference =
  | { readonly $subject: string | readonly string[] }
  | { readonly $action: string | readonly string[] }
  | { readonly $resource: string | readonly string[] }
  | { readonly $context: string | readonly string[] };

/** What a link fills in: the argument of `$eq`, or a rule by itself that means the same. */
export type SlotReference = { readonly $slot: string };

/** An argument of a rule: a literal, an attribute of the inquiry, or `{ $value }` for a literal with `$` members. */
export type RuleArgument = Json | AttributeReference | { readonly $value: Json };

/** The argument of a string rule: the text, or the text with `ci` for case-insensitive comparison. */
export type TextArgument =
  | string
  | AttributeReference
  | { readonly value: string | AttributeReference; readonly ci?: boolean };

/** A window of time: see the rule `timeWindow`. */
export interface TimeWindow {
  /** Days of the week, Monday is `mon`. All of them when absent. */
  readonly days?: readonly Weekday[];
  /** Time of day, `HH:MM` or `HH:MM:SS`, inclusive. */
  readonly from?: string;
  /** Time of day, exclusive; when it is before `from`, the window passes midnight. */
  readonly to?: string;
  /** IANA time zone; UTC when absent. */
  readonly zone?: string;
}

/** A day of the week. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/**
 * A rule as data: what must hold of one value. Each member is one rule; several members must all hold.
 * The functions of `cardea/rules` build these objects, and documents contain them as they are.
 */
export interface RuleData {
  readonly $eq?: RuleArgument | SlotReference;
  readonly $slot?: string;
  readonly $notEq?: RuleArgument;
  readonly $greater?: RuleArgument;
  readonly $less?: RuleArgument;
  readonly $greaterOrEqual?: RuleArgument;
  readonly $lessOrEqual?: RuleArgument;
  readonly $truthy?: true;
  readonly $falsy?: true;
  readonly $any?: true;
  readonly $neither?: true;
  readonly $present?: true;
  readonly $absent?: true;
  readonly $not?: RuleData;
  readonly $and?: readonly RuleData[];
  readonly $or?: readonly RuleData[];
  readonly $in?: readonly Json[] | AttributeReference;
  readonly $notIn?: readonly Json[] | AttributeReference;
  readonly $allIn?: readonly Json[] | AttributeReference;
  readonly $allNotIn?: readonly Json[] | AttributeReference;
  readonly $anyIn?: readonly Json[] | AttributeReference;
  readonly $anyNotIn?: readonly Json[] | AttributeReference;
  readonly $noneIn?: readonly Json[] | AttributeReference;
  readonly $some?: RuleData | AttributeRules;
  readonly $every?: RuleData | AttributeRules;
  readonly $attributes?: AttributeRules;
  readonly $cidr?: string;
  readonly $strEqual?: TextArgument;
  readonly $startsWith?: TextArgument;
  readonly $endsWith?: TextArgument;
  readonly $contains?: TextArgument;
  readonly $partOf?: TextArgument;
  readonly $strPairsEqual?: true;
  readonly $regexMatch?: string;
  readonly $documentMatch?: string;
  readonly $type?: 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';
  readonly $before?: string | AttributeReference;
  readonly $after?: string | AttributeReference;
  readonly $timeWindow?: TimeWindow;
  readonly $subjectMatch?: true | string | readonly string[];
  readonly $actionMatch?: true | string | readonly string[];
  readonly $resourceMatch?: true | string | readonly string[];
  readonly $subjectEqual?: true;
  readonly $actionEqual?: true;
  readonly $resourceIn?: true;
  /** The name of a registered function and its further arguments; the value comes first. */
  readonly $custom?: readonly [name: string, ...args: RuleArgument[]];
}

/** The name of a rule in data: a member of {@link RuleData}. */
export type RuleName = keyof RuleData;

declare const ABOUT: unique symbol;

/**
 * A rule as the builders of `cardea/rules` return it. The type parameters exist for the compiler only; at
 * run time a rule is plain {@link RuleData}.
 *
 * @typeParam On the values that the rule can be asked about: `startsWith` is for strings
 * @typeParam Of the values that it mentions: `eq('admin')` mentions `'admin'`
 */
export interface Rule<in On = never, out Of = unknown> extends RuleData {
  readonly [ABOUT]?: (value: On) => Of;
}

/**
 * What must hold of the attributes of a dictionary: all of its members. A member is a rule, a literal
 * (equality), or a dictionary for nested attributes.
 */
export interface AttributeRules {
  readonly [attribute: string]: RuleData | Json | AttributeRules;
}

/** An element of a policy's field: a string that the checker reads, a rule on the whole value, or rules on its attributes. */
export type Element = string | RuleData | AttributeRules;

/**
 * A policy as data (NIST SP 800-162: a rule of access control; XACML: a rule with target and condition).
 * It applies when one element of each of `subjects`, `actions` and `resources` fits and every rule of
 * `context` holds.
 */
export interface Policy {
  /** Unique in a storage, compared byte by byte. */
  readonly uid: string;
  readonly effect: Effect;
  readonly subjects: readonly Element[];
  readonly actions: readonly Element[];
  readonly resources: readonly Element[];
  readonly context?: AttributeRules;
  readonly description?: string;
  /** Read by the combining algorithm `highest-priority`; 0 when absent. */
  readonly priority?: number;
  /** What the enforcement point must do when this policy decides (XACML 3.0 §7.18). */
  readonly obligations?: readonly Json[];
  /** For people and tools; never read when deciding. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The two characters that delimit expressions in string elements; `<` and `>` when absent. */
  readonly tags?: readonly [start: string, end: string];
  /**
   * Makes the policy a template: the names of what its links fill in. It never applies by itself. Each slot stands
   * once, as `{ $slot: name }`, where it must hold for the policy to apply.
   */
  readonly slots?: readonly string[];
}
