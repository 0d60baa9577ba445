import { type Need, needOf, type Requirement, type Requirements, widened } from './requirement.ts';
import type { Sample, SlotCounts } from './sample.ts';
import { MAX_KEYS, MAX_SINGLE_KEYS, type Shape } from './shape.ts';

/** The needs of a requirement that a policy is filed under. */
export interface Choice {
  /** The number of the shape, or -1 for one slot alone. */
  readonly place: number;
  readonly needs: readonly Need[];
  /** How many candidates the policy is for an inquiry, and what its keys cost. */
  readonly cost: number;
}

// How likely an inquiry is to have a token of a slot that is in no sample.
const UNKNOWN_LIKELIHOOD = 0.5;

// A slot is read for the sake of signatures where one in so many policies needs it.
const LEAST_SHARE = 32;

// A need with more tokens than this fills a signature.
const MAX_SIGNED_TOKENS = 8;

/** Chooses the shapes that policies are filed under, by how likely inquiries are to meet what they need. */
export class ShapeChooser {
  /** Told of shapes by number. */
  readonly #shapes: { readonly names: Shape; readonly counts: readonly SlotCounts[] }[] = [];
  readonly #sample: Sample;
  #round = 0;

  constructor(sample: Sample) {
    this.#sample = sample;
  }

  addShape(names: Shape): void {
    const bit = 1 << this.#shapes.length;
    const counts = names.map((name) => this.#sample.countsOf(name));
    for (const slot of counts) slot.shapes |= bit;
    this.#shapes.push({ names, counts });
  }

  /**
   * A choice for each requirement, or one for what all have in common; undefined where a requirement has nothing
   * that a key can be made of.
   *
   * @param keyCost what a key costs, in candidates of one inquiry
   */
  choose(requirements: Requirements, keyCost: number): readonly Choice[] | undefined {
    const choices: Choice[] = [];
    let cost = 0;
    for (const requirement of requirements) {
      const choice = this.#choose(requirement, keyCost);
      if (choice === undefined) return undefined;
      choices.push(choice);
      cost += choice.cost;
    }
    if (choices.length === 1) return choices;
    // What all alternatives have in common may be as good as each.
    const common = this.#choose(widened(requirements), keyCost);
    return common !== undefined && common.cost <= cost ? [common] : choices;
  }

  /** The needs that tell most of those who find a policy by these choices that it does not apply. */
  sign(requirements: Requirements, choices: readonly Choice[], limit: number): readonly Need[] {
    const common = requirements.length === 1 ? (requirements[0] as Requirement) : widened(requirements);
    // In the order of their likelihoods, which are few: to sort them all takes longer.
    const signed: Need[] = [];
    const likelihoods: number[] = [];
    for (const need of common) {
      if (need.tokens.length > MAX_SIGNED_TOKENS) continue;
      if (choices.every(({ needs }) => needs.some(({ name }) => name === need.name))) continue;
      const counts = this.#sample.find(need.name);
      // Reading one more slot of every inquiry must pay off, but values are read anyway.
      if (need.slot.kind !== 'value' && !this.#isWorthReading(counts)) continue;
      const likelihood = counts === undefined ? UNKNOWN_LIKELIHOOD : this.#likelihood(counts, need);
      let at = Math.min(signed.length, limit);
      for (; at > 0 && (likelihoods[at - 1] as number) > likelihood; at--) {
        if (at === limit) continue;
        signed[at] = signed[at - 1] as Need;
        likelihoods[at] = likelihoods[at - 1] as number;
      }
      if (at === limit) continue;
      signed[at] = need;
      likelihoods[at] = likelihood;
    }
    return signed;
  }

  #isWorthReading(counts: SlotCounts | undefined): boolean {
    if (counts === undefined) return false;
    return counts.shapes !== 0 || counts.needs * LEAST_SHARE > this.#sample.size;
  }

  // The requirement that was looked at last is mostly the one that is signed.
  #likelihood(counts: SlotCounts, { tokens }: Need): number {
    return counts.round === this.#round ? counts.likelihood : counts.likelihoodOf(tokens);
  }

  #choose(requirement: Requirement, keyCost: number): Choice | undefined {
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
      if (length > MAX_SINGLE_KEYS || likelihood + length * keyCost >= cost) continue;
      cost = likelihood + length * keyCost;
      single = need;
    }
    let place = -1;
    while (shapes !== 0) {
      const next = 31 - Math.clz32(shapes);
      shapes ^= 1 << next;
      const other = this.#costOf(next, keyCost);
      if (other >= cost) continue;
      cost = other;
      place = next;
    }
    if (place < 0) return single === undefined ? undefined : { place, needs: [single], cost };
    const { names } = this.#shapes[place] as { readonly names: Shape };
    return { place, needs: names.map((name) => needOf(requirement, name) as Need), cost };
  }

  /** What it costs to file the present requirement under a shape. */
  #costOf(place: number, keyCost: number): number {
    let likelihood = 1;
    let keys = 1;
    for (const slot of (this.#shapes[place] as { readonly counts: readonly SlotCounts[] }).counts) {
      if (slot.round !== this.#round) return Number.POSITIVE_INFINITY;
      likelihood *= slot.likelihood;
      keys *= slot.keys;
    }
    return keys > MAX_KEYS ? Number.POSITIVE_INFINITY : likelihood + keys * keyCost;
  }
}
