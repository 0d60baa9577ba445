export { batchSink } from './batch.ts';
export { consoleSink, formatRecord, type LineWriter } from './console.ts';
export { type MemorySink, memorySink } from './memory.ts';
export { teeSink } from './tee.ts';
export type { AuditRecord, AuditSink } from '../ports/audit.ts';
