import { formatRecord } from 'cardea/audit';
import type { DecisionLogOptions } from './decision-log.ts';

/** What is needed of a client of Redis: that of the package `redis` fits. */
export interface StreamClient {
  sendCommand(command: string[]): Promise<unknown>;
}

/** Where records go. */
export interface RedisStreamOptions {
  /** The key of the stream; `cardea:decisions` when absent. */
  readonly key?: string;
  /** About how many entries it keeps, the newest ones; 1,000,000 when absent. */
  readonly maxLength?: number;
}

/**
 * Hands records on to a stream of Redis: an entry each, of which the field `record` is a line of JSON. Redis takes the commands
 * of a batch one by one, so that one which is tried again may be there in part: readers tell records by their content.
 *
 * @example
 * ```ts
 * const log = decisionLog({ send: toRedisStream(client, { maxLength: 100_000 }), whenFull: 'drop' });
 * ```
 */
export function toRedisStream(
  client: StreamClient,
  { key = 'cardea:decisions', maxLength = 1_000_000 }: RedisStreamOptions = {},
): DecisionLogOptions['send'] {
  return async (records) => {
    const limit = ['MAXLEN', '~', String(maxLength)];
    await Promise.all(
      records.map((record) => client.sendCommand(['XADD', key, ...limit, '*', 'record', formatRecord(record)])),
    );
  };
}
