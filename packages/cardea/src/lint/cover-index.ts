import type { Condition } from '../ast/condition.ts';
import { canonicalJson } from '../ast/json.ts';
import { foldCondition, operandsOf } from '../ast/walk.ts';
import { literalOf, operandKey, valuesOf } from './literal.ts';

/**
 * Finds the conditions that might be implied by another one without trying all pairs. A condition is
 * filed under its rarest conjunct: whoever implies it must mention one of that conjunct's tokens, which
 * are `operand=value` for equalities and lists, else `operand`.
 *
 * INVARIANT cover-is-a-superset: whatever `implies` proves, `candidates` contains.
 */
export class CoverIndex {
  readonly #needs: readonly Needs[];
  readonly #offers: readonly ReadonlySet<string>[];
  readonly #filed = new Map<string, number[]>();
  readonly #unfiled: number[] = [];

  constructor(conditions: readonly Condition[]) {
    this.#needs = conditions.map((condition) =>
      (condition.kind === 'and' ? condition.of : [condition])
        .map(tokensNeeded)
        .filter((tokens) => tokens !== undefined),
    );
    this.#offers = conditions.map(tokensOffered);
    const frequency = new Map<string, number>();
    for (const offers of this.#offers)
      for (const token of offers) frequency.set(token, (frequency.get(token) ?? 0) + 1);
    const weight = (tokens: ReadonlySet<string>): number =>
      [...tokens].reduce((sum, token) => sum + (frequency.get(token) ?? 0), 0);
    for (const [at, needs] of this.#needs.entries())
      this.#file(
        at,
        needs.map((tokens) => ({ tokens, weight: weight(tokens) })),
      );
  }

  /** The positions of the conditions that the one at a position might imply, itself excluded, each once. */
  *candidates(at: number): Iterable<number> {
    const offers = this.#offers[at] ?? new Set();
    const seen = new Set([at]);
    for (const list of [this.#unfiled, ...[...offers].map((token) => this.#filed.get(token) ?? [])]) {
      for (const other of list) {
        if (seen.has(other)) continue;
        seen.add(other);
        yield other;
      }
    }
  }

  /** Whether every conjunct of a condition has a token that the other mentions: cheap, before a proof. */
  mayImply(at: number, other: number): boolean {
    const offers = this.#offers[at];
    return offers !== undefined && this.#needs[other]?.every((tokens) => meets(tokens, offers)) === true;
  }

  #file(at: number, conjuncts: readonly { readonly tokens: ReadonlySet<string>; readonly weight: number }[]): void {
    const [rarest] = conjuncts.toSorted((a, b) => a.weight - b.weight);
    if (rarest === undefined) this.#unfiled.push(at);
    for (const token of rarest?.tokens ?? []) {
      const filed = this.#filed.get(token);
      if (filed === undefined) this.#filed.set(token, [at]);
      else filed.push(at);
    }
  }
}

type Needs = readonly ReadonlySet<string>[];

function meets(tokens: ReadonlySet<string>, offers: ReadonlySet<string>): boolean {
  const [few, many] = tokens.size < offers.size ? [tokens, offers] : [offers, tokens];
  for (const token of few) if (many.has(token)) return true;
  return false;
}

/** Tokens of which a condition that implies this one has at least one; undefined where nothing is known. */
function tokensNeeded(condition: Condition): ReadonlySet<string> | undefined {
  if (condition.kind === 'or') {
    const parts = condition.of.map(tokensNeeded);
    return parts.includes(undefined) ? undefined : new Set(parts.flatMap((tokens) => [...(tokens ?? [])]));
  }
  const literal = condition.kind === 'test' ? literalOf(condition, true) : undefined;
  const values = literal && valuesOf(literal);
  if (literal !== undefined && values !== undefined)
    return new Set(values.map((value) => `${literal.key}=${canonicalJson(value)}`));
  const keys = operandsOf(condition)
    .filter(({ kind }) => kind !== 'value')
    .map(operandKey);
  return keys.length === 0 || hasConstantPart(condition) ? undefined : new Set(keys);
}

// A constant part may be proven from nothing.
function hasConstantPart(condition: Condition): boolean {
  const some = (parts: readonly boolean[]): boolean => parts.includes(true);
  return foldCondition<boolean>(condition, {
    constant: () => true,
    and: (parts) => parts.length === 0 || some(parts),
    or: (parts) => parts.length === 0 || some(parts),
    not: (of) => of,
    sure: (of) => of,
    test: ({ args }) => args.every(({ kind }) => kind === 'value'),
    each: (_, where) => where,
  });
}

function tokensOffered(condition: Condition): ReadonlySet<string> {
  const tokens = new Set(
    operandsOf(condition)
      .filter(({ kind }) => kind !== 'value')
      .map(operandKey),
  );
  const flat = (parts: readonly (readonly string[])[]): readonly string[] => parts.flat();
  const values = foldCondition<readonly string[]>(condition, {
    constant: () => [],
    and: flat,
    or: flat,
    not: (of) => of,
    sure: (of) => of,
    test: (test) =>
      [true, false].flatMap((holds) => {
        const literal = literalOf(test, holds);
        return (literal && valuesOf(literal)?.map((value) => `${literal.key}=${canonicalJson(value)}`)) ?? [];
      }),
    each: (_, where) => where,
  });
  for (const token of values) tokens.add(token);
  return tokens;
}
