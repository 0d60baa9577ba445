import type { AuditSink } from '../ports/audit.ts';

/**
 * One sink of several: each gets every record although another fails, and what failed is thrown together, so that the
 * guard sees it.
 *
 * @example
 * ```ts
 * const sink = batchSink(teeSink(fileSink('audit.ndjson'), mySink), { size: 100 });
 * ```
 */
export function teeSink(...sinks: readonly AuditSink[]): AuditSink {
  return {
    write: (record) => settle(sinks, (sink) => sink.write(record)),
    flush: () => settle(sinks, (sink) => sink.flush?.()),
    close: () => settle(sinks, (sink) => sink.close?.()),
  };
}

async function settle(sinks: readonly AuditSink[], work: (sink: AuditSink) => void | Promise<void>): Promise<void> {
  const settled = await Promise.allSettled(sinks.map(async (sink) => work(sink)));
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} audit sinks failed`);
}
