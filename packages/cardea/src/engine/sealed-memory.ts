import type { Allocate } from './memory.ts';

/**
 * Memory of which somebody else reads what it held at one moment. It may be this thread's own until then: what an index
 * leaves behind while it grows, the garbage collector does not see in memory that is shared.
 */
export class SealedMemory {
  /** Makes memory, and knows what is sealed of it. */
  readonly allocate: Allocate;
  readonly #shared: Allocate;
  #current: Allocate;
  #sealed: ReadonlySet<Int32Array> = new Set();

  /** @param first where memory comes from until something of it is {@link SealedMemory.copied} into that which is shared */
  constructor(first: Allocate, shared: Allocate) {
    this.#shared = shared;
    this.#current = first;
    const isSealed = (words: Int32Array): boolean => this.#sealed.has(words);
    this.allocate = Object.assign((bytes: number) => this.#current(bytes), { isSealed });
  }

  /** Whether other threads can read it at all. */
  get isSharable(): boolean {
    return typeof SharedArrayBuffer !== 'undefined' && this.#shared(0) instanceof SharedArrayBuffer;
  }

  /** Whether it is still to be copied. */
  get isOwn(): boolean {
    return this.#current !== this.#shared;
  }

  /** A copy in the memory that is shared, as is all that is made from now on. */
  copied(words: Int32Array): Int32Array {
    this.#current = this.#shared;
    const copy = new Int32Array(this.#shared(words.byteLength));
    copy.set(words);
    return copy;
  }

  /** Seals all arrays that there are: those that were sealed before and are still in use are among them. */
  seal(arrays: Iterable<Int32Array>): void {
    this.#sealed = new Set(arrays);
  }
}
