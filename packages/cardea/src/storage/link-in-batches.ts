import { CardeaError, quote } from '../errors.ts';
import type { PolicyLink } from '../model/link.ts';
import type { LinkAllOptions, PolicyChange } from '../ports/storage.ts';
import { requireBatch } from './arguments.ts';

const BATCH = 1000;

/**
 * Makes links a batch at a time: what `linkAll` of a storage does by its `apply`.
 *
 * @throws CARDEA_INVALID_ARGUMENT when `links` is no list, or `batch` no positive integer; whatever `apply` rejects with
 */
export async function linkInBatches(
  links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>,
  { batch = BATCH, onProgress }: LinkAllOptions,
  apply: (changes: readonly PolicyChange[]) => Promise<unknown>,
): Promise<void> {
  requireBatch(batch);
  if (!isIterable(links)) throw new CardeaError('CARDEA_INVALID_ARGUMENT', `links must be a list, not ${quote(links)}`);
  let changes: PolicyChange[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    if (changes.length === 0) return;
    await apply(changes);
    done += changes.length;
    changes = [];
    await onProgress?.(done);
  };
  for await (const link of links) {
    changes.push({ type: 'link', link });
    if (changes.length === batch) await flush();
  }
  await flush();
}

function isIterable(links: unknown): links is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof links === 'object' && links !== null && (Symbol.asyncIterator in links || Symbol.iterator in links);
}
