import { CardeaError, errorMessage, quote } from '../errors.ts';
import type { AuditSink } from '../ports/audit.ts';
import { formatRecord } from './console.ts';
import { RotatingFile } from './file-rotating.ts';

/** How large audit files may grow. */
export interface FileSinkOptions {
  /** A file that would grow beyond this many bytes is rotated; 64 MiB when absent. */
  readonly maxBytes?: number;
  /** How many rotated files are kept, as `path.1` (the newest) to `path.N`; 5 when absent. */
  readonly maxFiles?: number;
}

/**
 * A sink that appends each record as one line of JSON (NDJSON) to a file of this process alone, readable by its
 * owner only. Records that come while the disk is busy are written together. `flush` waits until the disk
 * has them, `close` also closes the file.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a limit is no positive integer
 *
 * @example
 * ```ts
 * const sink = fileSink('audit.ndjson', { maxBytes: 10_000_000, maxFiles: 3 });
 * const guard = new Guard(storage, { audit: { sinks: [sink] } });
 * // at shutdown
 * await guard.close();
 * await sink.close();
 * ```
 */
export function fileSink(path: string, options: FileSinkOptions = {}): Required<AuditSink> {
  const { maxBytes = 64 * 1024 * 1024, maxFiles = 5 } = options;
  requirePositive('maxBytes', maxBytes);
  requirePositive('maxFiles', maxFiles);
  const file = new RotatingFile(path, { maxBytes, maxFiles });
  let waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let closed = false;

  // Work on the file goes one after the other, each piece also after one that failed.
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    const done = writing.then(work).catch((error: unknown) => {
      throw new CardeaError('CARDEA_IO', `cannot write ${quote(path)}: ${errorMessage(error)}`, { cause: error });
    });
    writing = done.catch(() => undefined);
    return done;
  };
  const drain = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    next = undefined;
    await file.append(lines);
  };
  return {
    write: (record) => {
      if (closed) throw new CardeaError('CARDEA_IO', `cannot write ${quote(path)}: the sink is closed`);
      waiting.push(`${formatRecord(record)}\n`);
      next ??= enqueue(drain);
      return next;
    },
    flush: () => enqueue(() => file.sync()),
    close: () => {
      closed = true;
      return enqueue(() => file.close());
    },
  };
}

function requirePositive(name: string, given: number): void {
  if (Number.isSafeInteger(given) && given > 0) return;
  throw new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `${name} must be a whole number of at least 1, not ${quote(String(given))}`,
  );
}
