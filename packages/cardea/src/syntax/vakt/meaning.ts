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
export const MAX_SIZE = 2000;

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
  return {
    applies: rule,
    exact: rule,
    holds: inner.fails,
    fails: inner.holds,
    raises: inner.raises,
    size: inner.size + 2,
  };
}

/** vakt's `And`: all children are evaluated, so it raises when any of them does, even beside one that fails. */
export function conjunction(parts: readonly Meaning[]): Meaning {
  if (parts.length === 0) return total({ $neither: true }, NO_TYPE);
  // In Kleene's logic false hides unknown. `x and not x` is unknown where x is, and false elsewhere.
  const hidden = parts.filter((part, at) =>
    parts.some((other, index) => index !== at && (other.fails & part.raises) !== 0),
  );
  const doubts = hidden.map(({ exact }): RuleData => ({ $and: [exact, { $not: exact }] }));
  const all: RuleData = { $and: parts.map(({ exact }) => exact) };
  return {
    applies: parts.length === 1 ? (parts[0] as Meaning).applies : { $and: parts.map(({ applies }) => applies) },
    exact: doubts.length === 0 ? all : { $or: [all, ...doubts] },
    holds: parts.reduce((types, part) => types & part.holds, ANY_TYPE),
    fails: union(parts, 'fails'),
    raises: union(parts, 'raises'),
    size: sum(parts) + 2 * sum(hidden) + 2,
  };
}

/** vakt's `Or`: from left to right up to the first that is satisfied, so an earlier child that raises decides. */
export function disjunction(parts: readonly Meaning[]): Meaning {
  if (parts.length === 0) return total({ $neither: true }, NO_TYPE);
  const guards = parts.map((part, at) => parts.slice(0, at).filter((earlier) => (earlier.raises & part.holds) !== 0));
  const guarded = (form: 'applies' | 'exact'): RuleData => {
    const branches = parts.map((part, at) => guardedBranch(part[form], guards[at] ?? []));
    return branches.length === 1 ? (branches[0] as RuleData) : { $or: branches };
  };
  return {
    applies: guarded('applies'),
    exact: guarded('exact'),
    holds: union(parts, 'holds'),
    fails: parts.reduce((types, part) => types & part.fails, ANY_TYPE),
    raises: union(parts, 'raises'),
    size: sum(parts) + 2 * sum(guards.flat()) + 2,
  };
}

function guardedBranch(rule: RuleData, guards: readonly Meaning[]): RuleData {
  return guards.length === 0 ? rule : { $and: [...guards.map(({ exact }): RuleData => ({ $not: exact })), rule] };
}

function union(parts: readonly Meaning[], types: 'holds' | 'fails' | 'raises'): Types {
  return parts.reduce((all, part) => all | part[types], NO_TYPE);
}

function sum(parts: readonly Meaning[]): number {
  return parts.reduce((all, part) => all + part.size, 0);
}
