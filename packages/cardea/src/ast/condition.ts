import type { Json } from './json.ts';
import type { Operator } from './operators.ts';

/** The four parts of an inquiry that an operand may read (NIST SP 800-162: the attribute categories). */
export type Category = 'subject' | 'action' | 'resource' | 'context';

/** The categories in the order in which they are written and explained. */
export const CATEGORIES: readonly Category[] = ['subject', 'action', 'resource', 'context'];

/** Something that has a value when an inquiry is decided, or is missing. */
export type Operand = ValueOperand | AttrOperand | ItemOperand | SlotOperand | CallOperand;

/** A constant. */
export interface ValueOperand {
  readonly kind: 'value';
  readonly value: Json;
}

/** An attribute of the inquiry; `path: []` is the whole value, or the name of an entity. */
export interface AttrOperand {
  readonly kind: 'attr';
  readonly of: Category;
  readonly path: readonly string[];
}

/** The item that the enclosing `each` of this name has bound, or an attribute of it. */
export interface ItemOperand {
  readonly kind: 'item';
  readonly name: string;
  readonly path: readonly string[];
}

/** A place in a template that a link fills. */
export interface SlotOperand {
  readonly kind: 'slot';
  readonly name: string;
}

/** The result of a registered pure function. */
export interface CallOperand {
  readonly kind: 'call';
  readonly fn: string;
  readonly args: readonly Operand[];
}

/**
 * The one form that every policy of every dialect becomes. Plain JSON: it can be stored, sent,
 * digested and compared. Its truth is Kleene's: see {@link Truth}.
 */
export type Condition =
  | ConstCondition
  | JunctionCondition
  | NotCondition
  | SureCondition
  | TestCondition
  | EachCondition;

/** Always true, or always false. */
export interface ConstCondition {
  readonly kind: 'const';
  readonly value: boolean;
}

/** Conjunction (`and: []` is true) or disjunction (`or: []` is false). */
export interface JunctionCondition {
  readonly kind: 'and' | 'or';
  readonly of: readonly Condition[];
}

/** Negation: `not unknown` is unknown. */
export interface NotCondition {
  readonly kind: 'not';
  readonly of: Condition;
}

/** True where `of` is true, false where it is false or unknown: SQL's `IS TRUE`. An error stays one. */
export interface SureCondition {
  readonly kind: 'sure';
  readonly of: Condition;
}

/** One operator applied to operands. */
export interface TestCondition {
  readonly kind: 'test';
  readonly op: Operator;
  readonly args: readonly Operand[];
}

/**
 * `where` holds for some, or for every, item of a list. Unknown where `over` is missing or no list.
 * `some` over an empty list is false, `every` is true.
 */
export interface EachCondition {
  readonly kind: 'each';
  readonly quantifier: 'some' | 'every';
  readonly over: Operand;
  readonly as: string;
  readonly where: Condition;
}
