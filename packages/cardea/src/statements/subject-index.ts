import { anyOf } from '../ast/build.ts';
import type { Json } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { type SubjectTokens, subjectTokens, valuesIn } from './subject-tokens.ts';

/** Policies that have a token in common, by their uids. */
interface TokenTable {
  readonly kind: SubjectTokens;
  readonly byValue: Map<Json, Set<string>>;
  /** All of them, whichever values they name: none, perhaps. */
  readonly all: Set<string>;
}

/** The uids of policies by what a subject must have for them to matter. The policies themselves are not held on to. */
export class SubjectIndex {
  readonly #places = new Map<string, number>();
  readonly #tables = new Map<string, TokenTable>();
  readonly #others = new Set<string>();
  #nextPlace = 0;

  /**
   * Adds a policy at the end, or puts it where the one of its uid stands.
   *
   * @param replaced that one: where it is left out, what it needed finds the policy too
   */
  put(policy: LoweredPolicy, replaced?: LoweredPolicy): void {
    if (replaced !== undefined) this.#unfile(replaced);
    if (!this.#places.has(policy.uid)) this.#places.set(policy.uid, this.#nextPlace++);
    const tokens = tokensOf(policy);
    if (tokens === undefined) this.#others.add(policy.uid);
    else for (const each of tokens) this.#file(policy.uid, each);
  }

  /** @param policy that was put, and not replaced since */
  remove(policy: LoweredPolicy): void {
    this.#unfile(policy);
    this.#places.delete(policy.uid);
  }

  /** Those that may matter for the subject of an inquiry, in the order of the storage. */
  find(inquiry: Inquiry): readonly string[] {
    const found = new Set(this.#others);
    for (const { kind, byValue, all } of this.#tables.values()) {
      const values = valuesIn(inquiry, kind);
      const lists = values === undefined ? [all] : values.map((value) => byValue.get(value) ?? []);
      for (const list of lists) for (const uid of list) found.add(uid);
    }
    const placeOf = (uid: string): number => this.#places.get(uid) as number;
    return [...found].toSorted((a, b) => placeOf(a) - placeOf(b));
  }

  #file(uid: string, kind: SubjectTokens): void {
    const table: TokenTable = this.#tables.get(kind.name) ?? { kind, byValue: new Map(), all: new Set() };
    this.#tables.set(kind.name, table);
    table.all.add(uid);
    for (const value of kind.values) {
      const list = table.byValue.get(value);
      if (list === undefined) table.byValue.set(value, new Set([uid]));
      else list.add(uid);
    }
  }

  #unfile(policy: LoweredPolicy): void {
    const { uid } = policy;
    this.#others.delete(uid);
    for (const { name, values } of tokensOf(policy) ?? []) {
      const table = this.#tables.get(name);
      if (table === undefined) continue;
      table.all.delete(uid);
      for (const value of values) {
        const list = table.byValue.get(value);
        list?.delete(uid);
        if (list?.size === 0) table.byValue.delete(value);
      }
      if (table.all.size === 0) this.#tables.delete(name);
    }
  }
}

function tokensOf({ parts }: LoweredPolicy): readonly SubjectTokens[] | undefined {
  return subjectTokens(anyOf(parts.subjects));
}
