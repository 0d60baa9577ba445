import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';

/** One decision, as it is handed to audit sinks. */
export interface AuditRecord {
  /** When the decision was made, ISO 8601 in UTC. */
  readonly time: string;
  /** The inquiry, with the attributes that the guard was told to redact replaced. */
  readonly inquiry: Inquiry;
  readonly effect: 'allow' | 'deny';
  readonly outcome: Decision['outcome'];
  /** The candidates as the guard's message class tells them. */
  readonly candidates: string;
  readonly deciders: string;
  readonly diagnostics: Decision['diagnostics'];
  readonly revision: Decision['revision'];
  readonly durationMs: number;
}

/** Where audit records go. A sink that throws or rejects is reported to the logger and changes no decision. */
export interface AuditSink {
  write(record: AuditRecord): void | Promise<void>;
  /** Waits until everything written so far is safe. */
  flush?(): Promise<void>;
  close?(): Promise<void>;
}
