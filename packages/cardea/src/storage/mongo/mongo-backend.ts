import type { Revision } from '../../model/decision.ts';
import type {
  Backend,
  BackendLimits,
  BackendWriter,
  Batch,
  Facts,
  Found,
  Head,
  LinkPage,
  LinkPageOptions,
  StoredPolicy,
  Wanted,
} from '../stored/backend.ts';
import type { Migrator } from '../migration/migrator.ts';
import { type Attempt, discardAttempt, forgetAttempt, writeAttempt } from './attempt.ts';
import type { MongoDatabase, MongoOptions } from './client.ts';
import { type Collections, isDuplicate, openCollections } from './collections.ts';
import { Commits, headOf } from './commits.ts';
import { attemptOf, type CommitDocument, type LogDocument } from './documents.ts';
import { followCommits } from './follow-commits.ts';
import { Reads } from './reads.ts';

/** How a revision is made all or nothing. */
export type MongoAtomicity = 'transactions' | 'commits';

/** How a database of MongoDB is used. */
export interface MongoBackendOptions {
  readonly prefix: string;
  /** Found out when absent. */
  readonly atomicity: MongoAtomicity | undefined;
  readonly migrator: Migrator<MongoDatabase>;
}

/** A document has 16 MB at most, its keys included; a text is part of an index, and of statements with others. */
const LIMITS: BackendLimits = { uid: 1_000_000, link: 1_000_000, document: 15_000_000 };
const TRANSACTION = { readPreference: 'primary', readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } };

/**
 * A storage in MongoDB, or in what speaks its protocol. It asks no more of a server than that of two documents with the same
 * `_id` one is refused: findAndModify reads and then writes in FerretDB, where two of them may both find what they look for.
 *
 * A revision is made in four steps:
 *
 * 1. Its *attempt* is noted in the log, with what it takes away, and everything that it adds is inserted. All of it is marked
 *    with the attempt, and nobody counts it yet.
 * 2. Its *commit* is inserted under the number of the revision. Whoever comes second is refused, discards what it wrote, and
 *    looks again.
 * 3. What the revision takes away is removed.
 * 4. The commit is marked as no longer pending, and the log is forgotten.
 *
 * Why it holds:
 *
 * - Numbers have no gap: an attempt begins at a commit that is there and not pending, and inserts the next number. Commits
 *   are never removed, so a number is taken once, however late somebody tries.
 * - All or nothing: a document counts from the commit that names its attempt on. Step 1 is acknowledged as a whole before
 *   step 2 begins, and nobody adds anything for an attempt afterwards.
 * - Readers and writers who find the head pending do steps 3 and 4 first. These may be done twice, by several at once, and
 *   at any later time: they name what is older than their revision, or of a sequence number that is never given again, and
 *   they only remove. So there is nothing that a slow helper could bring back, and no tombstone is needed.
 * - One revision: a reader begins at a head that is not pending, leaves out what is of later ones, and reads the head again.
 *   If nothing was taken away since, it saw that revision whole; otherwise it begins anew. Revisions that only add, as those
 *   of a bulk load, disturb no reader.
 * - Leftovers: an attempt of the log whose number has the commit of another can never be made. What it wrote is removed, and
 *   if its writer is only slow, it is refused at step 2 all the same. No time limit is guessed.
 *
 * With transactions the same steps are one transaction: there are no leftovers, and heads are never pending. Storages of both
 * kinds may share a database.
 */
export class MongoBackend implements Backend {
  readonly limits: BackendLimits = LIMITS;
  /** Where the server has change streams, from `prepare` on. */
  listen?: NonNullable<Backend['listen']>;
  readonly #database: MongoDatabase;
  readonly #collections: Collections;
  readonly #commits: Commits;
  readonly #migrator: Migrator<MongoDatabase>;
  #atomicity: MongoAtomicity | undefined;

  constructor(database: MongoDatabase, { prefix, atomicity, migrator }: MongoBackendOptions) {
    this.#database = database;
    this.#collections = openCollections(database, prefix);
    this.#commits = new Commits(this.#collections, () => migrator.prepare());
    this.#migrator = migrator;
    this.#atomicity = atomicity;
  }

  async prepare(): Promise<void> {
    const hello = (await this.#database.command({ hello: 1 })) as {
      readonly setName?: unknown;
      readonly msg?: unknown;
    };
    const isReplicated = hello.setName !== undefined || hello.msg === 'isdbgrid';
    this.#atomicity ??= isReplicated ? 'transactions' : 'commits';
    await this.#migrator.prepare();
    await this.#sweep();
    if (isReplicated) this.listen = (listener, failed) => followCommits(this.#collections.commits, listener, failed);
  }

  head(): Promise<Head> {
    return this.#commits.newest().then(headOf);
  }

  /** Nobody is kept out: commits are lost to others. */
  exclusively<T>(work: (writer: BackendWriter) => Promise<T>): Promise<T> {
    return work(this);
  }

  facts(wanted: Wanted): Promise<Facts> {
    return this.#read((reads) => reads.facts(wanted));
  }

  shapes(): Promise<{ readonly head: Head; readonly shapes: readonly string[] }> {
    return this.#read(async (reads) => ({ head: headOf(reads.head), shapes: await reads.shapes() }));
  }

  page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    return this.#read((reads) => reads.page(after, limit));
  }

  slice(offset: number, limit: number): Promise<readonly StoredPolicy[]> {
    return this.#read((reads) => reads.slice(offset, limit));
  }

  links(options: LinkPageOptions): Promise<LinkPage> {
    return this.#read((reads) => reads.links(options));
  }

  get(uid: string): Promise<StoredPolicy | undefined> {
    return this.#read((reads) => reads.get(uid));
  }

  changes(after: Revision): ReturnType<Backend['changes']> {
    return this.#read(async (reads) => ({ head: headOf(reads.head), changes: await reads.changes(after) }));
  }

  candidates(keys: readonly string[] | 'everything'): Promise<Found> {
    return this.#read((reads) => reads.candidates(keys));
  }

  async commit(batch: Batch): Promise<boolean> {
    // Who comes too late need not write first.
    const [base, taken] = await Promise.all([this.#commits.at(batch.base), this.#commits.at(batch.base + 1)]);
    if (base === undefined || base.pending || taken !== undefined) return false;
    return this.#atomicity === 'transactions'
      ? this.#commitInTransaction(batch, base)
      : this.#commitInSteps(batch, base);
  }

  async #commitInSteps(batch: Batch, base: CommitDocument): Promise<boolean> {
    const attempt = await writeAttempt(batch, base, this.#collections, {});
    const { commit } = attempt;
    const isFirst = await this.#collections.commits.insertFirst(commit);
    // A driver that inserts again after it heard nothing may find what it inserted itself.
    if (!isFirst && (await this.#commits.at(commit.n))?.by !== commit.by) {
      await discardAttempt(commit.by, this.#collections);
      await forgetAttempt(attempt, this.#collections);
      return false;
    }
    // The revision is made, whatever happens now: who finds the rest undone does it, and hears of what is wrong.
    await this.#tidy(attempt, batch.keepChanges !== undefined).catch(() => undefined);
    return true;
  }

  async #tidy(attempt: Attempt, isTimeToSweep: boolean): Promise<void> {
    const { commit, removals } = attempt;
    if (commit.pending) await this.#commits.finishParts(commit, removals);
    await forgetAttempt(attempt, this.#collections);
    if (isTimeToSweep) await this.#sweep();
  }

  async #commitInTransaction(batch: Batch, base: CommitDocument): Promise<boolean> {
    const session = this.#database.client.startSession();
    const options: MongoOptions = { session };
    const steps = async (): Promise<void> => {
      const attempt = await writeAttempt(batch, base, this.#collections, options);
      const { commit, removals } = attempt;
      await this.#collections.commits.insert([commit], options);
      if (commit.pending) await this.#commits.finishParts(commit, removals, session);
      await forgetAttempt(attempt, this.#collections, options);
    };
    try {
      await session.withTransaction(steps, TRANSACTION);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    } finally {
      await session.endSession();
    }
  }

  /** Reads until what was read is of one revision. */
  async #read<T>(work: (reads: Reads) => Promise<T>): Promise<T> {
    for (;;) {
      const before = await this.#commits.settled();
      const read = await work(new Reads(before, this.#commits, this.#collections));
      if (await this.#commits.isUntouched(before)) return read;
    }
  }

  /** Removes what attempts left that were lost to others, and the notes of those that were made. */
  async #sweep(): Promise<void> {
    const { n } = await this.#commits.settled();
    const notes = await this.#collections.log.all({ at: { $lte: n } }, { projection: { at: 1, by: 1 } });
    for (const note of notes) await this.#sweepOne(note);
  }

  async #sweepOne(noted: LogDocument): Promise<void> {
    const by = attemptOf(noted);
    if ((await this.#commits.at(noted.at))?.by !== by) await discardAttempt(by, this.#collections);
    await this.#collections.log.removeFew({ _id: noted._id });
  }
}
