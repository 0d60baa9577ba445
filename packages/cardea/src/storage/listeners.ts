import type { Revision } from '../model/decision.ts';
import type { Logger } from '../ports/logger.ts';

/** Those who watch a storage. */
export class Listeners {
  // Each registration is an entry of its own, so that one function may watch twice.
  readonly #registered = new Set<{ readonly notify: (revision: Revision) => void }>();
  readonly #logger: Logger | undefined;

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  get size(): number {
    return this.#registered.size;
  }

  /** @returns how to forget this registration */
  add(listener: (revision: Revision) => void): () => void {
    const registration = { notify: listener };
    this.#registered.add(registration);
    return () => void this.#registered.delete(registration);
  }

  clear(): void {
    this.#registered.clear();
  }

  tell(revision: Revision): void {
    // A listener may watch or stop watching; those of this moment are told.
    for (const { notify } of Array.from(this.#registered)) {
      try {
        notify(revision);
      } catch (error) {
        // The change has happened: the writer must not hear that it failed.
        this.#logger?.error({ err: error, revision }, 'a listener of the storage threw');
      }
    }
  }
}
