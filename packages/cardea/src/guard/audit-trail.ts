import { REDACTED, type RedactedAttribute, type Redaction, redactionOf } from '../decide/explain-redact.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Decision, Diagnostic } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { AuditRecord, AuditSink } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** How a record tells which policies: their uids, their descriptions, how many, or nothing. */
export type AuditMessage = 'uid' | 'description' | 'count' | 'none';

/** What is audited, and where to. */
export interface AuditOptions {
  readonly sinks: readonly AuditSink[];
  /** `uid` when absent. */
  readonly message?: AuditMessage;
  /**
   * Attributes whose values no sink may see: `'subject.email'`, or the names one by one where a name has a dot.
   * With any, the messages of errors are left out too, because a function may quote what it was given.
   */
  readonly redact?: readonly RedactedAttribute[];
}

type DescriptionOf = (uid: string) => string | undefined;
type Describe = (uids: readonly string[], of: DescriptionOf) => string;

/** The message classes of vakt, each as text that can be parsed: a uid may contain any character. */
const MESSAGES: Readonly<Record<AuditMessage, Describe>> = {
  uid: (uids: readonly string[]) => JSON.stringify(uids),
  description: (uids: readonly string[], of: DescriptionOf) => JSON.stringify(uids.map((uid) => of(uid) ?? null)),
  count: (uids: readonly string[]) => `count = ${uids.length}`,
  none: () => '',
};

/** A decision to be recorded. */
export interface AuditedDecision {
  readonly inquiry: Inquiry;
  readonly decision: Decision;
  readonly describe: DescriptionOf;
  /** What `start` gave. */
  readonly startedMs: number;
}

/**
 * Hands every decision to the sinks. A sink that throws or rejects is logged and counted; the others still
 * get the record, and the decision stands.
 */
export class AuditTrail {
  readonly #sinks: readonly AuditSink[];
  readonly #tell: Describe;
  /** Whether records tell the descriptions of policies. */
  readonly describes: boolean;
  readonly #redaction: Redaction;
  readonly #redacts: boolean;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pending = new Set<Promise<void>>();
  #failures = 0;

  constructor(options: AuditOptions, clock: Clock, logger: Logger) {
    const { sinks, message = 'uid', redact = [] } = options;
    if (!Object.hasOwn(MESSAGES, message)) {
      throw new CardeaError(
        'CARDEA_INVALID_ARGUMENT',
        `unknown audit message ${quote(message)}; there are ${Object.keys(MESSAGES).join(', ')}`,
      );
    }
    this.#sinks = [...sinks];
    this.#tell = MESSAGES[message];
    this.describes = message === 'description' && sinks.length > 0;
    this.#redaction = redactionOf(redact);
    this.#redacts = redact.length > 0;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** How often a sink failed to take a record, or to flush. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether anybody is told of decisions. */
  get isWatched(): boolean {
    return this.#sinks.length > 0;
  }

  /** When something begins that is to be recorded: nobody looks at the clock for nothing. */
  start(): number {
    return this.isWatched ? this.#clock.elapsed() : 0;
  }

  record(audited: AuditedDecision): void {
    if (!this.isWatched) return;
    const record = this.#attempt(() => this.#recordOf(audited));
    if (record === undefined) return;
    for (const sink of this.#sinks) {
      const written = this.#attempt(() => sink.write(record));
      if (written !== undefined) this.#await(written);
    }
  }

  /** Waits until everything recorded so far has been written, and flushes the sinks. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    await Promise.all(this.#sinks.map(async (sink) => sink.flush?.()).map((flushed) => this.#guarded(flushed)));
  }

  #recordOf({ inquiry, decision, describe, startedMs }: AuditedDecision): AuditRecord {
    const { outcome, allowed, candidates, deciders, diagnostics, revision } = decision;
    return Object.freeze({
      time: new Date(this.#clock.now()).toISOString(),
      inquiry: this.#redaction.inquiry(inquiry),
      effect: allowed ? 'allow' : 'deny',
      outcome,
      candidates: this.#tell(candidates, describe),
      deciders: this.#tell(deciders, describe),
      diagnostics: this.#redacts ? diagnostics.map(withoutQuotes) : diagnostics,
      revision,
      durationMs: this.#clock.elapsed() - startedMs,
    });
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #await(written: Promise<void>): void {
    const pending = this.#guarded(written).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#logger.error({ err: error, failures: this.#failures }, 'an audit record was lost');
  }
}

function withoutQuotes(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.kind === 'error' ? { ...diagnostic, message: REDACTED } : diagnostic;
}
