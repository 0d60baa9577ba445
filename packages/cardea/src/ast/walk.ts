import type { Condition, EachCondition, Operand, TestCondition } from './condition.ts';

/** What a fold makes of each kind of node; the results of the children come first. */
export interface ConditionFold<R> {
  readonly constant: (value: boolean) => R;
  readonly and: (of: readonly R[]) => R;
  readonly or: (of: readonly R[]) => R;
  readonly not: (of: R) => R;
  readonly sure: (of: R) => R;
  readonly test: (condition: TestCondition) => R;
  readonly each: (condition: EachCondition, where: R) => R;
}

/**
 * The one recursion over conditions: every target writes seven functions and no traversal.
 *
 * @example
 * ```ts
 * const countTests = (condition: Condition): number =>
 *   foldCondition(condition, { constant: () => 0, and: sum, or: sum, not: (n) => n, sure: (n) => n, test: () => 1, each: (_, n) => n });
 * ```
 */
export function foldCondition<R>(condition: Condition, fold: ConditionFold<R>): R {
  switch (condition.kind) {
    case 'const':
      return fold.constant(condition.value);
    case 'and':
      return fold.and(condition.of.map((part) => foldCondition(part, fold)));
    case 'or':
      return fold.or(condition.of.map((part) => foldCondition(part, fold)));
    case 'not':
      return fold.not(foldCondition(condition.of, fold));
    case 'sure':
      return fold.sure(foldCondition(condition.of, fold));
    case 'test':
      return fold.test(condition);
    case 'each':
      return fold.each(condition, foldCondition(condition.where, fold));
  }
}

/**
 * Every operand of a condition, those inside calls after the call, in reading order.
 *
 * @example
 * ```ts
 * operandsOf(test('eq', attr('subject', 'role'), value('admin'))).length; // 2
 * ```
 */
export function operandsOf(condition: Condition): readonly Operand[] {
  return foldCondition<readonly Operand[]>(condition, {
    constant: () => [],
    and: flatten,
    or: flatten,
    not: (of) => of,
    sure: (of) => of,
    test: ({ args }) => args.flatMap(withInner),
    each: ({ over }, where) => [...withInner(over), ...where],
  });
}

function withInner(operand: Operand): readonly Operand[] {
  return operand.kind === 'call' ? [operand, ...operand.args.flatMap(withInner)] : [operand];
}

function flatten(parts: readonly (readonly Operand[])[]): readonly Operand[] {
  return parts.flat();
}
