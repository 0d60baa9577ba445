import type { Json } from '../ast/json.ts';
import type { Need, Requirement } from './requirement.ts';
import { MISSING } from './slot.ts';

/** As many requirements are remembered. */
export const MAX_SAMPLE = 2_048;

/** A need, without what it is a need of. */
export type SampledNeed = Pick<Need, 'name' | 'tokens'>;

/** What the requirements of a sample have of one slot. */
export class SlotCounts {
  readonly name: string;
  readonly #tokens = new Map<string, number>();
  #mentions = 0;
  /** How many requirements of the sample have the slot. */
  needs = 0;
  /** The shapes that have the slot, by bits. */
  shapes = 0;
  /** Of the requirement that is being filed: its number, how likely the slot's tokens are and how many they are. */
  round = 0;
  likelihood = 0;
  keys = 0;

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.#mentions === 0;
  }

  count(tokens: readonly string[], by: 1 | -1): void {
    this.needs += by;
    for (const token of tokens) {
      if (token === MISSING) continue;
      const count = (this.#tokens.get(token) ?? 0) + by;
      if (count === 0) this.#tokens.delete(token);
      else this.#tokens.set(token, count);
      this.#mentions += by;
    }
  }

  /**
   * How likely an inquiry is to have one of the tokens. Inquiries are taken to mention what policies mention, as
   * often. How often something is missing, policies do not tell.
   */
  likelihoodOf(tokens: readonly string[]): number {
    let mentions = 0;
    for (const token of tokens) if (token !== MISSING) mentions += this.#tokens.get(token) ?? RARE;
    return Math.min(1, mentions / Math.max(1, this.#mentions));
  }
}

// Of a token that is not in the sample.
const RARE = 0.5;

/** The requirements of some policies, from which to learn how all of them are best filed. */
export class Sample {
  readonly #requirements: (readonly SampledNeed[])[] = [];
  readonly #slots = new Map<string, SlotCounts>();
  #next = 0;

  get size(): number {
    return this.#requirements.length;
  }

  get requirements(): readonly (readonly SampledNeed[])[] {
    return this.#requirements;
  }

  /** Adds a requirement, in the place of the oldest one where there are enough. */
  add(requirement: Requirement): void {
    if (requirement.length === 0) return;
    for (const { name, tokens } of this.#requirements[this.#next] ?? []) this.#slots.get(name)?.count(tokens, -1);
    this.#remember(requirement.map(({ name, tokens }) => ({ name, tokens })));
  }

  find(name: string): SlotCounts | undefined {
    return this.#slots.get(name);
  }

  /** The counts of a slot, which are kept from now on. */
  countsOf(name: string): SlotCounts {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const made = new SlotCounts(name);
    this.#slots.set(name, made);
    return made;
  }

  /** Forgets slots that no requirement and no shape has any more. */
  tidy(): void {
    for (const [name, { isEmpty, shapes }] of this.#slots) if (isEmpty && shapes === 0) this.#slots.delete(name);
  }

  toJson(): Json {
    return {
      next: this.#next,
      requirements: this.#requirements.map((needs) => needs.map(({ name, tokens }) => [name, ...tokens])),
    };
  }

  static fromJson(json: Json): Sample {
    const { next, requirements } = json as unknown as {
      readonly next: number;
      readonly requirements: readonly (readonly (readonly string[])[])[];
    };
    const sample = new Sample();
    for (const needs of requirements) {
      sample.#remember(needs.map(([name = '', ...tokens]) => ({ name, tokens })));
    }
    sample.#next = next;
    return sample;
  }

  #remember(needs: readonly SampledNeed[]): void {
    this.#requirements[this.#next] = needs;
    this.#next = (this.#next + 1) % MAX_SAMPLE;
    for (const { name, tokens } of needs) this.countsOf(name).count(tokens, 1);
  }
}
