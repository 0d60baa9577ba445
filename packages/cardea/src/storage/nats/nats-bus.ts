import type { ChangeBus } from '../../ports/change-bus.ts';

/** What is needed of a connection to NATS: that of `@nats-io/transport-node`, or of another transport, fits as it is. */
export interface NatsClient {
  publish(subject: string, payload: string): void;
  subscribe(
    subject: string,
    options: { callback(error: Error | null, message: { string(): string }): void },
  ): { unsubscribe(): void };
}

/** Which messages are those of a storage. */
export interface NatsBusOptions {
  /** One of its own for each storage: who hears of another one asks for nothing. `cardea.changes` when absent. */
  readonly subject?: string;
}

/**
 * Word of changes over NATS, for storages whose database tells of none: SQLite, MySQL and MariaDB, MongoDB without change
 * streams. A message is a revision and nothing more, delivered once or never (core NATS): who hears one asks the storage, and
 * who hears none asks it every `pollMs` as without a bus. The connection stays yours.
 *
 * @example
 * ```ts
 * const connection = await connect({ servers: 'nats.internal' });
 * const storage = sqlStorage(kysely, { bus: natsBus(connection) });
 * ```
 */
export function natsBus(client: NatsClient, { subject = 'cardea.changes' }: NatsBusOptions = {}): ChangeBus {
  return {
    tell: (revision) => client.publish(subject, String(revision)),
    listen: (listener) => {
      const subscription = client.subscribe(subject, {
        callback: (error, message) => {
          const revision = error === null ? revisionOf(message.string()) : undefined;
          if (revision !== undefined) listener(revision);
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}

function revisionOf(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
