import type { Json } from '../../ast/json.ts';

/** A value that was read from a text, with the offsets of all its parts. */
export interface Located {
  readonly value: Json;
  /** Where the value begins in the text. */
  readonly at: number;
  /** The values in it, itself included. */
  readonly size: number;
  /** The levels of lists and mappings in it: 0 for a scalar. */
  readonly height: number;
  /** The members of a mapping, in the order of the text. */
  readonly members?: ReadonlyMap<string, LocatedMember>;
  readonly items?: readonly Located[];
}

/** A member of a mapping; `at` is where its name begins. */
export interface LocatedMember {
  readonly at: number;
  readonly node: Located;
}

/** A scalar at an offset. */
export function locatedScalar(value: Json, at: number): Located {
  return { value, at, size: 1, height: 0 };
}

/** A list at an offset. */
export function locatedList(items: readonly Located[], at: number): Located {
  return { value: items.map(({ value }) => value), at, items, ...measure(items) };
}

/**
 * A mapping at an offset. Every member becomes an own property, `__proto__` too: the prototype stays
 * out of reach.
 */
export function locatedMapping(members: ReadonlyMap<string, LocatedMember>, at: number): Located {
  const nodes = Array.from(members.values(), ({ node }) => node);
  // INVARIANT: `fromEntries` defines properties; it never assigns, which `__proto__` would turn into a prototype.
  const value = Object.fromEntries(Array.from(members, ([name, { node }]) => [name, node.value]));
  return { value, at, members, ...measure(nodes) };
}

/**
 * The offset of the value at a path: of a member's name, or of an item of a list. Where the path leads
 * to something that is not there, the offset of the last part that is.
 */
export function offsetOf(root: Located, path: readonly (string | number)[]): number {
  let node = root;
  let offset = root.at;
  for (const part of path) {
    const member = node.members?.get(String(part));
    const next = member?.node ?? (typeof part === 'number' ? node.items?.[part] : undefined);
    if (next === undefined) return offset;
    offset = member?.at ?? next.at;
    node = next;
  }
  return offset;
}

function measure(nodes: readonly Located[]): { readonly size: number; readonly height: number } {
  let size = 1;
  let height = 0;
  for (const node of nodes) {
    size += node.size;
    if (node.height > height) height = node.height;
  }
  return { size, height: height + 1 };
}
