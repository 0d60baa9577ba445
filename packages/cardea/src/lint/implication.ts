import type { Condition, EachCondition, TestCondition } from '../ast/condition.ts';
import { type Assertion, Facts } from './facts.ts';
import { constantTest } from './constant-test.ts';
import { literalOf, operandKey } from './literal.ts';
import { literalsImply } from './literal-relations.ts';

/** How many steps proofs may take together; what is not proven with them is not proven. */
export interface Effort {
  steps: number;
}

/**
 * Whether a condition is true wherever the facts hold. Sound, not complete: `false` means that it was not
 * proven, never that it is not so. Each conjunct is proven from the literals, else by going through the
 * parts of one disjunction of the facts.
 *
 * INVARIANT implied-is-true: where `a` is true for an inquiry and `implies(Facts.of(a), b, …)`, `b` is true.
 */
export function implies(facts: Facts, condition: Condition, effort: Effort): boolean {
  return facts.impossible || new Proof(effort).proves(facts, { condition, holds: true }, 'split');
}

class Proof {
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  proves(facts: Facts, goal: Assertion, way: 'split' | 'direct'): boolean {
    if (this.#effort.steps <= 0) return false;
    this.#effort.steps -= 1;
    if (this.#provesDirectly(facts, goal, way)) return true;
    return (
      way === 'split' && facts.choices.some((choice) => choice.every((part) => this.#provesUnder(facts, part, goal)))
    );
  }

  #provesUnder(facts: Facts, assumption: Assertion, goal: Assertion): boolean {
    const inner = new Facts(facts);
    inner.assume(assumption.condition, assumption.holds);
    if (inner.impossible || this.proves(inner, goal, 'direct')) return true;
    const own = inner.choices.slice(facts.choices.length);
    return own.some((choice) => choice.every((part) => this.#provesUnder(inner, part, goal)));
  }

  #provesDirectly(facts: Facts, { condition, holds }: Assertion, way: 'split' | 'direct'): boolean {
    switch (condition.kind) {
      case 'const':
        return condition.value === holds;
      case 'not':
        return this.proves(facts, { condition: condition.of, holds: !holds }, way);
      case 'sure':
        return (
          this.proves(facts, { condition: condition.of, holds }, way) ||
          (!holds && facts.knows(condition.of, 'not-true'))
        );
      case 'and':
      case 'or': {
        const part = (of: Condition, how: 'split' | 'direct'): boolean =>
          this.proves(facts, { condition: of, holds }, how);
        // Whatever one part of a disjunction is proven from by splitting, splitting proves the whole from.
        return (condition.kind === 'and') === holds
          ? condition.of.every((of) => part(of, way))
          : condition.of.some((of) => part(of, 'direct'));
      }
      case 'test':
        return provesTest(facts, condition, holds);
      case 'each':
        return (
          facts.knows(condition, holds) ||
          (holds && facts.eaches.some((each) => each.holds && this.#eachImplies(each.condition, condition)))
        );
    }
  }

  // What holds of some item, or of every item, implies what it implies. Nothing is taken in from outside:
  // there an item of the same name may be another one.
  #eachImplies(given: EachCondition, goal: EachCondition): boolean {
    if (
      given.quantifier !== goal.quantifier ||
      given.as !== goal.as ||
      operandKey(given.over) !== operandKey(goal.over)
    )
      return false;
    return implies(Facts.of({ condition: given.where, holds: true }), goal.where, this.#effort);
  }
}

function provesTest(facts: Facts, condition: TestCondition, holds: boolean): boolean {
  const [left, right] = condition.args;
  if (left?.kind === 'value' && (right === undefined || right.kind === 'value'))
    return constantTest(condition.op, left.value, right?.value) === holds;
  const literal = literalOf(condition, holds);
  return literal === undefined ? facts.knows(condition, holds) : literalsImply(facts.literals(literal.key), literal);
}
