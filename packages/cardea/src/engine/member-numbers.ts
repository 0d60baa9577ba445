/** Names are remembered in their order up to this place. */
const MAX_ORDERED = 64;

/**
 * The members of one dictionary of an inquiry that operands read: their names, with the numbers of the operands.
 * Most inquiries name their members in one order, so that the next name is guessed before it is looked up.
 */
export class MemberNumbers {
  readonly #numbers = new Map<string, number>();
  // The names that came last, in their order, and what they were the names of.
  readonly #names: string[] = [];
  readonly #found: number[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  set(name: string, number: number): void {
    this.#numbers.set(asKey(name), number);
    this.#forgetOrder();
  }

  delete(name: string): void {
    this.#numbers.delete(name);
    this.#forgetOrder();
  }

  /** The number of the operand that reads the member, or -1. */
  get(name: string): number {
    return this.#numbers.get(name) ?? -1;
  }

  /** As `get`, for the member that comes at this place of a dictionary. */
  at(place: number, name: string): number {
    if (this.#names[place] === name) return this.#found[place] as number;
    const number = this.#numbers.get(name) ?? -1;
    if (place < MAX_ORDERED) {
      this.#names[place] = name;
      this.#found[place] = number;
    }
    return number;
  }

  #forgetOrder(): void {
    this.#names.length = 0;
    this.#found.length = 0;
  }
}

// Names of members are compared as pointers where both are known to the runtime as such.
function asKey(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string;
}
