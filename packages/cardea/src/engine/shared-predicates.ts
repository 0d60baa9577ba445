import type { Condition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import type { Reading } from './reading.ts';
import type { CompiledCondition, Compiler } from './program.ts';
import { readCount, readList, readObject } from './snapshot-json.ts';
import type { TruthCode } from './truth-code.ts';

interface Shared {
  readonly name: string;
  readonly condition: Condition;
  readonly compiled: CompiledCondition;
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

  get size(): number {
    return this.#numbers.size;
  }

  add(condition: Condition): number {
    const name = canonicalJson(condition as unknown as Json);
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      (this.#shared[known] as Shared).users += 1;
      return known;
    }
    const compiled = this.#compiler.compile(condition);
    const number = this.#free.pop() ?? this.#shared.length;
    this.#shared[number] = { name, condition, compiled, users: 1 };
    this.#numbers.set(name, number);
    return number;
  }

  remove(number: number): void {
    const shared = this.#shared[number] as Shared;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#compiler.drop(shared.compiled);
    this.#numbers.delete(shared.name);
    this.#shared[number] = undefined;
    this.#free.push(number);
  }

  conditionOf(number: number): Condition {
    return (this.#shared[number] as Shared).condition;
  }

  run(number: number, reading: Reading): TruthCode {
    return (this.#shared[number] as Shared).compiled.predicate(reading);
  }

  /** The conditions by number, each with its users, for `restore`. */
  toJson(): Json {
    return this.#shared.map((shared) =>
      shared === undefined ? null : { condition: shared.condition as unknown as Json, users: shared.users },
    );
  }

  /**
   * Becomes what `toJson` was called of, over the operands that it used.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for anything else
   */
  restore(json: Json): void {
    for (const [number, item] of readList(json).entries()) {
      if (item === null) {
        this.#shared.push(undefined);
        this.#free.push(number);
        continue;
      }
      const { condition: tree, users } = readObject(item);
      const condition = readObject(tree) as unknown as Condition;
      const name = canonicalJson(tree as Json);
      const compiled = this.#compiler.compile(condition);
      // The operands count these uses already.
      this.#compiler.drop(compiled);
      this.#shared.push({ name, condition, compiled, users: readCount(users) });
      this.#numbers.set(name, number);
    }
  }
}
