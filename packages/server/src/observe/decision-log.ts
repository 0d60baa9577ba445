import { type AuditRecord, type AuditSink } from 'cardea/audit';
import { CardeaError, type Logger, quote } from 'cardea';
import { failureResponse } from '../http/api-handler.ts';
import { RequestError } from '../http/request-error.ts';
import type { Observer } from './observer.ts';

/** How a decision log writes, and what it does when it cannot. */
export interface DecisionLogOptions {
  /** Writes records, all or none; what rejects was not written. */
  readonly send: (records: readonly AuditRecord[]) => Promise<void>;
  /**
   * What happens while more than `capacity` records wait. `block`: requests wait until there is room, and are answered with
   * 503 after `waitMs`; a batch that cannot be written is tried again until it is. `drop`: further records, and batches that
   * cannot be written, are lost and counted.
   */
  readonly whenFull: 'block' | 'drop';
  /** 10,000 when absent. */
  readonly capacity?: number;
  /** 1000 when absent. */
  readonly waitMs?: number;
  /** Told when writing begins to fail. */
  readonly logger?: Logger;
}

/** A sink of a guard's audit, and an observer of the decision point over that guard. */
export interface DecisionLog extends AuditSink, Observer {
  /** Records that were lost. */
  readonly dropped: number;
  /** Records that are not written yet. */
  readonly waiting: number;
  flush(): Promise<void>;
  /** Writes what waits, once more at most, and takes nothing afterwards. */
  close(): Promise<void>;
}

const BATCH = 500;
const PAUSE_MS = 100;

/**
 * Writes every decision somewhere, by a policy for the time when that fails which somebody chose. Personal data: what is
 * written is what the guard's option `audit.redact` leaves.
 *
 * With `block` as many records as `capacity` are still lost when the process is killed; `close` writes them when it ends.
 *
 * @throws CARDEA_INVALID_ARGUMENT when `capacity` is no positive integer
 *
 * @example
 * ```ts
 * const log = decisionLog({ send: toSink(fileSink('decisions.ndjson')), whenFull: 'drop' });
 * const guard = new Guard(storage, { audit: { sinks: [log] } });
 * await createServer({ guard, observers: [log] });
 * ```
 */
export function decisionLog(options: DecisionLogOptions): DecisionLog {
  const { send, whenFull, capacity = 10_000, waitMs = 1000, logger } = options;
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `capacity must be a positive integer, not ${quote(capacity)}`);
  let queue: AuditRecord[] = [];
  let dropped = 0;
  let isFailing = false;
  let isClosed = false;
  let draining: Promise<void> | undefined;
  let wake: (() => void)[] = [];

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH);
      try {
        // One batch after the other: their order is that of the decisions.
        // oxlint-disable-next-line no-await-in-loop
        await send(batch);
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger?.error({ err: error }, 'decisions cannot be recorded');
        isFailing = true;
        if (whenFull === 'block' && !isClosed) {
          // oxlint-disable-next-line no-await-in-loop
          await pause(PAUSE_MS);
          continue;
        }
        dropped += batch.length;
      }
      queue = queue.slice(batch.length);
      if (queue.length < capacity) for (const each of wake.splice(0)) each();
    }
  };
  const start = (): void => {
    draining ??= drain().finally(() => {
      draining = undefined;
      // Whoever was waked wrote before this was known to have ended.
      if (queue.length > 0) start();
    });
  };
  const flush = async (): Promise<void> => {
    while (queue.length > 0) {
      start();
      // oxlint-disable-next-line no-await-in-loop
      await draining;
    }
  };
  const room = (): Promise<void> =>
    new Promise((resolve) => {
      wake.push(resolve);
      setTimeout(() => {
        wake = wake.filter((each) => each !== resolve);
        resolve();
      }, waitMs);
    });
  const isFull = (): boolean => whenFull === 'block' && queue.length >= capacity;

  return {
    get dropped() {
      return dropped;
    },
    get waiting() {
      return queue.length;
    },
    write: (record) => {
      // Blocked requests have not decided yet: what comes now was decided before.
      if (isClosed || (whenFull === 'drop' && queue.length >= capacity)) dropped += 1;
      else queue.push(record);
      start();
    },
    flush,
    close: async () => {
      isClosed = true;
      await flush();
    },
    observe: async ({ route, answer }) => {
      // Of the process itself, and not of policies.
      if (!isFull() || !route.includes('/access/')) return answer();
      await room();
      return isFull() ? failureResponse(FULL) : answer();
    },
  };
}

const FULL = new RequestError(503, 'decisions cannot be recorded', { 'retry-after': '1' });

/**
 * Hands records on to a sink of `cardea/audit`, such as that of a file which rotates.
 *
 * @example
 * ```ts
 * decisionLog({ send: toSink(fileSink('decisions.ndjson', { maxFiles: 10 })), whenFull: 'block' });
 * ```
 */
export function toSink(sink: Pick<AuditSink, 'write'>): DecisionLogOptions['send'] {
  return async (records) => {
    await Promise.all(records.map(async (record) => sink.write(record)));
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
