/** Lets work be done one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when all work before is done, or has failed. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
