import { MAX_KEYS, type Shape } from './shape.ts';
import type { Sample, SampledNeed } from './sample.ts';

/** A shape must spare an inquiry half a candidate, which is about what probing for it costs. */
const LEAST_GAIN = 0.5;

/** What the keys of a policy cost, in candidates of all inquiries, where every policy has as many. */
const KEY_COST = 0.5;

/** More slots of one requirement than this are not combined. */
const MAX_COMBINED = 6;

/** What one more key adds to the cost of a policy, which is else how likely an inquiry is to meet it in vain. */
export function keyCost(policies: number): number {
  return KEY_COST / Math.max(1, policies);
}

// What a step may take, in look-ups of a number: about 0.2 ms. To offer a shape to a requirement takes as long as so many.
const STEP = 2 ** 15;
const OFFERING = 64;

/**
 * The shapes that spare the most candidates, beside those that there are: greedily, one after the other. It goes
 * on by steps, so that no change of the policies has to wait for all of it.
 *
 * @param policies how many policies the sample stands for
 */
export function* planShapes(
  sample: Sample,
  existing: readonly Shape[],
  { policies, limit }: { readonly policies: number; readonly limit: number },
): Generator<void, readonly Shape[]> {
  // The sample may change meanwhile.
  const requirements = [...sample.requirements];
  const offers = new Offers(sample, keyCost(policies));
  const weight = policies / Math.max(1, requirements.length);
  for (const needs of requirements) if (offers.add(needs)) yield;
  for (const shape of existing) offers.takeNamed(shape);
  const planned: Shape[] = [];
  while (planned.length < limit) {
    const [best, gain] = yield* offers.best();
    if (best === undefined || gain * weight < LEAST_GAIN) break;
    offers.take(best);
    planned.push(offers.shapeOf(best));
  }
  return planned;
}

interface Likely {
  readonly slot: number;
  readonly likelihood: number;
  readonly keys: number;
}

/** A shape, and of the requirements that it would serve which they are and what they would cost, in turn. */
interface Option {
  readonly slots: readonly number[];
  readonly served: number[];
}

// Numbers of slots that are packed into one number must be below it.
const MAX_SLOTS = 2 ** 17;

/** What each shape would do for each requirement of a sample. */
class Offers {
  readonly #sample: Sample;
  readonly #keyCost: number;
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #options = new Map<number, Option>();
  /** Of each requirement, what it costs with the shapes taken so far. */
  readonly #costs: number[] = [];
  /** What the present step has taken. */
  #taken = 0;

  constructor(sample: Sample, cost: number) {
    this.#sample = sample;
    this.#keyCost = cost;
  }

  /** Adds a requirement, and answers whether the step is over. */
  add(needs: readonly SampledNeed[]): boolean {
    this.#costs.push(this.#offer(needs, this.#costs.length));
    return this.#isOver();
  }

  shapeOf({ slots }: Option): Shape {
    return slots.map((slot) => this.#names[slot] as string).sort();
  }

  takeNamed(shape: Shape): void {
    const slots = shape.map((name) => this.#numbers.get(name) ?? -1);
    const option = slots.includes(-1) ? undefined : this.#options.get(keyOf(slots.sort((a, b) => a - b)));
    if (option !== undefined) this.take(option);
  }

  take({ served }: Option): void {
    const costs = this.#costs;
    for (let at = 0; at < served.length; at += 2) {
      const requirement = served[at] as number;
      costs[requirement] = Math.min(costs[requirement] as number, served[at + 1] as number);
    }
  }

  *best(): Generator<void, readonly [Option | undefined, number]> {
    let best: Option | undefined;
    let most = 0;
    for (const option of this.#options.values()) {
      const gain = this.#gainOf(option);
      if (gain > most) [best, most] = [option, gain];
      if (this.#isOver()) yield;
    }
    return [best, most];
  }

  #isOver(): boolean {
    if (this.#taken < STEP) return false;
    this.#taken = 0;
    return true;
  }

  #gainOf({ served }: Option): number {
    const costs = this.#costs;
    this.#taken += served.length;
    let gain = 0;
    for (let at = 0; at < served.length; at += 2) {
      gain += Math.max(0, (costs[served[at] as number] as number) - (served[at + 1] as number));
    }
    return gain;
  }

  // Adds the shapes that would serve a requirement, and answers its cost without any.
  #offer(needs: readonly SampledNeed[], requirement: number): number {
    const likely = needs
      .map(({ name, tokens }): Likely => {
        return {
          slot: this.#numberOf(name),
          likelihood: this.#sample.countsOf(name).likelihoodOf(tokens),
          keys: tokens.length,
        };
      })
      .sort((a, b) => a.likelihood - b.likelihood)
      .slice(0, MAX_COMBINED)
      .sort((a, b) => a.slot - b.slot);
    let single = 1;
    for (const [a, first] of likely.entries()) {
      single = Math.min(single, first.likelihood + first.keys * this.#keyCost);
      for (let b = a + 1; b < likely.length; b++) {
        const second = likely[b] as Likely;
        this.#serve(requirement, [first, second]);
        for (let c = b + 1; c < likely.length; c++) this.#serve(requirement, [first, second, likely[c] as Likely]);
      }
    }
    return single;
  }

  #serve(requirement: number, chosen: readonly Likely[]): void {
    let [likelihood, keys] = [1, 1];
    for (const one of chosen) {
      likelihood *= one.likelihood;
      keys *= one.keys;
    }
    this.#taken += OFFERING;
    if (keys > MAX_KEYS) return;
    const slots = chosen.map(({ slot }) => slot);
    const key = keyOf(slots);
    const option = this.#options.get(key) ?? { slots, served: [] };
    this.#options.set(key, option);
    option.served.push(requirement, likelihood + keys * this.#keyCost);
  }

  #numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}

// Slots in order, by which equal sets of slots have one key.
function keyOf([first = 0, second = 0, third = MAX_SLOTS - 1]: readonly number[]): number {
  return (first * MAX_SLOTS + second) * MAX_SLOTS + third;
}
