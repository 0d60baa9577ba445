import type { KeyTable } from './key-table.ts';
import type { Need, Requirement, Requirements } from './requirement.ts';
import { keyCount, MAX_KEYS, MAX_SHAPES, MAX_SINGLE_KEYS, mixed, seedOf, type Shape, SINGLE } from './shape.ts';
import { MAX_SAMPLE, Sample } from './shape-plan.ts';
import type { SlotTable, TokenBuffer } from './slot-table.ts';

// The words of a policy that is residual: filed where every inquiry looks.
const RESIDUAL = 0x7fffffff;

// The words of a policy that has no part in any decision.
const NOWHERE = 0x7ffffffe;

// What else has words: for each requirement one that holds the number of the shape and how many tokens each of
// its slots has, or -1 - the number of the only slot, and how many tokens that has; then the tokens by number.
const SHAPE_BITS = 5;
const COUNT_BITS = 7;

/** The key of residual policies. */
const RESIDUAL_KEY = seedOf(RESIDUAL);

/** More probes than this for one inquiry, and scanning is as good. */
const MAX_PROBES = 4_096;

/** Fewer requirements than two to this power tell nothing. */
const LEAST_SAMPLE_BITS = 5;

interface CompiledShape {
  readonly names: Shape;
  /** Empty until the first policy is filed under it. */
  readonly slots: number[];
}

interface Choice {
  readonly place: number;
  readonly names: Shape;
  readonly likelihood: number;
}

/**
 * Files policies under keys, and finds the keys of inquiries. A key is a hash of a shape and one token for each
 * of its slots.
 *
 * INVARIANT index-is-a-superset: an inquiry that meets a requirement finds every policy that was filed with it.
 * Different keys may have one hash, which costs a verification.
 */
export class FilingCabinet {
  readonly #slots: SlotTable;
  readonly #table: KeyTable;
  readonly #shapes: CompiledShape[] = [];
  readonly #sample = new Sample();
  #residual = 0;

  constructor(slots: SlotTable, table: KeyTable) {
    this.#slots = slots;
    this.#table = table;
  }

  get residual(): number {
    return this.#residual;
  }

  /** The slots of each shape, by name. */
  get shapes(): readonly Shape[] {
    return this.#shapes.map(({ names }) => names);
  }

  /**
   * Learns from what is about to be filed which shapes will serve it.
   *
   * @param sample of the policies that are about to be filed
   * @param policies how many there will be
   */
  learn(sample: Iterable<Requirements>, policies: number): void {
    const known = this.#sample.size;
    for (const requirement of [...sample].flat()) {
      if (requirement.size > 0 && this.#sample.size < MAX_SAMPLE) this.#sample.add(requirement);
    }
    if (isMilestone(known, this.#sample.size)) this.#plan(policies);
  }

  /**
   * Files a policy under the keys of its requirements.
   *
   * @returns what `remove` must be given: integers of 32 bits, one at least
   */
  add(policy: number, requirements: Requirements): readonly number[] {
    const choices = requirements.map((requirement) => this.#choose(requirement));
    if (choices.includes(undefined)) {
      this.#residual += 1;
      this.#table.add(RESIDUAL_KEY, policy);
      return [RESIDUAL];
    }
    if (choices.length === 0) return [NOWHERE];
    return choices.flatMap((choice, at) => this.#addKeys(policy, choice as Choice, requirements[at] as Requirement));
  }

  /**
   * Undoes `add`.
   *
   * @param words hold what `add` returned, from `from` until before `end`
   */
  remove(policy: number, words: Int32Array, from: number, end: number): void {
    if (words[from] === NOWHERE) return;
    if (words[from] === RESIDUAL) {
      this.#residual -= 1;
      this.#table.remove(RESIDUAL_KEY, policy);
      return;
    }
    for (let at = from; at < end; ) at = this.#removeKeys(policy, words, at);
  }

  /**
   * Calls `visit` for every policy that has a key of the inquiry, some of them more than once.
   *
   * @returns false where there are so many keys that every policy must be taken for a candidate
   */
  find(tokens: TokenBuffer, visit: (policy: number) => void): boolean {
    this.#probe(RESIDUAL_KEY, visit);
    let probes = 0;
    for (let number = 0; number < this.#shapes.length; number++) {
      const { slots } = this.#shapes[number] as CompiledShape;
      const bit = 1 << number;
      let product = 1;
      for (const slot of slots) {
        product *=
          ((tokens.slotMasks[slot] as number) & bit) === 0 ? 0 : (tokens.ends[slot] as number) - tokens.startOf(slot);
      }
      if (product === 0 || slots.length === 0) continue;
      probes += product;
      if (probes > MAX_PROBES) return false;
      this.#probeShape(slots, 0, seedOf(number), bit, tokens, visit);
    }
    for (let slot = 0; slot < tokens.ends.length; slot++) {
      if (tokens.hasSingle(slot)) this.#probeShape([slot], 0, seedOf(-1 - slot), SINGLE, tokens, visit);
    }
    return true;
  }

  #probeShape(
    slots: readonly number[],
    at: number,
    key: number,
    bit: number,
    tokens: TokenBuffer,
    visit: (policy: number) => void,
  ): void {
    const slot = slots[at] as number;
    const end = tokens.ends[slot] as number;
    for (let token = tokens.startOf(slot); token < end; token++) {
      if (((tokens.masks[token] as number) & bit) === 0) continue;
      const next = mixed(key, tokens.ids[token] as number);
      if (at + 1 === slots.length) this.#probe(next, visit);
      else this.#probeShape(slots, at + 1, next, bit, tokens, visit);
    }
  }

  #probe(key: number, visit: (policy: number) => void): void {
    const table = this.#table;
    for (let at = table.first(key); at !== 0; at = table.next(at)) visit(table.policyAt(at));
  }

  // Policies that are filed already stay where they are.
  #plan(policies: number): void {
    for (const names of this.#sample.plan(this.shapes, policies, MAX_SHAPES - this.#shapes.length)) {
      this.#shapes.push({ names, slots: [] });
    }
  }

  #addKeys(policy: number, { place, names }: Choice, requirement: Requirement): readonly number[] {
    const needs = needsOf(requirement, names);
    const slots = names.map((name, at) => this.#slots.numberOf(name, (needs[at] as Need).slot));
    const shape = place < 0 ? undefined : (this.#shapes[place] as CompiledShape);
    if (shape?.slots.length === 0) shape.slots.push(...slots);
    const number = shape === undefined ? -1 - (slots[0] as number) : place;
    const mask = shape === undefined ? SINGLE : 1 << place;
    const ids = needs.map(({ tokens }, at) =>
      [...tokens].map((token) => this.#slots.use(slots[at] as number, token, mask)),
    );
    for (const key of keysOf(seedOf(number), ids)) this.#table.add(key, policy);
    const counts = ids.map(({ length }) => length);
    if (shape === undefined) return [number, ...counts, ...ids.flat()];
    const packed = counts.reduce((word, count, at) => word | (count << (SHAPE_BITS + at * COUNT_BITS)), place);
    return [packed, ...ids.flat()];
  }

  // Answers where the words of the next requirement begin.
  #removeKeys(policy: number, words: Int32Array, from: number): number {
    const head = words[from] as number;
    const number = head < 0 ? head : head & MAX_SHAPES;
    const counts = head < 0 ? [words[from + 1] as number] : this.#countsOf(number, head);
    let at = from + (head < 0 ? 2 : 1);
    const ids = counts.map((count) => [...words.subarray(at, (at += count))]);
    for (const key of keysOf(seedOf(number), ids)) this.#table.remove(key, policy);
    for (const id of ids.flat()) this.#slots.drop(id);
    return at;
  }

  #countsOf(shape: number, head: number): readonly number[] {
    const { names } = this.#shapes[shape] as CompiledShape;
    return names.map((_, at) => (head >>> (SHAPE_BITS + at * COUNT_BITS)) & ((1 << COUNT_BITS) - 1));
  }

  #choose(requirement: Requirement): Choice | undefined {
    const likelihoods = new Map([...requirement].map(([name, need]) => [name, this.#sample.likelihood(name, need)]));
    let best: Choice | undefined;
    for (const [name, { tokens }] of requirement) {
      const likelihood = likelihoods.get(name) as number;
      if (tokens.size > MAX_SINGLE_KEYS || (best !== undefined && best.likelihood <= likelihood)) continue;
      best = { place: -1, names: [name], likelihood };
    }
    this.#shapes.forEach(({ names }, place) => {
      if (!names.every((name) => likelihoods.has(name))) return;
      const likelihood = names.reduce((product, name) => product * (likelihoods.get(name) as number), 1);
      if (best !== undefined && best.likelihood <= likelihood) return;
      if (keyCount(needsOf(requirement, names)) <= MAX_KEYS) best = { place, names, likelihood };
    });
    return best;
  }
}

function needsOf(requirement: Requirement, names: Shape): readonly Need[] {
  return names.map((name) => requirement.get(name) as Need);
}

function keysOf(seed: number, ids: readonly (readonly number[])[]): readonly number[] {
  return ids.reduce<readonly number[]>(
    (keys, tokens) => keys.flatMap((key) => tokens.map((id) => mixed(key, id))),
    [seed],
  );
}

// Whether there is twice as much to learn from as when shapes were planned last.
function isMilestone(before: number, after: number): boolean {
  return after > before && Math.clz32(after >>> LEAST_SAMPLE_BITS) < Math.clz32(before >>> LEAST_SAMPLE_BITS);
}
