import { CardeaError, quote } from '../errors.ts';
import type { BulkOptions, PolicyChange } from '../ports/storage.ts';
import { requireBatch } from './arguments.ts';

const BATCH = 1000;

/**
 * Makes changes a batch at a time: what `addAll` and `linkAll` of a storage do by its `apply`.
 *
 * @param name what the items are called in errors
 * @throws CARDEA_INVALID_ARGUMENT when the items are no list, or `batch` no positive integer; whatever `apply` rejects with
 */
export async function writeInBatches<T>(
  name: string,
  items: Iterable<T> | AsyncIterable<T>,
  { batch = BATCH, onProgress }: BulkOptions,
  changeOf: (item: T) => PolicyChange,
  apply: (changes: readonly PolicyChange[]) => Promise<unknown>,
): Promise<void> {
  requireBatch(batch);
  if (!isIterable(items))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${name} must be a list, not ${quote(items)}`);
  let changes: PolicyChange[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    if (changes.length === 0) return;
    await apply(changes);
    done += changes.length;
    changes = [];
    await onProgress?.(done);
  };
  for await (const item of items) {
    changes.push(changeOf(item));
    if (changes.length === batch) await flush();
  }
  await flush();
}

function isIterable(items: unknown): items is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof items === 'object' && items !== null && (Symbol.asyncIterator in items || Symbol.iterator in items);
}
