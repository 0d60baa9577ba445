import type { Slot } from './slot.ts';

/** One of the tokens that a slot must have. */
export interface Need {
  readonly slot: Slot;
  readonly tokens: ReadonlySet<string>;
}

/** A conjunction: every slot, by its name, must have one of its tokens. Empty: anything will do. */
export type Requirement = ReadonlyMap<string, Need>;

/** A disjunction: one requirement must be met. Empty: none ever is. */
export type Requirements = readonly Requirement[];

/** Nothing is known: every inquiry may do. */
export const ANYTHING: Requirements = [new Map()];

/** No inquiry can do. */
export const NOTHING: Requirements = [];

/** More alternatives than this are widened. */
const MAX_ALTERNATIVES = 16;

/** What must be met where all parts must be: may be wider than that, never narrower. */
export function allRequired(parts: readonly Requirements[]): Requirements {
  let all = ANYTHING;
  for (const part of parts.toSorted((a, b) => a.length - b.length)) {
    const fitting = all.length * part.length > MAX_ALTERNATIVES ? widened(part) : part;
    all = all.flatMap((left) => fitting.flatMap((right) => merged(left, right) ?? []));
  }
  return all;
}

/** What must be met where one part must be: may be wider than that, never narrower. */
export function anyRequired(parts: readonly Requirements[]): Requirements {
  const single = new Map<string, Need>();
  const several: Requirement[] = [];
  for (const requirement of parts.flat()) {
    const [only, more] = requirement;
    if (only === undefined) return ANYTHING;
    if (more === undefined) single.set(only[0], union(single.get(only[0]), only[1]));
    else several.push(requirement);
  }
  const any = [...[...single].map((entry) => new Map([entry])), ...several];
  return any.length > MAX_ALTERNATIVES ? widened(any) : any;
}

// One requirement of the slots that all have in common.
function widened(requirements: Requirements): Requirements {
  const [first, ...others] = requirements;
  const common = new Map(first);
  for (const other of others) {
    for (const [name, need] of common) {
      const also = other.get(name);
      if (also === undefined) common.delete(name);
      else common.set(name, union(need, also));
    }
  }
  return [common];
}

function merged(left: Requirement, right: Requirement): Requirement | undefined {
  if (left.size === 0) return right;
  const both = new Map(left);
  for (const [name, need] of right) {
    const also = both.get(name);
    const common = also === undefined ? need : intersection(also, need);
    if (common.tokens.size === 0) return undefined;
    both.set(name, common);
  }
  return both;
}

function union(left: Need | undefined, right: Need): Need {
  return left === undefined ? right : { slot: right.slot, tokens: new Set([...left.tokens, ...right.tokens]) };
}

// Two items of one list may meet two needs, so that of these only one is kept.
function intersection(left: Need, right: Need): Need {
  if (left.slot.kind === 'member') return left.tokens.size <= right.tokens.size ? left : right;
  return { slot: left.slot, tokens: new Set([...left.tokens].filter((token) => right.tokens.has(token))) };
}
