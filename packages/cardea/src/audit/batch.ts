import { CardeaError, quote } from '../errors.ts';
import type { AuditRecord, AuditSink } from '../ports/audit.ts';

/**
 * A sink that hands records on in batches: to a database or a queue, where one call for many is cheaper. A batch
 * goes out when it is full, and on `flush` and `close`; batches go one after the other.
 *
 * @param send takes a batch; when it rejects, the batch is lost and the guard told
 * @param options.size records a batch
 * @throws CARDEA_INVALID_ARGUMENT when `size` is no positive integer
 *
 * @example
 * ```ts
 * const sink = batchSink(async (records) => db.insertInto('audit').values(records).execute(), { size: 100 });
 * ```
 */
export function batchSink(
  send: (records: readonly AuditRecord[]) => Promise<void>,
  options: { readonly size: number },
): AuditSink {
  const { size } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `size must be a whole number of at least 1, not ${quote(String(size))}`,
    );
  }
  let batch: AuditRecord[] = [];
  let sending: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    if (batch.length === 0) return sending;
    const full = batch;
    batch = [];
    const sent = sending.then(() => send(full));
    // Whoever caused this batch hears of its failure; the next batch goes out all the same.
    sending = sent.catch(() => undefined);
    return sent;
  };
  return {
    write: (record) => {
      batch.push(record);
      return batch.length < size ? undefined : flush();
    },
    flush,
    close: flush,
  };
}
