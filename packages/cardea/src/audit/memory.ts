import type { AuditRecord, AuditSink } from '../ports/audit.ts';

/** A sink that keeps the last records. */
export interface MemorySink extends AuditSink {
  /** The records that are kept, oldest first. */
  readonly records: readonly AuditRecord[];
}

/**
 * A sink that keeps the last records in memory: for tests, and for showing recent decisions.
 *
 * @param size how many records are kept; 1000 when absent
 *
 * @example
 * ```ts
 * const sink = memorySink();
 * new Guard(storage, { audit: { sinks: [sink] } });
 * sink.records.at(-1)?.outcome;
 * ```
 */
export function memorySink(size = 1000): MemorySink {
  const records: AuditRecord[] = [];
  return {
    get records() {
      return [...records];
    },
    write: (record) => {
      records.push(record);
      if (records.length > size) records.shift();
    },
  };
}
