import type { Json } from '../../ast/json.ts';
import type { AttributeReference, Rule } from '../../model/policy.ts';

type Members<V> = readonly V[] | readonly [AttributeReference];

/**
 * The value equals one of the arguments. (vakt In; the name `in` is taken by the language)
 *
 * @param members the values, or one reference to an attribute that holds the list
 *
 * @example
 * ```ts
 * { role: isIn('admin', 'editor') }
 * { country: isIn({ $resource: 'countries' }) }
 * ```
 */
export function isIn<const V>(...members: Members<V>): Rule<unknown, V> {
  return { $in: listOf(members) };
}

/** The value equals none of the arguments; unknown when it is missing. (vakt NotIn) @example `notIn('guest', 'bot')` */
export function notIn<const V>(...members: Members<V>): Rule<unknown, V> {
  return { $notIn: listOf(members) };
}

/** Every item of the list is one of the arguments; true for an empty list. (vakt AllIn) @example `{ roles: allIn('reader', 'editor') }` */
export function allIn<const V>(...members: Members<V>): Rule<readonly unknown[], readonly V[]> {
  return { $allIn: listOf(members) };
}

/** At least one item of the list is not one of the arguments: the negation of {@link allIn}, as in vakt. For "no item" use {@link noneIn}. @example `allNotIn('a', 'b')` */
export function allNotIn<const V>(...members: Members<V>): Rule<readonly unknown[], readonly V[]> {
  return { $allNotIn: listOf(members) };
}

/** At least one item of the list is one of the arguments. (vakt AnyIn) @example `{ groups: anyIn('staff', 'board') }` */
export function anyIn<const V>(...members: Members<V>): Rule<readonly unknown[], readonly V[]> {
  return { $anyIn: listOf(members) };
}

/** At least one item of the list is not one of the arguments. (vakt AnyNotIn) @example `anyNotIn('public')` */
export function anyNotIn<const V>(...members: Members<V>): Rule<readonly unknown[], readonly V[]> {
  return { $anyNotIn: listOf(members) };
}

/** No item of the list is one of the arguments; true for an empty list. @example `{ labels: noneIn('secret', 'draft') }` */
export function noneIn<const V>(...members: Members<V>): Rule<readonly unknown[], readonly V[]> {
  return { $noneIn: listOf(members) };
}

const REFERENCES = ['$subject', '$action', '$resource', '$context'];

function listOf(members: readonly unknown[]): readonly Json[] | AttributeReference {
  const [only] = members;
  const isReference =
    members.length === 1 &&
    typeof only === 'object' &&
    only !== null &&
    REFERENCES.some((name) => Object.hasOwn(only, name));
  return (isReference ? only : members) as readonly Json[] | AttributeReference;
}
