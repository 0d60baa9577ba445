import { type Allocate, onHeap } from './memory.ts';

/**
 * Memory of which somebody else reads what it held at one moment. It is this thread's own until {@link SealedMemory.copied}:
 * what an index leaves behind while it grows, the garbage collector does not see in memory that is shared.
 */
export class SealedMemory {
  /** Makes memory, and knows what is sealed of it. */
  readonly allocate: Allocate;
  readonly #shared: Allocate;
  #own: Allocate;
  #sealed: ReadonlySet<Int32Array> = new Set();

  /** @param isShared whether all memory that there is comes from `shared` already */
  constructor(shared: Allocate, isShared: boolean) {
    this.#shared = shared;
    this.#own = isShared ? shared : onHeap;
    const isSealed = (words: Int32Array): boolean => this.#sealed.has(words);
    this.allocate = Object.assign((bytes: number) => this.#own(bytes), { isSealed });
  }

  /** Whether other threads can read it at all. */
  get isSharable(): boolean {
    return typeof SharedArrayBuffer !== 'undefined' && this.#shared(0) instanceof SharedArrayBuffer;
  }

  get isOwn(): boolean {
    return this.#own !== this.#shared;
  }

  /** A copy in the memory that is shared, as is all that is made from now on. */
  copied(words: Int32Array): Int32Array {
    this.#own = this.#shared;
    const copy = new Int32Array(this.#shared(words.byteLength));
    copy.set(words);
    return copy;
  }

  /** Seals all arrays that there are: those that were sealed before and are still in use are among them. */
  seal(arrays: Iterable<Int32Array>): void {
    this.#sealed = new Set(arrays);
  }
}
