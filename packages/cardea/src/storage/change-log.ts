import type { Revision } from '../model/decision.ts';
import type { Changes, RecordedChange } from '../ports/storage.ts';
import { requireHistorySize, requireRevision } from './arguments.ts';

/** The last changes of a storage: bounded, forgetting whole revisions from the oldest on. */
export class ChangeLog {
  readonly #size: number;
  #changes: RecordedChange[] = [];
  // Changes after this revision are complete.
  #completeAfter: Revision = 0;

  /** @param size how many changes are kept, at least; at most twice as many */
  constructor(size: number) {
    this.#size = requireHistorySize(size);
  }

  record(changes: readonly RecordedChange[]): void {
    for (const change of changes) this.#changes.push(change);
    // Forgetting half at a time makes recording cheap on average.
    if (this.#changes.length <= 2 * this.#size) return;
    const lastForgotten = this.#changes[this.#changes.length - this.#size - 1];
    this.#completeAfter = lastForgotten?.revision ?? this.#completeAfter;
    this.#changes = this.#changes.filter(({ revision }) => revision > this.#completeAfter);
  }

  /** @throws CARDEA_INVALID_ARGUMENT when the revision is no whole number */
  since(revision: Revision, current: Revision): Changes {
    requireRevision(revision);
    // A later revision is that of another storage, or of this one before it was reset.
    if (revision < this.#completeAfter || revision > current) return { complete: false, revision: current };
    const changes = this.#changes.filter((recorded) => recorded.revision > revision);
    return Object.freeze({ complete: true, revision: current, changes: Object.freeze(changes) });
  }
}
