import { type AuditRecord, formatRecord } from 'cardea/audit';
import type { DecisionLogOptions } from './decision-log.ts';

/** What is needed of a client of JetStream: what `jetstream(connection)` of the package `@nats-io/jetstream` gives fits. */
export interface JetStreamPublisher {
  /** Resolves when a stream has acknowledged the message. */
  publish(subject: string, payload: Uint8Array, options: { msgID: string }): Promise<unknown>;
}

/** Where records go. */
export interface NatsStreamOptions {
  /** `cardea.decisions` when absent. A stream has to take it: how much it keeps, and for how long, is its own matter. */
  readonly subject?: string;
  /** How long a record may be: what the server takes in one message (`max_payload`); 1,000,000 bytes when absent. */
  readonly maxBytes?: number;
}

/**
 * Hands records on to a stream of NATS JetStream: a message each, a record as JSON. A batch is written when the stream has
 * acknowledged all of it. One that is tried again has the ids of before, by which the stream leaves out what it already has
 * (for two minutes, where its `duplicate_window` says nothing else).
 *
 * A server refuses what is too long for a message each time, and a log that blocks would try for ever: of such a record
 * `time`, `effect`, `outcome`, `revision` and `durationMs` are sent, and as `omittedBytes` how long it was.
 *
 * @example
 * ```ts
 * const js = jetstream(await connect({ servers: 'nats.internal' }));
 * const log = decisionLog({ send: toNatsStream(js), whenFull: 'block' });
 * ```
 */
export function toNatsStream(
  client: JetStreamPublisher,
  { subject = 'cardea.decisions', maxBytes = 1_000_000 }: NatsStreamOptions = {},
): DecisionLogOptions['send'] {
  const ids = new WeakMap<AuditRecord, string>();
  const publish = (record: AuditRecord): Promise<unknown> => {
    const msgID = ids.get(record) ?? crypto.randomUUID();
    ids.set(record, msgID);
    return client.publish(subject, payloadOf(record, maxBytes), { msgID });
  };
  return async (records) => {
    // All of them first: what is still on its way would mix with the batch that is tried again.
    const failed = (await Promise.allSettled(records.map(publish))).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
}

const encoder = new TextEncoder();

function payloadOf(record: AuditRecord, maxBytes: number): Uint8Array {
  const payload = encoder.encode(formatRecord(record));
  if (payload.length <= maxBytes) return payload;
  const { time, effect, outcome, revision, durationMs } = record;
  return encoder.encode(JSON.stringify({ time, effect, outcome, revision, durationMs, omittedBytes: payload.length }));
}
