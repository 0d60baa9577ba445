import type { Condition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Reading } from './operands.ts';
import type { Compiler } from './program.ts';
import type { Predicate } from './test-compiler.ts';

interface Shared {
  readonly name: string;
  readonly predicate: Predicate;
  users: number;
}

/** Predicates by number; equal conditions have one, which is forgotten with its last user. */
export class SharedPredicates {
  readonly #compiler: Compiler;
  readonly #numbers = new Map<string, number>();
  readonly #shared: (Shared | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  add(condition: Condition): number {
    const name = canonicalJson(condition as unknown as Json);
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      (this.#shared[known] as Shared).users += 1;
      return known;
    }
    const number = this.#free.pop() ?? this.#shared.length;
    this.#shared[number] = { name, predicate: this.#compiler.compile(condition), users: 1 };
    this.#numbers.set(name, number);
    return number;
  }

  remove(number: number): void {
    const shared = this.#shared[number] as Shared;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#numbers.delete(shared.name);
    this.#shared[number] = undefined;
    this.#free.push(number);
  }

  run(number: number, reading: Reading): Truth {
    return (this.#shared[number] as Shared).predicate(reading);
  }
}
