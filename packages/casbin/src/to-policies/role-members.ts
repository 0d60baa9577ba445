import { hasMatching, isReadable, reachOf } from '../role-reach.ts';
import type { Roles } from '../role-graph.ts';
import { NotExpressible } from './not-expressible.ts';

/** Who has which role in a domain, roles of roles included, as far as casbin follows them. */
export class RoleMembers {
  readonly #name: string;
  readonly #manager: unknown;
  readonly #domains = new Map<string | undefined, ReadonlyMap<string, readonly string[]>>();

  /** @throws NotExpressible where only the role manager can tell */
  constructor(name: string, manager: unknown) {
    if (!isReadable(manager) || hasMatching(manager)) {
      throw new NotExpressible(`\`${name}\` has a role manager with functions of its own`);
    }
    this.#name = name;
    this.#manager = manager;
  }

  get domains(): readonly string[] {
    return [...(this.#manager as Roles).allDomains.keys()];
  }

  /** The names for which `g(name, role, domain)` is true, the role itself first. */
  of(role: string, domain: string | undefined): readonly string[] {
    const known = this.#domains.get(domain) ?? this.#read(domain);
    this.#domains.set(domain, known);
    return known.get(role) ?? [role];
  }

  #read(domain: string | undefined): ReadonlyMap<string, readonly string[]> {
    const { allDomains } = this.#manager as Roles;
    const names = allDomains.get(domain ?? 'casbin::default')?.keys() ?? [];
    const members = new Map<string, string[]>();
    for (const name of names) {
      if (name === '') throw new NotExpressible(`a member of \`${this.#name}\` has no name`);
      for (const role of reachOf(this.#manager, name, domain).names) {
        const known = members.get(role) ?? [role];
        members.set(role, known);
        if (role !== name) known.push(name);
      }
    }
    return members;
  }
}
