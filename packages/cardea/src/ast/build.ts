import type {
  AttrOperand,
  CallOperand,
  Category,
  Condition,
  ConstCondition,
  EachCondition,
  ItemOperand,
  Operand,
  TestCondition,
  ValueOperand,
} from './condition.ts';
import type { Json } from './json.ts';
import type { Operator } from './operators.ts';

/** The condition that is always true. */
export const TRUE: ConstCondition = { kind: 'const', value: true };

/** The condition that is always false. */
export const FALSE: ConstCondition = { kind: 'const', value: false };

/**
 * A constant operand.
 *
 * @example
 * ```ts
 * value('admin'); // { kind: 'value', value: 'admin' }
 * ```
 */
export function value(json: Json): ValueOperand {
  return { kind: 'value', value: json };
}

/**
 * An attribute of the inquiry.
 *
 * @example
 * ```ts
 * attr('subject', 'address', 'country'); // subject.address.country
 * attr('resource'); // the whole resource, or the name of an entity
 * ```
 */
export function attr(of: Category, ...path: readonly string[]): AttrOperand {
  return { kind: 'attr', of, path };
}

/**
 * The item that the enclosing `some` or `every` of this name has bound.
 *
 * @example
 * ```ts
 * item('role', 'name'); // the member `name` of the item that was bound as `role`
 * ```
 */
export function item(name: string, ...path: readonly string[]): ItemOperand {
  return { kind: 'item', name, path };
}

/**
 * The result of a registered pure function.
 *
 * @example
 * ```ts
 * call('lower', attr('subject', 'name'));
 * ```
 */
export function call(fn: string, ...args: readonly Operand[]): CallOperand {
  return { kind: 'call', fn, args };
}

/**
 * One operator applied to operands.
 *
 * @example
 * ```ts
 * test('eq', attr('subject', 'role'), value('admin'));
 * ```
 */
export function test(op: Operator, ...args: readonly Operand[]): TestCondition {
  return { kind: 'test', op, args };
}

/**
 * Conjunction; true without conditions, the condition itself with one.
 *
 * @example
 * ```ts
 * and(test('known', attr('subject')), test('eq', attr('action'), value('get')));
 * ```
 */
export function and(...of: readonly Condition[]): Condition {
  return allOf(of);
}

/**
 * Disjunction; false without conditions, the condition itself with one.
 *
 * @example
 * ```ts
 * or(test('eq', attr('action'), value('get')), test('eq', attr('action'), value('list')));
 * ```
 */
export function or(...of: readonly Condition[]): Condition {
  return anyOf(of);
}

/** {@link and} of a list of any length: the stack bounds how many arguments a call can have. */
export function allOf(of: readonly Condition[]): Condition {
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'and', of };
}

/** {@link or} of a list of any length. */
export function anyOf(of: readonly Condition[]): Condition {
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'or', of };
}

/**
 * Negation.
 *
 * @example
 * ```ts
 * not(test('eq', attr('resource', 'status'), value('draft')));
 * ```
 */
export function not(of: Condition): Condition {
  return { kind: 'not', of };
}

/**
 * True where the condition is true, false where it is false or unknown.
 *
 * @example
 * ```ts
 * not(sure(test('eq', attr('resource', 'owner'), value('max')))); // true also where there is no owner
 * ```
 */
export function sure(of: Condition): Condition {
  return { kind: 'sure', of };
}

/**
 * `where` holds for some item of a list.
 *
 * @example
 * ```ts
 * some(attr('subject', 'roles'), 'role', test('eq', item('role'), value('admin')));
 * ```
 */
export function some(over: Operand, as: string, where: Condition): EachCondition {
  return { kind: 'each', quantifier: 'some', over, as, where };
}

/**
 * `where` holds for every item of a list.
 *
 * @example
 * ```ts
 * every(attr('subject', 'roles'), 'role', test('startsWith', item('role'), value('team-')));
 * ```
 */
export function every(over: Operand, as: string, where: Condition): EachCondition {
  return { kind: 'each', quantifier: 'every', over, as, where };
}
