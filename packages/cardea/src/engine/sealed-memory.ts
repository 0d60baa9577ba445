import type { Allocate } from './memory.ts';

/** Memory of which somebody else reads what it held at one moment. */
export class SealedMemory {
  /** Makes memory as the other one does, and knows what is sealed of it. */
  readonly allocate: Allocate;
  #sealed: ReadonlySet<Int32Array> = new Set();

  constructor(allocate: Allocate) {
    const isSealed = (words: Int32Array): boolean => this.#sealed.has(words);
    this.allocate = Object.assign((bytes: number) => allocate(bytes), { isSealed });
  }

  /** Seals all arrays that there are: those that were sealed before and are still in use are among them. */
  seal(arrays: Iterable<Int32Array>): void {
    this.#sealed = new Set(arrays);
  }
}
