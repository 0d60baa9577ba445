import type { Reach } from './frame.ts';
import { isPure, matchedRoles, type Role, type Roles } from './role-graph.ts';

/** What is known of a role manager with matching functions while its links are the same. */
interface Memo {
  readonly links: readonly unknown[];
  readonly roles: Map<string, ReadonlyMap<string, Role>>;
  readonly reaches: Map<string, Reach>;
}

const MOST_REACHES = 10_000;
const memos = new WeakMap<Roles, Memo>();

/**
 * Remembers what matching functions made of the links of a role manager, until a link or a function is another. Nothing
 * is remembered of functions of the caller, which may answer differently each time.
 */
export function remembered(
  roles: Roles,
  domain: string,
  name: string,
  find: (all: ReadonlyMap<string, Role>) => Reach,
): Reach {
  if (!isRememberable(roles)) return find(matchedRoles(roles, domain));
  const memo = memoOf(roles);
  const key = JSON.stringify([domain, name]);
  const known = memo.reaches.get(key);
  if (known !== undefined) return known;
  const all = memo.roles.get(domain) ?? matchedRoles(roles, domain);
  memo.roles.set(domain, all);
  const reach = find(all);
  if (memo.reaches.size >= MOST_REACHES) memo.reaches.clear();
  memo.reaches.set(key, reach);
  return reach;
}

function isRememberable(roles: Roles): boolean {
  const { matchingFunc, domainMatchingFunc, domainHierarchyManager } = roles;
  if (!isPure(matchingFunc) || !isPure(domainMatchingFunc)) return false;
  if (domainHierarchyManager === undefined) return true;
  // One that is not casbin's has links that cannot be read.
  return domainHierarchyManager.allDomains instanceof Map && isRememberable(domainHierarchyManager);
}

function memoOf(roles: Roles): Memo {
  const known = memos.get(roles);
  if (known !== undefined && isSame(roles, known.links)) return known;
  const made = { links: [...linksOf(roles)], roles: new Map(), reaches: new Map() };
  memos.set(roles, made);
  return made;
}

function isSame(roles: Roles, links: readonly unknown[]): boolean {
  let at = 0;
  for (const part of linksOf(roles)) {
    if (links[at] !== part) return false;
    at += 1;
  }
  return at === links.length;
}

// A link that is added makes the list of a role longer, one that is removed makes it another list.
function* linksOf(roles: Roles): Iterable<unknown> {
  const { matchingFunc, domainMatchingFunc, domainHierarchyManager, maxHierarchyLevel } = roles;
  yield* [roles.allDomains, matchingFunc, domainMatchingFunc, domainHierarchyManager, maxHierarchyLevel];
  for (const [domain, members] of roles.allDomains) {
    yield domain;
    for (const role of members.values()) {
      yield role.roles;
      yield role.roles.length;
    }
  }
  if (domainHierarchyManager !== undefined) yield* linksOf(domainHierarchyManager);
}
