import type { AttributeRules, Rule, RuleData } from '../../model/policy.ts';

/** The value is neither null, false, 0, `''`, `[]` nor `{}`. (vakt Truthy) @example `{ confirmed: truthy() }` */
export function truthy(): Rule<unknown, never> {
  return { $truthy: true };
}

/** The value is null, false, 0, `''`, `[]` or `{}`. (vakt Falsy) @example `{ suspended: falsy() }` */
export function falsy(): Rule<unknown, never> {
  return { $falsy: true };
}

/** The rule does not hold; unknown where it is unknown. (vakt Not) @example `not(cidr('10.0.0.0/8'))` */
export function not<On, Of>(rule: Rule<On, Of>): Rule<On, Of> {
  return { $not: rule };
}

/**
 * All rules hold. (vakt And)
 *
 * @param rules at least one
 *
 * @example
 * ```ts
 * and(greater(10), less(20));
 * ```
 */
export function and<On, Of>(...rules: readonly Rule<On, Of>[]): Rule<On, Of> {
  return { $and: rules };
}

/** At least one rule holds. (vakt Or) @example `or(startsWith('eu-'), eq('global'))` */
export function or<On, Of>(...rules: readonly Rule<On, Of>[]): Rule<On, Of> {
  return { $or: rules };
}

/** Holds for every value that is not missing. (vakt Any) @example `resources: [any()]` */
export function any(): Rule<unknown, never> {
  return { $any: true };
}

/** Holds for no value. (vakt Neither) @example `subjects: [neither()]` */
export function neither(): Rule<unknown, never> {
  return { $neither: true };
}

/** The attribute is there, whatever its value. @example `{ mfa: present() }` */
export function present(): Rule<unknown, never> {
  return { $present: true };
}

/** The attribute is missing; null is a value and not missing. @example `{ delegatedBy: absent() }` */
export function absent(): Rule<unknown, never> {
  return { $absent: true };
}

/** The value has a JSON type. @example `{ age: type('number') }` */
export function type(name: NonNullable<RuleData['$type']>): Rule<unknown, never> {
  return { $type: name };
}

/**
 * A registered function of the user's own decides; the value is its first argument.
 *
 * @param name the name given to `defineFunction`
 * @param args literals or attributes such as `{ $context: 'ip' }`
 *
 * @example
 * ```ts
 * { age: custom('math.isEven') }
 * ```
 */
export function custom(
  name: string,
  ...args: NonNullable<RuleData['$custom']> extends readonly [string, ...infer A] ? A : never
): Rule<unknown, never> {
  return { $custom: [name, ...args] };
}

/**
 * A rule, or rules on attributes, that some item of the list satisfies.
 *
 * @example
 * ```ts
 * { memberships: some({ team: 'core', level: greater(2) }) }
 * ```
 */
export function some(where: RuleData | AttributeRules): Rule<readonly unknown[], never> {
  return { $some: where };
}

/** A rule, or rules on attributes, that every item of the list satisfies; true for an empty list. @example `every(startsWith('read:'))` */
export function every(where: RuleData | AttributeRules): Rule<readonly unknown[], never> {
  return { $every: where };
}

/**
 * Rules on the attributes of the value, as a rule: it can stand beside others, in `and`, `or` and `not`.
 *
 * @example
 * ```ts
 * resources: [and(documentMatch('countryid:070'), withAttributes({ status: 'draft' }))]
 * ```
 */
export function withAttributes(rules: AttributeRules): Rule<object, never> {
  return { $attributes: rules };
}
