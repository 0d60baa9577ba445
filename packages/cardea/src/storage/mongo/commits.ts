import { CardeaError } from '../../errors.ts';
import type { Head } from '../stored/backend.ts';
import type { Collections } from './collections.ts';
import { attemptOf, type CommitDocument, type Removal, type Written } from './documents.ts';
import { remove, removalOf } from './removal.ts';

/** Revision 0, which is there before all others. */
export const GENESIS: CommitDocument = {
  _id: '0',
  n: 0,
  by: 'prepare',
  shapesVersion: '',
  nextSeq: 1,
  keyer: '',
  completeAfter: 0,
  total: 0,
  removedAt: 0,
  forgetsShapes: false,
  forgetsChanges: false,
  pending: false,
};

/** How many revisions are looked for one by one before the newest of all is asked for. */
const STEPS = 3;
const ROWS_AT_ONCE = 500;
/** So many attempts are remembered. */
const REMEMBERED = 100_000;

/** Which revisions there are, and what counts because one of them wrote it. */
export class Commits {
  readonly #collections: Collections;
  readonly #begin: () => Promise<void>;
  #newest: CommitDocument | undefined;
  /** Attempts that made a revision. That one did not is never remembered: it may yet. */
  readonly #made = new Set<string>();

  /** @param begin makes the database what it is before the first revision, where it was emptied */
  constructor(collections: Collections, begin: () => Promise<void>) {
    this.#collections = collections;
    this.#begin = begin;
  }

  async at(revision: number): Promise<CommitDocument | undefined> {
    return this.#collections.commits.one(String(revision));
  }

  /** The head, whose removals may not be done. */
  async newest(): Promise<CommitDocument> {
    const newest = (await this.#next()) ?? (await this.#last());
    if (this.#made.size > REMEMBERED) this.#made.clear();
    this.#made.add(newest.by);
    this.#newest = newest;
    return newest;
  }

  /**
   * Whether nothing was taken away after a revision that was the head. Asks for no more than the next one, where there is
   * none: that the database was put back meanwhile shows when it is used again.
   */
  async isUntouched(head: CommitDocument): Promise<boolean> {
    if ((await this.at(head.n + 1)) === undefined) return true;
    const { n, removedAt } = await this.newest();
    return n > head.n && removedAt <= head.n;
  }

  /** The head, after everything that it takes away is gone. */
  async settled(): Promise<CommitDocument> {
    const newest = await this.newest();
    if (newest.pending) await this.finish(newest);
    return newest;
  }

  /** Takes away what a revision takes away, maybe at the same time as others do, or after they did. */
  async finish(commit: CommitDocument): Promise<void> {
    const parts = await this.#collections.log.all({ at: commit.n });
    await this.finishParts(commit, parts.filter((part) => attemptOf(part) === commit.by).map(removalOf));
  }

  async finishParts(commit: CommitDocument, parts: readonly Removal[], session?: unknown): Promise<void> {
    const { shapes, changes, commits } = this.#collections;
    const options = { session };
    for (const part of parts) await remove(part, commit.n, this.#collections, options);
    if (commit.forgetsShapes) await shapes.remove({ at: { $lt: commit.n } }, options);
    if (commit.forgetsChanges) await changes.remove({ at: { $lte: commit.completeAfter } }, options);
    await commits.set(commit._id, { pending: false }, options);
  }

  /**
   * The documents among these that count at a revision.
   *
   * @param wanted how many will be taken, so that not many more are read
   */
  async *counting<T extends Written>(
    documents: AsyncIterable<T>,
    { n }: CommitDocument,
    wanted: number,
  ): AsyncIterable<T> {
    let some: T[] = [];
    for await (const document of documents) {
      if (document.at > n) continue;
      some.push(document);
      if (some.length < Math.min(wanted, ROWS_AT_ONCE)) continue;
      yield* await this.#madeOf(some);
      some = [];
    }
    yield* await this.#madeOf(some);
  }

  async #madeOf<T extends Written>(documents: readonly T[]): Promise<readonly T[]> {
    const unknown = new Set(documents.filter(({ by }) => !this.#made.has(by)).map(({ at }) => String(at)));
    if (unknown.size === 0) return documents;
    const filter = { _id: { $in: [...unknown] } };
    const made = new Set((await this.#collections.commits.all(filter, { projection: { by: 1 } })).map(({ by }) => by));
    const counting = documents.filter(({ by }) => made.has(by) || this.#made.has(by));
    for (const by of made) this.#made.add(by);
    return counting;
  }

  /** The head, where it is the one that was seen last or one of a few after it. */
  async #next(): Promise<CommitDocument | undefined> {
    const seen = this.#newest;
    if (seen === undefined) return undefined;
    let [same, next] = await Promise.all([this.at(seen.n), this.at(seen.n + 1)]);
    if (same?.by !== seen.by) {
      // The database was put back to an older state, and may have gone another way.
      this.#made.clear();
      return undefined;
    }
    for (let step = 0; next !== undefined && step < STEPS; step++) {
      same = next;
      next = await this.at(same.n + 1);
    }
    return next === undefined ? same : undefined;
  }

  async #last(): Promise<CommitDocument> {
    const read = () => this.#collections.commits.all({}, { sort: { n: -1 }, limit: 1 });
    let [last] = await read();
    if (last === undefined) {
      await this.#begin();
      [last] = await read();
    }
    if (last !== undefined) return last;
    throw new CardeaError('CARDEA_IO', 'the database has no revision: its commits are gone, or being put back');
  }
}

/** What storages know of a head. */
export function headOf({ n, shapesVersion, nextSeq, keyer, completeAfter }: CommitDocument): Head {
  return { revision: n, shapesVersion, nextSeq, keyer, completeAfter };
}
