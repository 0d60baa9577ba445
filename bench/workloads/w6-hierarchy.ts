/** Entities and what each is directly in, by name. */
export class Hierarchy {
  readonly #parents = new Map<string, readonly string[]>();

  add(name: string, parents: readonly string[]): void {
    this.#parents.set(name, parents);
  }

  parents(name: string): readonly string[] {
    return this.#parents.get(name) ?? [];
  }

  /** The entity itself and everything that it is in, directly or not. */
  within(name: string): readonly string[] {
    const met = new Set([name]);
    for (const one of met) for (const parent of this.parents(one)) met.add(parent);
    return [...met];
  }
}

/** An entity's name, as both libraries can read it: `type:id`. */
export function nameOf(type: string, id: number | string): string {
  return `${type}:${id}`;
}
