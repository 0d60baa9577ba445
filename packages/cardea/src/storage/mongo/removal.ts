import type { Batch, StoredLink } from '../stored/backend.ts';
import { chunksOf } from './chunks.ts';
import type { MongoOptions } from './client.ts';
import type { Collections } from './collections.ts';
import type { Removal } from './documents.ts';

/**
 * What a batch takes away, in parts that are no larger than a document may be; none where it only adds.
 *
 * INVARIANT: what it names was written before the revision that the batch makes, and nothing of a sequence number that goes
 * is ever written again. So it may be taken away several times, by several processes, at any time after that revision.
 */
export function removalsOf(batch: Batch): readonly Removal[] {
  const nothing: Removal = { dead: [], replaced: [], links: [] };
  const replaced = batch.puts.filter(({ isNew }) => !isNew);
  const links = [...batch.unlinks, ...batch.links.filter(({ isNew }) => !isNew)];
  return [
    ...chunksOf(batch.deletes, () => 0).map((rows) => ({ ...nothing, dead: rows.map(({ seq }) => seq) })),
    ...chunksOf(replaced, () => 0).map((rows) => ({ ...nothing, replaced: rows.map(({ seq }) => seq) })),
    ...chunksOf(links, ({ template, text }) => template.length + text.length).map((rows) => {
      const named = [...textsByTemplate(rows)].map(([uid, texts]) => ({ template: JSON.stringify(uid), texts }));
      return { ...nothing, links: named };
    }),
  ];
}

/** What a document of the log says of it. */
export function removalOf({ dead = [], replaced = [], links = [] }: Partial<Removal>): Removal {
  return { dead, replaced, links };
}

/** The texts of links, for each uid of a template. */
export function textsByTemplate(links: readonly StoredLink[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const { template, text } of links) {
    const some = texts.get(template);
    if (some === undefined) texts.set(template, [text]);
    else some.push(text);
  }
  return texts;
}

/** Takes away what the revision `at` takes away by this part. */
export async function remove(
  { dead, replaced, links }: Removal,
  at: number,
  collections: Pick<Collections, 'policies' | 'links'>,
  options?: MongoOptions,
): Promise<void> {
  const older = { at: { $lt: at } };
  if (dead.length > 0) {
    await collections.links.remove(amongSeqs(dead), options);
    await collections.policies.removeFew(amongSeqs(dead), options);
  }
  if (replaced.length > 0) await collections.policies.removeFew({ ...amongSeqs(replaced), ...older }, options);
  for (const { template, texts } of links)
    await collections.links.removeFew({ template, text: { $in: texts }, ...older }, options);
}

/** Those in a row, as after a bulk load, by their ends: a server that goes through all documents compares each once. */
function amongSeqs(seqs: readonly number[]): object {
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)];
  return { seq: last - first + 1 === new Set(seqs).size ? { $gte: first, $lte: last } : { $in: seqs } };
}
