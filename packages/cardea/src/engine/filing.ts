import type { Json } from '../ast/json.ts';
import { WordReader, WordWriter } from './filing-words.ts';
import { KeyMaker } from './key-maker.ts';
import type { KeySearch } from './key-search.ts';
import type { KeyTable } from './key-table.ts';
import type { Need, Requirements } from './requirement.ts';
import { MAX_SAMPLE, Sample } from './sample.ts';
import { MAX_SHAPES, seedOf, type Shape, SIGNED, SINGLE } from './shape.ts';
import { type Choice, ShapeChooser } from './shape-choice.ts';
import { keyCost, planShapes } from './shape-plan.ts';
import { MAX_SIGNATURE_SLOT, type Signature, SIGNATURE_NEEDS, signatureOf, type SignedNeed } from './signatures.ts';
import type { SlotTable } from './slot-table.ts';
import type { TokenBuffer } from './token-buffer.ts';

// What was written of a policy: for each requirement the number of the shape plus 1, and for each slot of it how
// many tokens it has; or SINGLE_SLOT, the number of the slot and how many tokens that has; then the numbers of the
// tokens plus 1. In the same way SIGNATURE for a need of it. Zero is the end.
const SINGLE_SLOT = MAX_SHAPES + 1;
const SIGNATURE = MAX_SHAPES + 2;
/** Filed where every inquiry looks. */
const RESIDUAL = MAX_SHAPES + 3;
/** Has no part in any decision. */
const NOWHERE = MAX_SHAPES + 4;
/** As RESIDUAL, but whoever filed it has it in a list of its own. */
const LISTED = MAX_SHAPES + 5;

/** The key of residual policies. */
const RESIDUAL_KEY = seedOf(0x7fffffff);

/** Of policies of which every inquiry is a candidate. */
const UNSIGNED = signatureOf([]);

/** With fewer policies all of them may as well be looked at. */
const LEAST_PLANNED = 32;

/** Shapes are planned for so many times the policies that there are, and planned again when these have come. */
const PLAN_AHEAD = 16;

/** As many policies are expected where a full sample was given of a number that nobody knows. */
const EXPECTED = 2 ** 18;

/** As many of the policies that there are would be added to the sample now. */
const SAMPLED_AT_ONCE = 256;

/** Shapes that are left for plans to come. */
const SPARE_SHAPES = 5;

interface FiledShape {
  readonly names: Shape;
  /** Empty while no policy is filed under it. */
  slots: readonly number[];
  policies: number;
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
  readonly #sample: Sample;
  readonly #chooser: ShapeChooser;
  readonly #shapes: FiledShape[] = [];
  /** By the number of a slot: the shapes in use that it is in. */
  readonly #shapesOf: number[] = [];
  /** By the number of a slot: it alone, as the slots of a shape. */
  readonly #alone: (readonly number[])[] = [];
  readonly #keys = new KeyMaker();
  readonly #counts: number[] = [];
  /** The shapes in use. */
  #inUse = 0;
  #policies = 0;
  #residual = 0;
  /** Of the residual ones: those that are not in the table. */
  #listed = 0;
  /** Policies to be filed before the next one is added to the sample. */
  #unsampled = 0;
  #plannedFor = LEAST_PLANNED;
  /** A plan that is being made. */
  #planning: Generator<void, void> | undefined;

  /** @param table one of tags */
  constructor(slots: SlotTable, table: KeyTable, sample: Sample = new Sample()) {
    this.#slots = slots;
    this.#table = table;
    this.#sample = sample;
    this.#chooser = new ShapeChooser(sample);
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
    this.#unsampled += learned;
    const guess = learned < MAX_SAMPLE ? learned : EXPECTED;
    const expected = policies ?? this.#policies + guess;
    if (expected <= this.#plannedFor) return;
    this.#planning = this.#planFor(expected);
    while (this.#planning !== undefined) this.#plan();
  }

  /**
   * Files a policy under the keys of its requirements.
   *
   * @param residual what to do with one that has no key: `listed` means that the caller has a list of them
   * @returns what `remove` must be given: integers of 32 bits, one at least
   */
  add(policy: number, requirements: Requirements, residual: 'filed' | 'listed' = 'filed'): readonly number[] {
    const words = new WordWriter();
    this.#policies += 1;
    this.#observe(requirements);
    const choices = this.#chooser.choose(requirements, keyCost(this.#plannedFor));
    if (choices === undefined) {
      this.#residual += 1;
      if (residual === 'listed') this.#listed += 1;
      else this.#table.add(RESIDUAL_KEY, policy, ...UNSIGNED);
      words.push(residual === 'listed' ? LISTED : RESIDUAL);
    } else if (choices.length === 0) words.push(NOWHERE);
    else {
      const signature = this.#sign(this.#chooser.sign(requirements, choices, SIGNATURE_NEEDS), words);
      for (const choice of choices) this.#file(policy, choice, signature, words);
    }
    return words.words;
  }

  /**
   * Undoes `add`.
   *
   * @param words hold what `add` returned, from `from` until before `end`
   */
  remove(policy: number, words: Int32Array, from: number, end: number): void {
    this.#policies -= 1;
    const reader = new WordReader(words, from, end);
    const signed: SignedNeed[] = [];
    // The signature comes first.
    let signature: Signature | undefined;
    for (let kind = reader.next(); kind !== 0; kind = reader.next()) {
      if (kind === RESIDUAL) {
        this.#residual -= 1;
        this.#table.remove(RESIDUAL_KEY, policy, ...UNSIGNED);
      } else if (kind === LISTED) {
        this.#residual -= 1;
        this.#listed -= 1;
      } else if (kind === SIGNATURE) {
        const slot = reader.next();
        signed.push({ slot, ids: idsOf(reader, reader.next()) });
      } else if (kind !== NOWHERE) this.#unfile(policy, kind, (signature ??= signatureOf(signed)), reader);
    }
    for (const { slot, ids } of signed) {
      for (const id of ids) this.#slots.drop(id);
      this.#slots.release(slot);
    }
  }

  /**
   * Finds every policy that has a key of the inquiry: they are then the candidates of the search.
   *
   * @returns false where there are so many keys that every policy must be taken for a candidate
   */
  find(tokens: TokenBuffer, search: KeySearch): boolean {
    search.begin();
    if (!this.#addKeys(tokens, search)) return false;
    search.run(tokens);
    return true;
  }

  #addKeys(tokens: TokenBuffer, search: KeySearch): boolean {
    const { slotMasks } = tokens;
    const shapesOf = this.#shapesOf;
    if (this.#residual > this.#listed) search.addKey(RESIDUAL_KEY);
    let alive = this.#inUse;
    const slots = Math.min(slotMasks.length, shapesOf.length);
    for (let slot = 0; slot < slots; slot++) {
      const mask = slotMasks[slot] as number;
      alive &= mask | ~(shapesOf[slot] as number);
      // The bit of single slots is the sign.
      if (mask < 0 && !search.addKeys(tokens, this.#alone[slot] as readonly number[], SINGLE, seedOf(-1 - slot))) {
        return false;
      }
    }
    while (alive !== 0) {
      const place = 31 - Math.clz32(alive);
      const bit = 1 << place;
      alive ^= bit;
      if (!search.addKeys(tokens, (this.#shapes[place] as FiledShape).slots, bit, seedOf(place))) return false;
    }
    return true;
  }

  /**
   * What it knows but for the tables: JSON for `fromJson`.
   *
   * @param use whoever only finds what is filed need not know what filing learns from, which is most of it
   */
  toJson(use: 'filing' | 'finding' = 'filing'): Json {
    return {
      shapes: this.#shapes.map(({ names, slots, policies }) => ({ names, slots, policies })),
      sample: (use === 'filing' ? this.#sample : new Sample()).toJson(),
      slots: this.#shapesOf.length,
      policies: this.#policies,
      residual: this.#residual,
      listed: this.#listed,
      unsampled: this.#unsampled,
      plannedFor: this.#plannedFor,
    };
  }

  /** The cabinet that `toJson` was called of, over the same tables or copies of them. */
  static fromJson(json: Json, slots: SlotTable, table: KeyTable): FilingCabinet {
    const state = json as unknown as CabinetState;
    const cabinet = new FilingCabinet(slots, table, Sample.fromJson(state.sample));
    cabinet.#knowSlot(state.slots - 1);
    for (const [place, shape] of state.shapes.entries()) {
      cabinet.#addShape(shape.names);
      if (shape.policies === 0) continue;
      cabinet.#open(place, shape.slots);
      (cabinet.#shapes[place] as FiledShape).policies = shape.policies;
    }
    cabinet.#policies = state.policies;
    cabinet.#residual = state.residual;
    cabinet.#listed = state.listed;
    cabinet.#unsampled = state.unsampled;
    cabinet.#plannedFor = state.plannedFor;
    return cabinet;
  }

  #observe(requirements: Requirements): void {
    if (this.#unsampled > 0) this.#unsampled -= 1;
    else {
      for (const requirement of requirements) this.#sample.add(requirement);
      this.#unsampled = Math.floor(this.#policies / SAMPLED_AT_ONCE);
    }
    if (this.#policies > this.#plannedFor) this.#plan();
  }

  // A step of planning with each policy that is added, until there is a plan.
  #plan(): void {
    this.#planning ??= this.#planFor(this.#policies * PLAN_AHEAD);
    if (this.#planning.next().done === true) this.#planning = undefined;
  }

  // Policies that are filed already stay where they are.
  *#planFor(policies: number): Generator<void, void> {
    const known = this.#shapes.length;
    const limit = known < MAX_SHAPES - SPARE_SHAPES ? MAX_SHAPES - SPARE_SHAPES - known : MAX_SHAPES - known;
    const planned = yield* planShapes(this.#sample, this.shapes, { policies, limit });
    this.#plannedFor = policies;
    for (const names of planned) this.#addShape(names);
    this.#sample.tidy();
  }

  #addShape(names: Shape): void {
    this.#chooser.addShape(names);
    this.#shapes.push({ names, slots: [], policies: 0 });
  }

  /** Lets inquiries look for keys of a shape. */
  #open(place: number, slots: readonly number[]): void {
    (this.#shapes[place] as FiledShape).slots = slots;
    this.#inUse |= 1 << place;
    for (const slot of slots) {
      this.#knowSlot(slot);
      this.#shapesOf[slot] = (this.#shapesOf[slot] as number) | (1 << place);
    }
  }

  // Slots that no policy uses may get other numbers.
  #close(place: number): void {
    const shape = this.#shapes[place] as FiledShape;
    for (const slot of shape.slots) this.#shapesOf[slot] = (this.#shapesOf[slot] ?? 0) & ~(1 << place);
    shape.slots = [];
    this.#inUse &= ~(1 << place);
  }

  #file(policy: number, { place, needs }: Choice, [first, second]: Signature, words: WordWriter): void {
    const slots = this.#slotsOf(place, needs);
    const mask = place < 0 ? SINGLE : 1 << place;
    const keys = this.#keys;
    if (place < 0) {
      words.push(SINGLE_SLOT);
      words.push(slots[0] as number);
    } else {
      words.push(place + 1);
      const shape = this.#shapes[place] as FiledShape;
      shape.policies += 1;
      if (shape.slots.length === 0) this.#open(place, slots);
    }
    for (const slot of slots) this.#useSlot(slot);
    for (const { tokens } of needs) words.push(tokens.length);
    keys.begin(seedOf(place < 0 ? -1 - (slots[0] as number) : place));
    for (let at = 0; at < needs.length; at++) {
      const { tokens } = needs[at] as Need;
      for (const token of tokens) {
        const id = this.#slots.use(slots[at] as number, token, mask);
        words.push(id + 1);
        keys.addToken(id);
      }
      keys.endSlot();
    }
    for (let at = 0; at < keys.count; at++) this.#table.add(keys.keys[at] as number, policy, first, second);
  }

  /** The slots of needs that a choice is of, by number. */
  #slotsOf(place: number, needs: readonly Need[]): readonly number[] {
    // A shape that is in use has its slots.
    const known = place < 0 ? undefined : (this.#shapes[place] as FiledShape).slots;
    if (known !== undefined && known.length > 0) return known;
    return needs.map(({ name, slot }) => this.#slots.numberOf(name, slot));
  }

  #unfile(policy: number, kind: number, [first, second]: Signature, reader: WordReader): void {
    const isSingle = kind === SINGLE_SLOT;
    const shape = isSingle ? undefined : (this.#shapes[kind - 1] as FiledShape);
    const slots = shape?.slots ?? [reader.next()];
    const counts = this.#counts;
    const keys = this.#keys;
    for (let at = 0; at < slots.length; at++) counts[at] = reader.next();
    keys.begin(seedOf(isSingle ? -1 - (slots[0] as number) : kind - 1));
    for (let at = 0; at < slots.length; at++) {
      for (let left = counts[at] as number; left > 0; left--) {
        const id = reader.next() - 1;
        keys.addToken(id);
        this.#slots.drop(id);
      }
      keys.endSlot();
    }
    for (let at = 0; at < keys.count; at++) this.#table.remove(keys.keys[at] as number, policy, first, second);
    // Last: a slot without a use is forgotten.
    for (const slot of slots) this.#slots.release(slot);
    if (shape === undefined) return;
    shape.policies -= 1;
    if (shape.policies === 0) this.#close(kind - 1);
  }

  #useSlot(slot: number): void {
    this.#slots.retain(slot);
    this.#knowSlot(slot);
  }

  #knowSlot(slot: number): void {
    for (let next = this.#shapesOf.length; next <= slot; next++) {
      this.#shapesOf.push(0);
      this.#alone.push([next]);
    }
  }

  #sign(needs: readonly Need[], words: WordWriter): Signature {
    const signed: SignedNeed[] = [];
    for (const { name, slot: what, tokens } of needs) {
      const slot = this.#slots.numberOf(name, what);
      this.#useSlot(slot);
      if (slot > MAX_SIGNATURE_SLOT) {
        this.#slots.release(slot);
        continue;
      }
      const ids = tokens.map((token) => this.#slots.use(slot, token, SIGNED));
      signed.push({ slot, ids });
      words.push(SIGNATURE);
      words.push(slot);
      words.push(ids.length);
      for (const id of ids) words.push(id + 1);
    }
    return signatureOf(signed);
  }
}

interface CabinetState {
  readonly shapes: readonly FiledShape[];
  readonly sample: Json;
  readonly slots: number;
  readonly policies: number;
  readonly residual: number;
  readonly listed: number;
  readonly unsampled: number;
  readonly plannedFor: number;
}

/** Whether `add` left a policy to the list of its caller, by what it returned. */
export function isListed([kind]: readonly number[]): boolean {
  return kind === LISTED;
}

/** So many tokens that were written, by number. */
function idsOf(reader: WordReader, count: number): readonly number[] {
  const ids: number[] = [];
  for (let at = 0; at < count; at++) ids.push(reader.next() - 1);
  return ids;
}
