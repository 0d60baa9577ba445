import { open } from 'node:fs/promises';
import type { AuditRecord, Inquiry } from 'cardea';
import type { DecisionLog } from '../administration/dry-run.ts';

/** How many bytes of the end of the file are read at most. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The inquiries of a file of audit records, as `fileSink` of `cardea/audit/file` writes it; its last 16 MiB.
 *
 * @example
 * ```ts
 * const decisionLog = ndjsonDecisionLog('audit.ndjson');
 * ```
 */
export function ndjsonDecisionLog(path: string): DecisionLog {
  return {
    async latest(limit) {
      const lines = (await tailOf(path)).split('\n').filter((line) => line !== '');
      return lines
        .slice(-limit)
        .toReversed()
        .map((line): Inquiry => (JSON.parse(line) as AuditRecord).inquiry);
    },
  };
}

/** Whole lines. */
async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    const end = text.lastIndexOf('\n') + 1;
    return text.slice(start === 0 ? 0 : text.indexOf('\n') + 1, end);
  } finally {
    await file.close();
  }
}
