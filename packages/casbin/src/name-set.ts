import { membersByRole } from './role-graph.ts';

/** Texts that something is compared with, in the order in which they were met. */
export class NameSet {
  readonly #names = new Set<string>();
  readonly #members = new Map<unknown, Map<string, ReadonlyMap<string, readonly string[]>>>();

  /** Adds a text. */
  add(name: string): void {
    this.#names.add(name);
  }

  /** Adds a name and those that links lead from to it, at any distance. */
  addMembers(manager: unknown, role: string, domain: string): void {
    const members = this.#membersOf(manager, domain);
    const found = new Set([role]);
    // A set is walked with what is added to it on the way.
    for (const one of found) {
      this.#names.add(one);
      for (const member of members.get(one) ?? []) found.add(member);
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  list(): readonly string[] {
    return [...this.#names];
  }

  #membersOf(manager: unknown, domain: string): ReadonlyMap<string, readonly string[]> {
    const domains = this.#members.get(manager) ?? new Map<string, ReadonlyMap<string, readonly string[]>>();
    this.#members.set(manager, domains);
    const members = domains.get(domain) ?? membersByRole(manager, domain);
    domains.set(domain, members);
    return members;
  }
}
