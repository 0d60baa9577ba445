import type { EntityReference } from './entity-source.ts';
import { nameOf } from './memory-directory.ts';

/** How far hierarchies go. */
export interface HierarchyLimits {
  /** How many steps there may be from an entity to the furthest that it is in. */
  readonly depth: number;
  /** In how many an entity may be. */
  readonly ancestors: number;
}

/**
 * The names of all that an entity is in, directly or not, in the order of their characters; each is asked once, so that
 * those who are in each other are no end.
 *
 * @param parents those that the entity is in directly
 * @returns a rejection where there are more than the limits allow: some of them would be the wrong ones
 */
export async function ancestorsOf(
  parents: readonly EntityReference[],
  parentsOf: (reference: EntityReference) => Promise<readonly EntityReference[]>,
  limits: HierarchyLimits,
): Promise<readonly string[]> {
  const reached = new Map<string, EntityReference>();
  let level = parents;
  for (let depth = 1; ; depth += 1) {
    const fresh = [...new Map(level.map((each) => [keyOf(each), each]))].filter(([key]) => !reached.has(key));
    if (fresh.length === 0) return [...new Set([...reached.values()].map(nameOf))].sort();
    for (const [key, reference] of fresh) reached.set(key, reference);
    if (depth > limits.depth) throw new Error(`a hierarchy has more than ${limits.depth} levels`);
    if (reached.size > limits.ancestors) throw new Error(`an entity is in more than ${limits.ancestors} others`);
    // Each level needs the one before.
    // oxlint-disable-next-line no-await-in-loop
    level = (await Promise.all(fresh.map(([, reference]) => parentsOf(reference)))).flat();
  }
}

/** A text that no two entities share, whatever colons are in their types and ids. */
export function keyOf({ type, id }: EntityReference): string {
  return JSON.stringify([type, id]);
}
