import type { Json } from '../../ast/json.ts';
import type { AttributeReference, RuleData } from '../../model/policy.ts';

/**
 * A rule of vakt as data of ours, twice.
 *
 * `applies` is true for exactly the values on which vakt's rule is satisfied, and need not tell *not satisfied*
 * from *raises*: it is what a policy holds. `exact` has all three truths of vakt, with *unknown* where vakt
 * raises: it is what stands under a negation.
 *
 * INVARIANT exact-and-applies-agree: both are true for the same values.
 */
export interface Meaning {
  readonly applies: RuleData;
  readonly exact: RuleData;
  /** The types of values for which the rule may be satisfied, not satisfied, or raise. */
  readonly holds: Types;
  readonly fails: Types;
  readonly raises: Types;
  /** How many rules `applies` and `exact` hold together. */
  readonly size: number;
  /** A rule that is unknown where vakt raises and false elsewhere, where there is a shorter one than `doubtOf` makes. */
  readonly doubt?: RuleData;
  readonly doubtSize?: number;
}

/** A set of types of values, as bits. What JSON has no type for (tuples, sets, bytes) is `OTHER`. */
export type Types = number;

export const NULL: Types = 1;
export const BOOLEAN: Types = 2;
export const NUMBER: Types = 4;
export const STRING: Types = 8;
export const LIST: Types = 16;
export const DICT: Types = 32;
export const OTHER: Types = 64;
export const ANY_TYPE: Types = 127;
export const NO_TYPE: Types = 0;

/** Rules that hold together more parts than this are not imported: lowering them would cost more than they are worth. */
export const MAX_SIZE = 10_000;

/** A rule that never raises and whose one form has both truths. */
export function total(rule: RuleData, holds: Types = ANY_TYPE): Meaning {
  return { applies: rule, exact: rule, holds, fails: ANY_TYPE, raises: NO_TYPE, size: 2 };
}

/** A rule that calls one of the functions of this import, in both forms. */
export function called(
  name: string,
  args: readonly Json[],
  types: Pick<Meaning, 'holds' | 'fails' | 'raises'>,
): Meaning {
  const rule = callRule(name, args);
  return { applies: rule, exact: rule, ...types, size: 2 };
}

/** `{ $custom: [name, …] }`, with literals that hold `$` members wrapped. */
export function callRule(name: string, args: readonly Json[]): RuleData {
  return { $custom: [name, ...args.map(argument)] };
}

/** `{ $custom: [name, { $subject: […] }] }`: a function of the value and of an attribute of the inquiry. */
export function callOnAttribute(name: string, attribute: AttributeReference): RuleData {
  return { $custom: [name, attribute] };
}

/** A literal as an argument of a rule: a dictionary with `$` members would be read as a reference. */
export function argument(value: Json): Json | { readonly $value: Json } {
  const isDictionary = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isDictionary && Object.keys(value).some((key) => key.startsWith('$')) ? { $value: value } : value;
}

/** vakt's `Not`. */
export function negation(inner: Meaning): Meaning {
  const rule: RuleData = { $not: inner.exact };
  const { holds, fails, raises } = inner;
  const doubt = { doubt: doubtOf(inner), doubtSize: doubtSizeOf(inner) };
  return { applies: rule, exact: rule, holds: fails, fails: holds, raises, size: inner.size + 2, ...doubt };
}

/** vakt's `And`: all children are evaluated, so it raises when any of them does, even beside one that fails. */
export function conjunction(parts: readonly Meaning[]): Meaning {
  const [only] = parts;
  if (only === undefined) return total({ $neither: true }, NO_TYPE);
  if (parts.length === 1) return only;
  // In Kleene's logic false hides unknown.
  const hidden = parts.filter((part, at) =>
    parts.some((other, index) => index !== at && meet(other.fails, part.raises)),
  );
  const all: RuleData = { $and: parts.map(({ exact }) => exact) };
  const raising = parts.filter(({ raises }) => raises !== NO_TYPE);
  return {
    applies: { $and: parts.map(({ applies }) => applies) },
    exact: hidden.length === 0 ? all : { $or: [all, ...hidden.map(doubtOf)] },
    holds: parts.reduce((types, part) => types & part.holds, ANY_TYPE),
    fails: union(parts, 'fails'),
    raises: union(parts, 'raises'),
    size: sum(parts) + sumOfDoubts(hidden) + 2,
    doubt: anyOf(raising.map(doubtOf)),
    doubtSize: sumOfDoubts(raising) + 1,
  };
}

/** vakt's `Or`: from left to right up to the first that is satisfied, so an earlier child that raises decides. */
export function disjunction(parts: readonly Meaning[]): Meaning {
  const [only] = parts;
  if (only === undefined) return total({ $neither: true }, NO_TYPE);
  if (parts.length === 1) return only;
  const guards = parts.map((part, at) => parts.slice(0, at).filter((earlier) => meet(earlier.raises, part.holds)));
  const covers = parts.map((part, at) => parts.slice(0, at).filter((earlier) => meet(earlier.holds, part.raises)));
  const branch = (form: 'applies' | 'exact') => (part: Meaning, at: number) =>
    unless((guards[at] ?? []).map(doubtOf), part[form]);
  const raising = [...parts.entries()].filter(([, { raises }]) => raises !== NO_TYPE);
  return {
    applies: anyOf(parts.map(branch('applies'))),
    exact: anyOf(parts.map(branch('exact'))),
    holds: union(parts, 'holds'),
    fails: parts.reduce((types, part) => types & part.fails, ANY_TYPE),
    raises: union(parts, 'raises'),
    size: sum(parts) + 2 * sumOfDoubts(guards.flat()) + 2,
    // It raises where a child does that is reached: no child before it holds.
    doubt: anyOf(
      raising.map(([at, part]) =>
        unless(
          (covers[at] ?? []).map(({ exact }) => exact),
          doubtOf(part),
        ),
      ),
    ),
    doubtSize: raising.reduce((size, [at, part]) => size + doubtSizeOf(part) + sum(covers[at] ?? []), 1),
  };
}

/** A rule that is unknown where vakt raises, and false elsewhere: `x and not x` for want of a shorter one. */
function doubtOf({ doubt, exact }: Meaning): RuleData {
  return doubt ?? { $and: [exact, { $not: exact }] };
}

function doubtSizeOf({ doubtSize, size }: Meaning): number {
  return doubtSize ?? size + 2;
}

function unless(conditions: readonly RuleData[], rule: RuleData): RuleData {
  return conditions.length === 0
    ? rule
    : { $and: [...conditions.map((condition): RuleData => ({ $not: condition })), rule] };
}

function anyOf(rules: readonly RuleData[]): RuleData {
  const [only] = rules;
  if (only === undefined) return { $neither: true };
  return rules.length === 1 ? only : { $or: rules };
}

function meet(left: Types, right: Types): boolean {
  return (left & right) !== NO_TYPE;
}

function union(parts: readonly Meaning[], types: 'holds' | 'fails' | 'raises'): Types {
  return parts.reduce((all, part) => all | part[types], NO_TYPE);
}

function sum(parts: readonly Meaning[]): number {
  return parts.reduce((all, part) => all + part.size, 0);
}

function sumOfDoubts(parts: readonly Meaning[]): number {
  return parts.reduce((all, part) => all + doubtSizeOf(part), 0);
}
