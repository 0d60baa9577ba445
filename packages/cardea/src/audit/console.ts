import type { AuditRecord, AuditSink } from '../ports/audit.ts';

/** What a console sink writes to: `console` fits. */
export interface LineWriter {
  info(line: string): void;
}

/**
 * A sink that writes each record as one line of JSON to the console.
 *
 * @param writer where to write; the runtime's console when absent
 *
 * @example
 * ```ts
 * new Guard(storage, { audit: { sinks: [consoleSink()] } });
 * ```
 */
export function consoleSink(writer: LineWriter = console): AuditSink {
  return { write: (record) => writer.info(formatRecord(record)) };
}

/**
 * A record as one line of JSON, without its end. JSON escapes line breaks, so a value cannot forge a line.
 *
 * @example
 * ```ts
 * appendFileSync('audit.ndjson', `${formatRecord(record)}\n`);
 * ```
 */
export function formatRecord(record: AuditRecord): string {
  return JSON.stringify(record);
}
