import type { Scalar } from '../../ast/json.ts';
import type { AttributeReference, Rule, RuleArgument, RuleData, SlotReference } from '../../model/policy.ts';

type Argument<V> = V | AttributeReference | { readonly $value: V };
type Ordered = number | string;

/**
 * The value equals another, deeply and without conversion: `1` is not `true`, `'1'` is not `1`. (vakt Eq)
 *
 * @param argument a literal, an attribute such as `{ $resource: 'owner' }`, `slot('user')` in a template, or
 *   `{ $value }` for a literal with `$` members
 *
 * @example
 * ```ts
 * allow({ uid: '1', subjects: [{ role: eq('admin') }], actions: ['get'], resources: [any()] });
 * ```
 */
export function eq(argument: SlotReference): Rule<Scalar, never>;
export function eq<const V>(argument: Argument<V>): Rule<unknown, V>;
export function eq(argument: RuleArgument | SlotReference): RuleData {
  return { $eq: argument };
}

/** The value does not equal another; unknown when it is missing. (vakt NotEq) @example `notEq('guest')` */
export function notEq<const V>(argument: Argument<V>): Rule<unknown, V> {
  return { $notEq: argument as RuleArgument };
}

/** The value is greater: numbers by value, strings by code point, unknown for other types. (vakt Greater) @example `greater(50)` */
export function greater<V extends Ordered>(argument: Argument<V>): Rule<Widened<V>, never> {
  return { $greater: argument };
}

/** The value is less. (vakt Less) @example `less({ $resource: 'limit' })` */
export function less<V extends Ordered>(argument: Argument<V>): Rule<Widened<V>, never> {
  return { $less: argument };
}

/** The value is greater or equal. (vakt GreaterOrEqual) @example `greaterOrEqual(18)` */
export function greaterOrEqual<V extends Ordered>(argument: Argument<V>): Rule<Widened<V>, never> {
  return { $greaterOrEqual: argument };
}

/** The value is less or equal. (vakt LessOrEqual) @example `lessOrEqual('m')` */
export function lessOrEqual<V extends Ordered>(argument: Argument<V>): Rule<Widened<V>, never> {
  return { $lessOrEqual: argument };
}

type Widened<V> = V extends number ? number : V extends string ? string : never;
