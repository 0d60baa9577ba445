import type { Json } from '../ast/json.ts';
import type { KeyTable } from './key-table.ts';
import { type Need, needOf, type Requirement, type Requirements, widened } from './requirement.ts';
import { MAX_SAMPLE, Sample, type SlotCounts } from './sample.ts';
import { MAX_KEYS, MAX_SHAPES, MAX_SINGLE_KEYS, mixed, seedOf, type Shape, SINGLE } from './shape.ts';
import { keyCost, planShapes } from './shape-plan.ts';
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

/** With fewer policies all of them may as well be looked at. */
const LEAST_PLANNED = 32;

/** Shapes are planned for so many times the policies that there are, and planned again when these have come. */
const PLAN_AHEAD = 16;

/** What is known of a slot that is in no sample. */
const UNKNOWN_LIKELIHOOD = 0.5;

interface CompiledShape {
  readonly names: Shape;
  readonly counts: readonly SlotCounts[];
  /** Empty while no policy is filed under it. */
  slots: readonly number[];
  policies: number;
}

interface Choice {
  readonly requirement: Requirement;
  /** The number of the shape, or -1 where it is the one slot of this name. */
  readonly place: number;
  readonly names: Shape;
  readonly cost: number;
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
  /** By the number of a slot: the shapes in use that it is in. */
  readonly #shapesOf: number[] = [];
  #sample = new Sample();
  /** The shapes in use. */
  #inUse = 0;
  #policies = 0;
  #residual = 0;
  /** Policies to be filed before the next one is added to the sample. */
  #unsampled = 0;
  #plannedFor = LEAST_PLANNED;
  #round = 0;

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
   * Learns from what is about to be filed which shapes will serve it. Without it the cabinet learns from what is
   * filed, and plans again as it grows.
   *
   * @param sample of the policies that are about to be filed
   * @param policies how many there will be, where that is known
   */
  learn(sample: Iterable<Requirements>, policies?: number): void {
    let learned = 0;
    for (const requirements of sample) {
      for (const requirement of requirements) this.#sample.add(requirement);
      learned += 1;
    }
    const expected = policies ?? (this.#policies + learned) * PLAN_AHEAD;
    this.#unsampled += learned;
    if (expected > this.#plannedFor) this.#plan(expected);
  }

  /**
   * Files a policy under the keys of its requirements.
   *
   * @returns what `remove` must be given: integers of 32 bits, one at least
   */
  add(policy: number, requirements: Requirements): readonly number[] {
    this.#policies += 1;
    this.#observe(requirements);
    if (requirements.length === 0) return [NOWHERE];
    const choices = this.#chooseAll(requirements);
    if (choices === undefined) {
      this.#residual += 1;
      this.#table.add(RESIDUAL_KEY, policy);
      return [RESIDUAL];
    }
    const words: number[] = [];
    for (const choice of choices) this.#addKeys(policy, choice, words);
    return words;
  }

  /**
   * Undoes `add`.
   *
   * @param words hold what `add` returned, from `from` until before `end`
   */
  remove(policy: number, words: Int32Array, from: number, end: number): void {
    this.#policies -= 1;
    if (words[from] === NOWHERE) return;
    if (words[from] === RESIDUAL) {
      this.#residual -= 1;
      this.#table.remove(RESIDUAL_KEY, policy);
      return;
    }
    for (let at = from; at < end; ) at = this.#removeKeys(policy, words, at);
  }

  /**
   * Calls `visit` for every policy that has a key of the inquiry, some of them more than once, until it returns true.
   *
   * @returns false where there are so many keys that every policy must be taken for a candidate
   */
  find(tokens: TokenBuffer, visit: (policy: number) => boolean | undefined): boolean {
    if (this.#residual > 0 && this.#probe(RESIDUAL_KEY, visit)) return true;
    const { slotMasks, ids } = tokens;
    let alive = this.#inUse;
    for (let slot = 0; slot < slotMasks.length; slot++) {
      const mask = slotMasks[slot] as number;
      alive &= mask | ~(this.#shapesOf[slot] as number);
      // The bit of single slots is the sign.
      if (mask < 0 && this.#probeSingle(slot, tokens, visit)) return true;
    }
    let probes = 0;
    while (alive !== 0) {
      const place = 31 - Math.clz32(alive);
      const bit = 1 << place;
      alive ^= bit;
      const { slots } = this.#shapes[place] as CompiledShape;
      const [first, second] = slots as readonly [number, number];
      const third = slots[2] ?? -1;
      const seed = seedOf(place);
      for (let a = tokens.startOf(first); a < (tokens.ends[first] as number); a++) {
        if (((tokens.masks[a] as number) & bit) === 0) continue;
        const one = mixed(seed, ids[a] as number);
        for (let b = tokens.startOf(second); b < (tokens.ends[second] as number); b++) {
          if (((tokens.masks[b] as number) & bit) === 0) continue;
          const two = mixed(one, ids[b] as number);
          if (third < 0) {
            if (++probes > MAX_PROBES) return false;
            if (this.#probe(two, visit)) return true;
            continue;
          }
          for (let c = tokens.startOf(third); c < (tokens.ends[third] as number); c++) {
            if (((tokens.masks[c] as number) & bit) === 0) continue;
            if (++probes > MAX_PROBES) return false;
            if (this.#probe(mixed(two, ids[c] as number), visit)) return true;
          }
        }
      }
    }
    return true;
  }

  /** What the tables do not hold of it, for `fromJson`. */
  toJson(): Json {
    return {
      shapes: this.#shapes.map(({ names, slots, policies }) => ({ names, slots, policies })),
      sample: this.#sample.toJson(),
      policies: this.#policies,
      residual: this.#residual,
      unsampled: this.#unsampled,
      plannedFor: this.#plannedFor,
    };
  }

  /** The cabinet that `toJson` was called of, over the same tables or copies of them. */
  static fromJson(json: Json, slots: SlotTable, table: KeyTable): FilingCabinet {
    const state = json as unknown as CabinetState;
    const cabinet = new FilingCabinet(slots, table);
    cabinet.#sample = Sample.fromJson(state.sample);
    for (const shape of state.shapes) {
      const place = cabinet.#addShape(shape.names);
      if (shape.policies > 0) cabinet.#open(place, shape.slots);
      (cabinet.#shapes[place] as CompiledShape).policies = shape.policies;
    }
    cabinet.#policies = state.policies;
    cabinet.#residual = state.residual;
    cabinet.#unsampled = state.unsampled;
    cabinet.#plannedFor = state.plannedFor;
    return cabinet;
  }

  #probeSingle(slot: number, tokens: TokenBuffer, visit: (policy: number) => boolean | undefined): boolean {
    const seed = seedOf(-1 - slot);
    for (let at = tokens.startOf(slot); at < (tokens.ends[slot] as number); at++) {
      if ((tokens.masks[at] as number) >= 0) continue;
      if (this.#probe(mixed(seed, tokens.ids[at] as number), visit)) return true;
    }
    return false;
  }

  #probe(key: number, visit: (policy: number) => boolean | undefined): boolean {
    const table = this.#table;
    for (let at = table.first(key); at !== 0; at = table.next(at)) {
      if (visit(table.policyAt(at)) === true) return true;
    }
    return false;
  }

  #observe(requirements: Requirements): void {
    if (this.#unsampled > 0) this.#unsampled -= 1;
    else {
      for (const requirement of requirements) this.#sample.add(requirement);
      this.#unsampled = Math.floor(this.#policies / MAX_SAMPLE);
    }
    if (this.#policies > this.#plannedFor) this.#plan(this.#policies * PLAN_AHEAD);
  }

  // Policies that are filed already stay where they are.
  #plan(policies: number): void {
    this.#plannedFor = policies;
    const limit = MAX_SHAPES - this.#shapes.length;
    for (const names of planShapes(this.#sample, this.shapes, { policies, limit })) this.#addShape(names);
    this.#sample.tidy();
  }

  #addShape(names: Shape): number {
    const place = this.#shapes.length;
    const counts = names.map((name) => this.#sample.countsOf(name));
    for (const slot of counts) slot.shapes |= 1 << place;
    this.#shapes.push({ names, counts, slots: [], policies: 0 });
    return place;
  }

  /** Lets inquiries look for keys of a shape. */
  #open(place: number, slots: readonly number[]): void {
    (this.#shapes[place] as CompiledShape).slots = slots;
    this.#inUse |= 1 << place;
    for (const slot of slots) this.#markSlot(slot, 1 << place);
  }

  #close(place: number): void {
    const shape = this.#shapes[place] as CompiledShape;
    for (const slot of shape.slots) this.#shapesOf[slot] = (this.#shapesOf[slot] as number) & ~(1 << place);
    shape.slots = [];
    this.#inUse &= ~(1 << place);
  }

  #markSlot(slot: number, mask: number): void {
    while (this.#shapesOf.length <= slot) this.#shapesOf.push(0);
    this.#shapesOf[slot] = (this.#shapesOf[slot] as number) | mask;
  }

  // Undefined where one requirement has nothing that a key can be made of.
  #chooseAll(requirements: Requirements): readonly Choice[] | undefined {
    const choices: Choice[] = [];
    let cost = 0;
    for (const requirement of requirements) {
      const choice = this.#choose(requirement);
      if (choice === undefined) return undefined;
      choices.push(choice);
      cost += choice.cost;
    }
    if (choices.length === 1) return choices;
    // What all alternatives have in common may be as good as each.
    const common = this.#choose(widened(requirements));
    return common !== undefined && common.cost <= cost ? [common] : choices;
  }

  #choose(requirement: Requirement): Choice | undefined {
    const perKey = keyCost(this.#plannedFor);
    this.#round += 1;
    let shapes = 0;
    let cost = Number.POSITIVE_INFINITY;
    let single: Need | undefined;
    for (const need of requirement) {
      const { length } = need.tokens;
      const counts = this.#sample.find(need.name);
      const likelihood = counts?.likelihoodOf(need.tokens) ?? UNKNOWN_LIKELIHOOD;
      if (counts !== undefined) {
        counts.round = this.#round;
        counts.likelihood = likelihood;
        counts.keys = length;
        shapes |= counts.shapes;
      }
      if (length > MAX_SINGLE_KEYS || likelihood + length * perKey >= cost) continue;
      cost = likelihood + length * perKey;
      single = need;
    }
    let place = -1;
    while (shapes !== 0) {
      const next = 31 - Math.clz32(shapes);
      shapes ^= 1 << next;
      const other = this.#costOf(next, perKey);
      if (other >= cost) continue;
      cost = other;
      place = next;
    }
    if (place >= 0) return { requirement, place, names: (this.#shapes[place] as CompiledShape).names, cost };
    return single === undefined ? undefined : { requirement, place, names: [single.name], cost };
  }

  /** What it costs to file the present requirement under a shape. */
  #costOf(place: number, perKey: number): number {
    let likelihood = 1;
    let keys = 1;
    for (const slot of (this.#shapes[place] as CompiledShape).counts) {
      if (slot.round !== this.#round) return Number.POSITIVE_INFINITY;
      likelihood *= slot.likelihood;
      keys *= slot.keys;
    }
    return keys > MAX_KEYS ? Number.POSITIVE_INFINITY : likelihood + keys * perKey;
  }

  #addKeys(policy: number, { requirement, place, names }: Choice, words: number[]): void {
    const mask = place < 0 ? SINGLE : 1 << place;
    const slots: number[] = [];
    const head = words.length;
    let packed = place;
    words.push(packed);
    if (place < 0) words.push(0);
    const first = words.length;
    for (let at = 0; at < names.length; at++) {
      const { name, slot, tokens } = needOf(requirement, names[at] as string) as Need;
      const number = this.#slots.numberOf(name, slot);
      slots.push(number);
      for (const token of tokens) words.push(this.#slots.use(number, token, mask));
      packed |= tokens.length << (SHAPE_BITS + at * COUNT_BITS);
    }
    if (place < 0) {
      const [slot = 0] = slots;
      words[head] = -1 - slot;
      words[head + 1] = words.length - first;
      this.#markSlot(slot, 0);
    } else {
      words[head] = packed;
      const shape = this.#shapes[place] as CompiledShape;
      shape.policies += 1;
      if (shape.slots.length === 0) this.#open(place, slots);
    }
    this.#eachKey(words, head, (key) => this.#table.add(key, policy));
  }

  // Answers where the words of the next requirement begin.
  #removeKeys(policy: number, words: Int32Array, from: number): number {
    const end = this.#eachKey(words, from, (key) => this.#table.remove(key, policy));
    const head = words[from] as number;
    if (head < 0) {
      for (let at = from + 2; at < end; at++) this.#slots.drop(words[at] as number);
      return end;
    }
    for (let at = from + 1; at < end; at++) this.#slots.drop(words[at] as number);
    const shape = this.#shapes[head & MAX_SHAPES] as CompiledShape;
    shape.policies -= 1;
    if (shape.policies === 0) this.#close(head & MAX_SHAPES);
    return end;
  }

  /** Calls `visit` for every key of the requirement whose words begin at `from`, and answers where they end. */
  #eachKey(words: Int32Array | readonly number[], from: number, visit: (key: number) => void): number {
    const head = words[from] as number;
    if (head < 0) {
      const end = from + 2 + (words[from + 1] as number);
      for (let at = from + 2; at < end; at++) visit(mixed(seedOf(head), words[at] as number));
      return end;
    }
    const a = from + 1;
    const b = a + countOf(head, 0);
    const c = b + countOf(head, 1);
    const end = c + countOf(head, 2);
    const seed = seedOf(head & MAX_SHAPES);
    for (let one = a; one < b; one++) {
      const first = mixed(seed, words[one] as number);
      for (let two = b; two < c; two++) {
        const second = mixed(first, words[two] as number);
        if (c === end) visit(second);
        for (let three = c; three < end; three++) visit(mixed(second, words[three] as number));
      }
    }
    return end;
  }
}

interface CabinetState {
  readonly shapes: readonly Pick<CompiledShape, 'names' | 'slots' | 'policies'>[];
  readonly sample: Json;
  readonly policies: number;
  readonly residual: number;
  readonly unsampled: number;
  readonly plannedFor: number;
}

/** How many tokens the slot of a shape has that is its first, second or third. */
function countOf(head: number, at: 0 | 1 | 2): number {
  return (head >>> (SHAPE_BITS + at * COUNT_BITS)) & ((1 << COUNT_BITS) - 1);
}
