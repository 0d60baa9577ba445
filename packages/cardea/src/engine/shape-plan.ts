import type { Need, Requirement } from './requirement.ts';
import { keyCount, MAX_KEYS, type Shape } from './shape.ts';
import { MISSING } from './slot.ts';

/** Requirements seen are remembered up to this number, to learn how often tokens occur. */
export const MAX_SAMPLE = 2_048;

/** A shape must spare an inquiry half a candidate, which is about what probing for it costs. */
const LEAST_GAIN = 0.5;

/** More slots of one requirement than this are not combined. */
const MAX_COMBINED = 6;

/**
 * How likely inquiries are to have tokens, judged by a sample of policies: inquiries are taken to mention
 * what policies mention, as often.
 */
export class Sample {
  readonly #requirements: Requirement[] = [];
  readonly #slots = new Map<string, { policies: number; readonly tokens: Map<string, number> }>();

  get size(): number {
    return this.#requirements.length;
  }

  add(requirement: Requirement): void {
    this.#requirements.push(requirement);
    for (const [name, need] of requirement) {
      const slot = this.#slots.get(name) ?? { policies: 0, tokens: new Map<string, number>() };
      this.#slots.set(name, slot);
      slot.policies += 1;
      for (const token of need.tokens) slot.tokens.set(token, (slot.tokens.get(token) ?? 0) + 1);
    }
  }

  /** How likely an inquiry is to meet a need. How often something is missing, policies do not tell. */
  likelihood(name: string, { tokens }: Need): number {
    const slot = this.#slots.get(name);
    if (slot === undefined) return 0.5;
    let likelihood = 0;
    for (const token of tokens) {
      if (token !== MISSING) likelihood += (slot.tokens.get(token) ?? 0.5) / slot.policies;
      if (likelihood >= 1) return 1;
    }
    return likelihood;
  }

  /**
   * The shapes that spare the most candidates, beside those that there are: greedily, one after the other.
   *
   * @param policies how many policies the sample stands for
   */
  plan(existing: readonly Shape[], policies: number, limit: number): readonly Shape[] {
    const weight = policies / Math.max(1, this.size);
    const options = new Map<string, Option>();
    const costs = this.#requirements.map((requirement, at) => this.#offer(requirement, at, options));
    for (const shape of existing) take(options.get(shape.join('\n')), costs);
    const planned: Shape[] = [];
    while (planned.length < limit) {
      const [best, gain] = bestOf(options, costs);
      if (best === undefined || gain * weight < LEAST_GAIN) break;
      take(best, costs);
      planned.push(best.shape);
    }
    return planned;
  }

  // Adds the shapes that would serve a requirement, and returns its cost without any.
  #offer(requirement: Requirement, at: number, options: Map<string, Option>): number {
    const likely = [...requirement].map(([name, need]) => ({ name, need, likelihood: this.likelihood(name, need) }));
    const slots = likely.sort((a, b) => a.likelihood - b.likelihood).slice(0, MAX_COMBINED);
    for (const chosen of combinations(slots)) {
      if (keyCount(chosen.map(({ need }) => need)) > MAX_KEYS) continue;
      const shape = chosen.map(({ name }) => name).sort();
      const key = shape.join('\n');
      const option = options.get(key) ?? { shape, served: [] };
      options.set(key, option);
      option.served.push({ at, cost: chosen.reduce((product, { likelihood }) => product * likelihood, 1) });
    }
    return slots[0]?.likelihood ?? 1;
  }
}

interface Option {
  readonly shape: Shape;
  readonly served: { readonly at: number; readonly cost: number }[];
}

function take(option: Option | undefined, costs: number[]): void {
  for (const { at, cost } of option?.served ?? []) costs[at] = Math.min(costs[at] as number, cost);
}

function bestOf(options: ReadonlyMap<string, Option>, costs: readonly number[]): [Option | undefined, number] {
  let best: Option | undefined;
  let most = 0;
  for (const option of options.values()) {
    const gain = option.served.reduce((sum, { at, cost }) => sum + Math.max(0, (costs[at] as number) - cost), 0);
    if (gain > most) [best, most] = [option, gain];
  }
  return [best, most];
}

function combinations<T>(from: readonly T[]): readonly (readonly T[])[] {
  const found: T[][] = [];
  from.forEach((first, a) => {
    from.slice(a + 1).forEach((second, b) => {
      found.push([first, second]);
      for (const third of from.slice(a + b + 2)) found.push([first, second, third]);
    });
  });
  return found;
}
