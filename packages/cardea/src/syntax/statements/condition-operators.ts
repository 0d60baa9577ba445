import type { Json } from '../../ast/json.ts';
import { networkProblem } from '../../ast/network.ts';
import { quote } from '../../errors.ts';
import type { AttributeReference, RuleData } from '../../model/policy.ts';
import { parseInstant } from '../functions/time.ts';
import { globPattern } from './glob.ts';

/** A value of a condition: a literal, or the attribute that a variable names. */
export type ConditionValue = string | number | boolean | AttributeReference;

/** What one value demands of an attribute, or why it is no value of this operator. */
type ValueRule = (value: ConditionValue) => RuleData | string;

/** A condition operator without its prefix and suffix. */
export interface ConditionOperator {
  readonly rule: ValueRule;
  /** Whether none of the values may fit, and an attribute that is missing does. */
  readonly negated: boolean;
}

/**
 * The condition operators of AWS IAM, by name.
 *
 * @see AWS Identity and Access Management, User Guide: IAM JSON policy elements, Condition operators
 */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(
  Object.entries({
    StringEquals: operator(text((value) => ({ $eq: value }))),
    StringNotEquals: negation(text((value) => ({ $eq: value }))),
    StringEqualsIgnoreCase: operator(text(ignoringCase)),
    StringNotEqualsIgnoreCase: negation(text(ignoringCase)),
    StringLike: operator(text(like)),
    StringNotLike: negation(text(like)),
    ArnEquals: operator(text(arnLike)),
    ArnLike: operator(text(arnLike)),
    ArnNotEquals: negation(text(arnLike)),
    ArnNotLike: negation(text(arnLike)),
    BinaryEquals: operator(text((value) => ({ $eq: value }))),
    NumericEquals: operator(number((value) => ({ $eq: value }))),
    NumericNotEquals: negation(number((value) => ({ $eq: value }))),
    NumericLessThan: operator(number((value) => ({ $less: value }))),
    NumericLessThanEquals: operator(number((value) => ({ $lessOrEqual: value }))),
    NumericGreaterThan: operator(number((value) => ({ $greater: value }))),
    NumericGreaterThanEquals: operator(number((value) => ({ $greaterOrEqual: value }))),
    DateEquals: operator(date(sameInstant)),
    DateNotEquals: negation(date(sameInstant)),
    DateLessThan: operator(date((value) => ({ $before: value }))),
    DateLessThanEquals: operator(date((value) => ({ $not: { $after: value } }))),
    DateGreaterThan: operator(date((value) => ({ $after: value }))),
    DateGreaterThanEquals: operator(date((value) => ({ $not: { $before: value } }))),
    Bool: operator(bool),
    IpAddress: operator(address),
    NotIpAddress: negation(address),
  } satisfies Readonly<Record<string, ConditionOperator>>),
);

type Text = string | AttributeReference;
type Numeric = number | AttributeReference;

function operator(rule: ValueRule): ConditionOperator {
  return { rule, negated: false };
}

function negation(rule: ValueRule): ConditionOperator {
  return { rule, negated: true };
}

function text(rule: (value: Text) => RuleData): ValueRule {
  return (value) =>
    typeof value === 'number' || typeof value === 'boolean' ? `${quote(value)} is no text` : rule(value);
}

function ignoringCase(value: Text): RuleData {
  return { $strEqual: { value, ci: true } };
}

// The value of a variable is literal: a `*` in it is no wildcard.
function like(value: Text): RuleData {
  return typeof value === 'string' ? { $regexMatch: globPattern(value) } : { $eq: value };
}

/** The parts of a resource name are compared one by one: a wildcard does not reach beyond its part, but for the last. */
function arnLike(value: Text): RuleData {
  return typeof value === 'string' ? { $regexMatch: globPattern(value, { parts: 6 }) } : { $eq: value };
}

function number(rule: (value: Numeric) => RuleData): ValueRule {
  return (value) => {
    if (typeof value === 'object' || typeof value === 'number') return rule(value);
    const parsed = typeof value === 'string' && /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(value);
    return parsed ? rule(Number(value)) : `${quote(value)} is no number`;
  };
}

function date(rule: (value: Text) => RuleData): ValueRule {
  return (value) => {
    if (typeof value === 'object') return rule(value);
    const instant = instantOf(value);
    return instant === undefined ? `${quote(value)} is no date such as \`2026-01-31T09:00:00Z\`` : rule(instant);
  };
}

/** ISO 8601, a day alone for its beginning in UTC, or seconds since 1970. */
function instantOf(value: Exclude<ConditionValue, AttributeReference>): string | undefined {
  if (typeof value === 'boolean') return undefined;
  const seconds = typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Math.abs(seconds) < MOST_SECONDS) return new Date(seconds * 1000).toISOString();
  const written = /^\d{4}-\d\d-\d\d$/.test(String(value)) ? `${value}T00:00:00Z` : String(value);
  return parseInstant(written) === undefined ? undefined : written;
}

/** The beginning of the year 10000: later years have more digits than an instant may. */
const MOST_SECONDS = 253_402_300_800;

function sameInstant(value: Text): RuleData {
  return { $not: { $or: [{ $before: value }, { $after: value }] } };
}

function bool(value: ConditionValue): RuleData | string {
  if (typeof value === 'object') return { $eq: value };
  if (value === true || value === 'true') return { $eq: true };
  return value === false || value === 'false' ? { $eq: false } : `${quote(value)} is neither true nor false`;
}

function address(value: ConditionValue): RuleData | string {
  if (typeof value !== 'string') return 'an address or a network is written out as a text';
  const network = value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`;
  return networkProblem(network) ?? { $cidr: network };
}

/** Whether JSON can be a value of a condition. */
export function isConditionValue(value: Json): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
