import { canonicalJson, type Json } from '../ast/json.ts';
import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import { test, value } from '../ast/build.ts';
import { constantTest } from './constant-test.ts';
import { type Literal, literalOf, operandKey } from './literal.ts';
import { literalsExclude } from './literal-relations.ts';

/** A condition that is true, or one that is false; in neither case unknown or an error. */
export interface Assertion {
  readonly condition: Condition;
  readonly holds: boolean;
}

/**
 * What is known where some assertions hold: a conjunction of literals, and disjunctions of which one part
 * holds. Sound, not complete: `impossible` is proven, its absence is not.
 */
export class Facts {
  readonly #outer: Facts | undefined;
  readonly #literals = new Map<string, Literal[]>();
  readonly #texts = new Set<string>();
  readonly #eaches: { readonly condition: EachCondition; readonly holds: boolean }[] = [];
  #choices: (readonly Assertion[])[] = [];
  #impossible = false;

  /** @param outer facts that hold as well */
  constructor(outer?: Facts) {
    this.#outer = outer;
  }

  /** The facts of assertions that all hold, with every choice made that only one part is left of. */
  static of(...assertions: readonly Assertion[]): Facts {
    const facts = new Facts();
    for (const { condition, holds } of assertions) facts.assume(condition, holds);
    facts.#settle();
    return facts;
  }

  /** Whether the assertions were proven not to hold together. */
  get impossible(): boolean {
    return this.#impossible;
  }

  /** Disjunctions: of each at least one assertion holds. */
  get choices(): readonly (readonly Assertion[])[] {
    return this.#outer === undefined ? this.#choices : [...this.#outer.choices, ...this.#choices];
  }

  get eaches(): readonly { readonly condition: EachCondition; readonly holds: boolean }[] {
    return this.#outer === undefined ? this.#eaches : [...this.#outer.eaches, ...this.#eaches];
  }

  literals(key: string): readonly Literal[] {
    const own = this.#literals.get(key) ?? [];
    return this.#outer === undefined ? own : [...this.#outer.literals(key), ...own];
  }

  /** Whether a condition that is no literal is known as it is. */
  knows(condition: Condition, holds: boolean | 'not-true'): boolean {
    return this.#texts.has(factText(condition, holds)) || this.#outer?.knows(condition, holds) === true;
  }

  assume(condition: Condition, holds: boolean): void {
    switch (condition.kind) {
      case 'const':
        this.#impossible ||= condition.value !== holds;
        return;
      case 'not':
        this.assume(condition.of, !holds);
        return;
      case 'sure':
        if (holds) this.assume(condition.of, true);
        else this.#note(condition.of, 'not-true', this.knows(condition.of, true));
        return;
      case 'and':
      case 'or':
        if ((condition.kind === 'and') === holds) for (const part of condition.of) this.assume(part, holds);
        else this.#choices.push(condition.of.map((part) => ({ condition: part, holds })));
        return;
      case 'test':
        this.#assumeTest(condition, holds);
        return;
      case 'each':
        this.#eaches.push({ condition, holds });
        this.#note(condition, holds, this.knows(condition, !holds));
        this.#assumeTest(test('isType', condition.over, value('list')), true);
    }
  }

  #assumeTest(condition: TestCondition, holds: boolean): void {
    const literal = literalOf(condition, holds);
    if (literal !== undefined) {
      this.#assumeLiteral(literal);
      return;
    }
    const [left, right] = condition.args;
    if (left?.kind === 'value' && (right === undefined || right.kind === 'value')) {
      this.#impossible ||= constantTest(condition.op, left.value, right?.value) !== holds;
      return;
    }
    this.#note(condition, holds, this.knows(condition, !holds));
    for (const operand of condition.args) this.#assumeKnown(operand);
  }

  #assumeKnown(operand: Operand): void {
    if (operand.kind !== 'value') this.#assumeTest(test('known', operand), true);
  }

  #assumeLiteral(literal: Literal): void {
    const known = this.literals(literal.key);
    this.#impossible ||= literalsExclude(known, literal);
    const own = this.#literals.get(literal.key);
    if (own === undefined) this.#literals.set(literal.key, [literal]);
    else own.push(literal);
  }

  #note(condition: Condition, holds: boolean | 'not-true', contradicts: boolean): void {
    this.#impossible ||= contradicts || (holds === true && this.knows(condition, 'not-true'));
    this.#texts.add(factText(condition, holds));
  }

  // Unit propagation: a part that cannot hold leaves its choice; the last one left is a fact.
  #settle(): void {
    for (let changed = true; changed && !this.#impossible; ) {
      changed = false;
      const choices = this.#choices;
      this.#choices = [];
      for (const choice of choices) {
        const left = choice.filter((assertion) => !this.excludes(assertion));
        const [first] = left;
        if (first === undefined) this.#impossible = true;
        else if (left.length > 1) this.#choices.push(left);
        else {
          this.assume(first.condition, first.holds);
          changed = true;
        }
      }
    }
  }

  /** Whether an assertion cannot hold beside these facts. */
  excludes({ condition, holds }: Assertion): boolean {
    const inner = new Facts(this);
    inner.assume(condition, holds);
    return inner.#impossible || inner.#choices.some((choice) => choice.every((part) => inner.excludes(part)));
  }
}

/** A condition with its truth as text; both sides of a symmetric test have one. */
function factText(condition: Condition, holds: boolean | 'not-true'): string {
  const symmetric = condition.kind === 'test' && condition.op === 'eq';
  const text = symmetric
    ? `eq ${condition.args.map(operandKey).toSorted().join(' ')}`
    : canonicalJson(condition as unknown as Json);
  return `${holds} ${text}`;
}
