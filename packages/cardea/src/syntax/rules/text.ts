import type { AttributeReference, Rule, RuleData } from '../../model/policy.ts';

type Text = string | AttributeReference;

/** How a text is compared. */
export interface TextOptions {
  /** Compare in lower case (Unicode, no locale), with `ς` as `σ`. */
  readonly ci?: boolean;
}

/** The value is a string and equals the text. (vakt StrEqual) @example `strEqual('GET', { ci: true })` */
export function strEqual(text: Text, options: TextOptions = {}): Rule<string, never> {
  return { $strEqual: argument(text, options) };
}

/** The string starts with the text; unknown for other types. (vakt StartsWith) @example `startsWith('books:')` */
export function startsWith(text: Text, options: TextOptions = {}): Rule<string, never> {
  return { $startsWith: argument(text, options) };
}

/** The string ends with the text. (vakt EndsWith) @example `endsWith('.pdf', { ci: true })` */
export function endsWith(text: Text, options: TextOptions = {}): Rule<string, never> {
  return { $endsWith: argument(text, options) };
}

/** The string contains the text. (vakt Contains) @example `contains('draft')` */
export function contains(text: Text, options: TextOptions = {}): Rule<string, never> {
  return { $contains: argument(text, options) };
}

/** The string is a part of the text: what vakt's fuzzy checker asks. @example `partOf('library:books')` */
export function partOf(text: Text, options: TextOptions = {}): Rule<string, never> {
  return { $partOf: argument(text, options) };
}

/** The value is a list of pairs of strings, each of two equal ones. (vakt StrPairsEqual) @example `{ pairs: strPairsEqual() }` */
export function strPairsEqual(): Rule<readonly unknown[], never> {
  return { $strPairsEqual: true };
}

/**
 * The pattern is found in the string. Anchors are written out; flags stand in the pattern: `(?i)`.
 * A value that is no string does not match: the rule is false then, and unknown only for a missing value.
 * Patterns run in linear time: look-around and back references are refused when the policy is loaded.
 * (vakt RegexMatch, which is anchored at the start: write `^`)
 *
 * @example
 * ```ts
 * { isbn: regexMatch('^97[89]-\\d{10}$') }
 * ```
 */
export function regexMatch(pattern: string): Rule<string, never> {
  return { $regexMatch: pattern };
}

/**
 * The pattern is found in the document of the value: its JSON as one text in lower case, without quotes and without a
 * space after colons. Case does not matter. Look-aheads `(?=.*…)` at the start are conditions that must all hold, and
 * `${subject.name}` in a literal is an attribute of the inquiry. Statements are made of this rule.
 *
 * The pattern is searched in the whole text: `kamId:9` is also found in `kamid:94`.
 *
 * @example
 * ```ts
 * resources: [documentMatch('(?=.*countryid:070)(?=.*globalaccountid:901)')]
 * ```
 */
export function documentMatch(pattern: string): Rule<unknown, never> {
  return { $documentMatch: pattern };
}

/**
 * The string is an IP address in the network; an IPv4 address in IPv6 form (`::ffff:10.0.0.1`) counts as
 * IPv4. (vakt CIDR)
 *
 * @param network IPv4 or IPv6 in CIDR notation without host bits
 *
 * @example
 * ```ts
 * context: { ip: cidr('10.0.0.0/8') }
 * ```
 */
export function cidr(network: string): Rule<string, never> {
  return { $cidr: network };
}

function argument(text: Text, { ci = false }: TextOptions): NonNullable<RuleData['$contains']> {
  return ci ? { value: text, ci } : text;
}
