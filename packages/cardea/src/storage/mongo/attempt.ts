import type { Batch } from '../stored/backend.ts';
import type { MongoOptions } from './client.ts';
import type { Collections } from './collections.ts';
import type { CommitDocument, Removal } from './documents.ts';
import { removalsOf } from './removal.ts';

/** What an attempt at a revision wrote: nothing of it counts until its commit is inserted. */
export interface Attempt {
  readonly commit: CommitDocument;
  readonly removals: readonly Removal[];
  /** What notes the attempt in the log. */
  readonly note: unknown;
}

/**
 * Notes an attempt and writes everything that a batch adds, and what it takes away as parts of the log.
 *
 * @param base the revision that the batch begins at
 */
export async function writeAttempt(
  batch: Batch,
  base: CommitDocument,
  collections: Collections,
  options: MongoOptions,
): Promise<Attempt> {
  const { policies, links, shapes, changes, log } = collections;
  const at = base.n + 1;
  const removals = removalsOf(batch);
  const note = await log.insertNamed({ at, ...removals[0] }, options);
  const by = String(note);
  let written = 0;
  const made = () => ({ _id: `${by}/${written++}`, at, by });
  await log.insert(
    removals.slice(1).map((removal) => ({ ...made(), ...removal })),
    options,
  );
  await policies.insert(
    batch.puts.map(({ uid, seq, document, isTemplate, keys }) => {
      const text = isTemplate ? { template: document } : { text: document };
      return { ...made(), seq, uid: JSON.stringify(uid), ...text, keys };
    }),
    options,
  );
  await links.insert(
    batch.links.map(({ template, seq, text, key }) => ({
      ...made(),
      seq,
      template: JSON.stringify(template),
      text,
      key,
    })),
    options,
  );
  await shapes.insert(
    batch.shapes.map((shape) => ({ ...made(), shape: JSON.stringify(shape) })),
    options,
  );
  await changes.insert(
    batch.changes.map((change, place) => ({ ...made(), place, change })),
    options,
  );
  return { commit: await commitOf(batch, base, by, removals, collections), removals, note };
}

/** Takes away what an attempt wrote that will never make its revision. */
export async function discardAttempt(by: string, collections: Collections): Promise<void> {
  const { policies, links, shapes, changes } = collections;
  // Whatever it wrote is called so.
  const filter = { _id: { $gt: `${by}/`, $lt: `${by}0` } };
  for (const documents of [policies, links, shapes, changes]) await documents.remove(filter);
}

/** Takes away what the log has of an attempt. */
export async function forgetAttempt(
  { commit, note, removals }: Attempt,
  { log }: Collections,
  options: MongoOptions = {},
): Promise<void> {
  if (removals.length > 1) await log.remove({ at: commit.n, by: commit.by }, options);
  await log.removeFew({ _id: note }, options);
}

async function commitOf(
  { head, changes, forgetsShapes, keepChanges }: Batch,
  base: CommitDocument,
  by: string,
  removals: readonly Removal[],
  collections: Collections,
): Promise<CommitDocument> {
  const n = base.n + 1;
  const total = base.total + changes.length;
  const last = keepChanges === undefined ? 0 : (await revisionOf(total - keepChanges + 1, base, collections)) - 1;
  const completeAfter = Math.max(base.completeAfter, last);
  const forgetsChanges = completeAfter > base.completeAfter;
  const pending = removals.length > 0 || forgetsShapes || forgetsChanges;
  const { shapesVersion, nextSeq, keyer } = head;
  const removedAt = pending ? n : base.removedAt;
  const made = { _id: String(n), n, by, shapesVersion, nextSeq, keyer, completeAfter, total };
  return { ...made, removedAt, forgetsShapes, forgetsChanges, pending };
}

/** The revision of the change that is so many since the beginning; 0 where that is before all. */
async function revisionOf(change: number, base: CommitDocument, { commits }: Collections): Promise<number> {
  if (change < 1) return 0;
  if (change > base.total) return base.n + 1;
  const filter = { total: { $gte: change } };
  const [found] = await commits.all(filter, { sort: { total: 1, n: 1 }, limit: 1 });
  return found?.n ?? 0;
}
