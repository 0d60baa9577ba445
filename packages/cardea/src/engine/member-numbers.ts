/** Names are remembered in their order up to this place. */
const MAX_ORDERED = 64;

/**
 * What operands ask for of one category of an inquiry: the members of its dictionary by name, with the numbers of the
 * operands. Most inquiries name their members in one order, so that the next name is guessed before it is looked up.
 */
export class MemberNumbers {
  /** Operands of the category, of whatever path. */
  operands = 0;
  /** The number of the operand that is the category as a whole, or -1. */
  whole: number = -1;
  /** The numbers of the operands that read what entities are named by, or -1. */
  type: number = -1;
  id: number = -1;
  name: number = -1;
  readonly #numbers = new Map<string, number>();
  // The names that came last, in their order, and what they were the names of.
  readonly #names: string[] = [];
  readonly #found: number[] = [];

  /** Members that are asked for. */
  get size(): number {
    return this.#numbers.size;
  }

  add(path: readonly string[], number: number): void {
    this.operands += 1;
    this.#put(path, number);
  }

  delete(path: readonly string[]): void {
    this.operands -= 1;
    this.#put(path, -1);
  }

  /** The number of the operand that reads the member that comes at this place of a dictionary, or -1. */
  at(place: number, name: string): number {
    if (this.#names[place] === name) return this.#found[place] as number;
    const number = this.#numbers.get(name) ?? -1;
    if (place < MAX_ORDERED) {
      this.#names[place] = name;
      this.#found[place] = number;
    }
    return number;
  }

  #put(path: readonly string[], number: number): void {
    const [member] = path;
    if (member === undefined) this.whole = number;
    if (member === undefined || path.length > 1) return;
    if (number >= 0) this.#numbers.set(asKey(member), number);
    else this.#numbers.delete(member);
    this.#names.length = 0;
    this.#found.length = 0;
    if (member === 'type') this.type = number;
    if (member === 'id') this.id = number;
    if (member === 'name') this.name = number;
  }
}

// Names of members are compared as pointers where both are known to the runtime as such.
function asKey(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string;
}
