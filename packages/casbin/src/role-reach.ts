import { DefaultRoleManager } from '../upstream.cjs';
import type { Reach } from './frame.ts';
import { quick, type Role, type Roles } from './role-graph.ts';
import { remembered } from './role-memo.ts';

export const DEFAULT_DOMAIN = 'casbin::default';
/** Longer lists are searched by a set. */
const SHORT = 8;

/** Whether a role manager is casbin's own, whose links can be read. */
export function isReadable(manager: unknown): boolean {
  if (typeof manager !== 'object' || manager === null) return false;
  if (Object.getPrototypeOf(manager) !== DefaultRoleManager.prototype) return false;
  return !Object.hasOwn(manager, 'syncedHasLink') && !Object.hasOwn(manager, 'hasLink');
}

/** Whether a role manager that {@link isReadable} calls functions that match names or domains. */
export function hasMatching(manager: unknown): boolean {
  const { hasPattern, hasDomainPattern, hasDomainHierarchy } = manager as Roles;
  return hasPattern || hasDomainPattern || hasDomainHierarchy;
}

/**
 * All names for which `hasLink(name, …)` is true, found in one walk over the links instead of one for each rule.
 *
 * @param manager a role manager that {@link isReadable}
 * @throws what its matching functions throw
 */
export function reachOf(manager: unknown, name: string, domain: string = DEFAULT_DOMAIN): Reach {
  const roles = manager as Roles;
  if (hasMatching(manager)) return remembered(roles, domain, name, (all) => reachByPatterns(roles, name, all));
  return toReach(walk(name, roles.allDomains.get(domain)?.get(name)?.roles ?? [], roles.maxHierarchyLevel));
}

// INVARIANT: as `syncedHasLink` does it, but for its making the roles anew for each name that it is asked for.
function reachByPatterns(roles: Roles, name: string, all: ReadonlyMap<string, Role>): Reach {
  const matching = quick(roles.matchingFunc);
  const isKnown =
    matching === undefined
      ? (asked: string) => all.has(asked)
      : (asked: string) => [...all.keys()].some((pattern) => matching(asked, pattern));
  if (!isKnown(name)) return toReach([name]);
  // casbin makes a role of the name and matches that too: a name that is no pattern throws.
  matching?.(name, name);
  const matched =
    matching === undefined ? [] : [...all.values()].filter((role) => role.name !== name && matching(name, role.name));
  const direct = [...(all.get(name)?.roles ?? []), ...matched];
  const [self, ...reached] = walk(name, direct, roles.maxHierarchyLevel);
  return toReach([self as string, ...reached.filter(isKnown)]);
}

/** The names of roles that are at most so many links away, each once, the nearest first. */
function walk(name: string, direct: readonly Role[], levels: number): readonly string[] {
  const names = [name];
  let level: readonly Role[] = direct;
  let seen: Set<string> | undefined;
  for (let left = levels; left > 0 && level.length > 0; left--) {
    const next: Role[] = [];
    for (const role of level) {
      // Few names are searched quicker than a set of them is made.
      if (seen === undefined ? names.includes(role.name) : seen.has(role.name)) continue;
      names.push(role.name);
      if (seen !== undefined) seen.add(role.name);
      else if (names.length > SHORT) seen = new Set(names);
      for (const one of role.roles) next.push(one);
    }
    level = next;
  }
  return names;
}

function toReach(names: readonly string[]): Reach {
  return names.length <= SHORT ? new ShortReach(names) : new LongReach(names);
}

class ShortReach implements Reach {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }
}

class LongReach implements Reach {
  readonly names: readonly string[];
  readonly #set: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#set = new Set(names);
  }

  has(name: string): boolean {
    return this.#set.has(name);
  }
}
