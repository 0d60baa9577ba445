import type { Slot } from './slot.ts';

/** A slot, by the one name that all equal slots share, and the tokens of which it must have one: no two alike. */
export interface Need {
  readonly name: string;
  readonly slot: Slot;
  readonly tokens: readonly string[];
}

/** A conjunction: every need must be met. No two are of one slot. Empty: anything will do. */
export type Requirement = readonly Need[];

/** A disjunction: one requirement must be met. Empty: none ever is. */
export type Requirements = readonly Requirement[];

/** Nothing is known: every inquiry may do. */
export const ANYTHING: Requirements = [[]];

/** No inquiry can do. */
export const NOTHING: Requirements = [];

/** More alternatives than this are widened. */
const MAX_ALTERNATIVES = 16;

/** More needs than this at once would tell hardly more of an inquiry. */
const MAX_NEEDS = 32;

/** Fewer tokens are searched faster than put into a set. */
const FEW = 16;

/** The requirements of one need: undefined where anything may do; without a token nothing can. */
export function requirementsOf(need: Need | undefined): Requirements {
  if (need === undefined) return ANYTHING;
  return need.tokens.length === 0 ? NOTHING : [[need]];
}

/** What must be met where all of several must be: may be wider than that, never narrower. */
export class Conjunction {
  readonly #needs: Need[] = [];
  #alternatives: Requirements[] | undefined;
  /** Whether no inquiry can meet all that was added. */
  isImpossible = false;

  /** @param need undefined where anything may do; without a token nothing can */
  addNeed(need: Need | undefined): void {
    if (need === undefined) return;
    if (need.tokens.length === 0 || !addNeed(this.#needs, need)) this.isImpossible = true;
  }

  add(requirements: Requirements): void {
    if (requirements.length > 1) (this.#alternatives ??= []).push(requirements);
    else if (requirements.length === 0) this.isImpossible = true;
    else for (const need of requirements[0] as Requirement) this.addNeed(need);
  }

  requirements(): Requirements {
    if (this.isImpossible) return NOTHING;
    return this.#alternatives === undefined ? [this.#needs] : multiplied(this.#needs, this.#alternatives);
  }
}

function multiplied(needs: Requirement, alternatives: Requirements[]): Requirements {
  let all: Requirements = [needs];
  for (const part of alternatives.sort((a, b) => a.length - b.length)) {
    all = product(all, all.length * part.length > MAX_ALTERNATIVES ? [widened(part)] : part);
  }
  return all;
}

function product(some: Requirements, others: Requirements): Requirements {
  const all: Requirement[] = [];
  for (const left of some) {
    for (const right of others) {
      const both = [...left];
      if (addNeeds(both, right)) all.push(both);
    }
  }
  return all;
}

/** What must be met where one part must be: may be wider than that, never narrower. */
export function anyRequired(parts: readonly Requirements[]): Requirements {
  const [only, other] = parts;
  if (only !== undefined && other === undefined) return only;
  const single = new Alternatives();
  const several: Requirement[] = [];
  for (const part of parts) {
    for (const requirement of part) {
      if (requirement.length === 0) return ANYTHING;
      if (requirement.length === 1) single.add(requirement[0] as Need);
      else several.push(requirement);
    }
  }
  const all = [...single.needs(), ...several];
  return all.length > MAX_ALTERNATIVES ? [widened(all)] : all;
}

/** Needs of which one must be met: those of one slot are one. */
class Alternatives {
  readonly #all: { readonly name: string; readonly slot: Slot; readonly tokens: string[] }[] = [];
  /** Where the need of a name is, where there are more than a few. */
  #places: Map<string, number> | undefined;

  add({ name, slot, tokens }: Need): void {
    const known = this.#all[this.#placeOf(name)];
    if (known !== undefined) {
      for (const token of tokens) known.tokens.push(token);
      return;
    }
    this.#all.push({ name, slot, tokens: [...tokens] });
    if (this.#all.length > FEW) this.#places ??= new Map(this.#all.map((need, at) => [need.name, at]));
    this.#places?.set(name, this.#all.length - 1);
  }

  needs(): Requirements {
    return this.#all.map(({ name, slot, tokens }) => [{ name, slot, tokens: distinct(tokens) }]);
  }

  #placeOf(name: string): number {
    if (this.#places !== undefined) return this.#places.get(name) ?? -1;
    for (let at = 0; at < this.#all.length; at++) if ((this.#all[at] as Need).name === name) return at;
    return -1;
  }
}

/** One requirement of the slots that all of several have in common. */
export function widened(requirements: Requirements): Requirement {
  const [first = [], ...others] = requirements;
  return first.flatMap(({ name, slot, tokens }) => {
    const all = [...tokens];
    for (const other of others) {
      const also = needOf(other, name);
      if (also === undefined) return [];
      for (const token of also.tokens) all.push(token);
    }
    return [{ name, slot, tokens: distinct(all) }];
  });
}

/** The same tokens, each once. */
export function distinct(tokens: readonly string[]): readonly string[] {
  if (tokens.length > FEW) return [...new Set(tokens)];
  for (let at = 1; at < tokens.length; at++) {
    if (tokens.indexOf(tokens[at] as string) < at) return [...new Set(tokens)];
  }
  return tokens;
}

export function needOf(requirement: Requirement, name: string): Need | undefined {
  for (const need of requirement) if (need.name === name) return need;
  return undefined;
}

// False where no inquiry can meet all of them.
function addNeeds(all: Need[], more: Requirement): boolean {
  for (const need of more) if (!addNeed(all, need)) return false;
  return true;
}

function addNeed(all: Need[], need: Need): boolean {
  for (let at = 0; at < all.length; at++) {
    const known = all[at] as Need;
    if (known.name !== need.name) continue;
    const both = intersection(known, need);
    all[at] = both;
    return both.tokens.length > 0;
  }
  if (all.length < MAX_NEEDS) all.push(need);
  return true;
}

// Two items of one list may meet two needs, so that of these only one is kept.
function intersection(left: Need, right: Need): Need {
  if (left.slot.kind === 'member') return left.tokens.length <= right.tokens.length ? left : right;
  const tokens = new Set(right.tokens);
  return { ...left, tokens: left.tokens.filter((token) => tokens.has(token)) };
}
