import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type AuditSink, CardeaError, quote } from 'cardea';
import { fileSink } from 'cardea/audit/file';
import { reasonOf } from './read-input.ts';
import type { Terminal } from './terminal.ts';

/** An audit file, and the means to wait for it. */
export interface AuditFile {
  readonly sinks: readonly AuditSink[];
  /**
   * Waits until everything that was recorded so far is written, so that records do not pile up in memory.
   *
   * @throws CARDEA_IO when a record was lost: no answer may be told that the audit does not have
   */
  readonly settle: () => Promise<void>;
  /** @throws CARDEA_IO when a record was lost, or the disk does not take the last of them */
  readonly close: () => Promise<void>;
}

/** Records nothing. */
export const NO_AUDIT: AuditFile = { sinks: [], settle: async () => undefined, close: async () => undefined };

/**
 * A file that every decision is appended to, as one line of JSON each.
 *
 * @throws CARDEA_IO when the file cannot be written: before anything is decided, not after
 */
export async function openAuditFile(terminal: Terminal, path: string): Promise<AuditFile> {
  const absolute = resolve(terminal.cwd, path);
  await appendFile(absolute, '', { mode: 0o600 }).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  // The user named one file and gets it whole: nothing is rotated away.
  const sink = fileSink(absolute, { maxBytes: Number.MAX_SAFE_INTEGER, maxFiles: 1 });
  let last: Promise<void> = Promise.resolve();
  let lost: unknown;
  const write: AuditSink['write'] = (record) => {
    last = Promise.resolve(sink.write(record)).catch((error: unknown) => {
      lost ??= error;
    });
    return last;
  };
  const settle = async (): Promise<void> => {
    await last;
    if (lost !== undefined) throw unwritable(path, lost);
  };
  const close = async (): Promise<void> => {
    await last;
    await sink.close().catch((error: unknown) => {
      lost ??= error;
    });
    await settle();
  };
  return { sinks: [{ write }], settle, close };
}

function unwritable(path: string, error: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_IO',
    `the audit file ${quote(path)} cannot be written: ${reasonOf((error as Error).cause ?? error)}`,
    {
      cause: error,
    },
  );
}
