import { BUILTIN } from './pattern.ts';
import { REMEMBERING } from './pattern-functions.ts';

/** What of casbin's role manager is read here. */
export interface Roles {
  readonly allDomains: ReadonlyMap<string, ReadonlyMap<string, Role>>;
  readonly hasPattern: boolean;
  readonly hasDomainPattern: boolean;
  readonly hasDomainHierarchy: boolean;
  readonly maxHierarchyLevel: number;
  readonly matchingFunc?: Matching;
  readonly domainMatchingFunc?: Matching;
  readonly domainHierarchyManager?: Roles & { syncedHasLink(name: string, role: string): boolean };
}

export interface Role {
  readonly name: string;
  readonly roles: readonly Role[];
}

export type Matching = (name: string, pattern: string) => boolean;

/**
 * The roles of a domain with those that match, as casbin makes them for each question: a name has the roles of the names
 * that it matches, of those that were there before it.
 */
export function matchedRoles(roles: Roles, domain: string): ReadonlyMap<string, Role> {
  const matching = quick(roles.matchingFunc);
  const made = new Map<string, Role & { readonly roles: Role[] }>();
  const make = (name: string): Role & { readonly roles: Role[] } => {
    const role = made.get(name) ?? { name, roles: [] };
    made.set(name, role);
    if (matching !== undefined) {
      for (const other of made.values()) if (matching(name, other.name) && name !== other.name) add(role.roles, other);
    }
    return role;
  };
  for (const one of domainsOf(roles, domain)) {
    for (const { name, roles: direct } of roles.allDomains.get(one)?.values() ?? []) {
      const role = make(name);
      for (const other of direct) add(role.roles, make(other.name));
    }
  }
  return made;
}

/** The names of a domain by the names that they are linked to. */
export function membersByRole(manager: unknown, domain: string): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const { name, roles } of (manager as Roles).allDomains.get(domain)?.values() ?? []) {
    for (const role of roles) {
      const known = members.get(role.name);
      if (known === undefined) members.set(role.name, [name]);
      else known.push(name);
    }
  }
  return members;
}

/** One that answers the same, and does not compile a pattern each time. */
export function quick(matching: Matching | undefined): Matching | undefined {
  const name = matching === undefined ? undefined : NAMES.get(matching);
  return name !== undefined && Object.hasOwn(REMEMBERING, name) ? (REMEMBERING[name] as Matching) : matching;
}

/** Whether a function answers the same whenever it is asked. */
export function isPure(matching: Matching | undefined): boolean {
  return matching === undefined || NAMES.has(matching);
}

const NAMES: ReadonlyMap<unknown, string> = new Map([...BUILTIN].map(([name, call]) => [call, name]));

function add(roles: Role[], role: Role): void {
  if (!roles.some(({ name }) => name === role.name)) roles.push(role);
}

function domainsOf(roles: Roles, domain: string): ReadonlySet<string> {
  const { hasDomainPattern, hasDomainHierarchy, domainMatchingFunc, domainHierarchyManager } = roles;
  const domains = new Set([domain]);
  if (!hasDomainPattern && !hasDomainHierarchy) return domains;
  const matching = quick(domainMatchingFunc);
  for (const other of roles.allDomains.keys()) {
    const isMatched = hasDomainPattern && matching?.(domain, other) === true;
    if (isMatched || domainHierarchyManager?.syncedHasLink(other, domain) === true) domains.add(other);
  }
  return domains;
}
