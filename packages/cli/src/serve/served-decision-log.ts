import { appendFile } from 'node:fs/promises';
import type { DecisionLog, DecisionLogOptions } from '@cardea/server/observe';
import type { DecisionsConfig, ServerConfig } from '@cardea/server/config';
import { type GuardOptions, type Logger, quote } from 'cardea';
import { fileSink } from 'cardea/audit/file';
import { connectRedis } from '../store/connect-redis.ts';
import { loadDriver } from '../store/load-driver.ts';
import { connectNats } from './connect-nats.ts';
import type { ServerPackage } from './load-server.ts';
import { type LogServer, parseLogAddress, unreachable } from './log-address.ts';

/** The log of decisions that a configuration names, where it names one. */
export interface ServedDecisionLog {
  readonly log?: DecisionLog;
  /** What makes a guard write to it. */
  readonly audit: Pick<GuardOptions, 'audit'>;
  /** Writes what waits, and ends the connection. */
  readonly close: () => Promise<void>;
}

/** Where records go, and how that ends. */
interface Destination {
  readonly send: DecisionLogOptions['send'];
  readonly close: () => Promise<void>;
}

/**
 * Opens the log of decisions. A place that cannot be written to keeps the server from starting.
 *
 * @throws CARDEA_IO
 */
export async function servedDecisionLog(
  { observe: { decisions } }: ServerConfig,
  server: ServerPackage,
  logger: Logger,
): Promise<ServedDecisionLog> {
  if (decisions === undefined) return { audit: {}, close: async () => undefined };
  const { whenFull, capacity, waitMs, redact } = decisions;
  const { send, close } = await openDestination(decisions, server);
  const log = server.decisionLog({ send, whenFull, capacity, waitMs, logger });
  return {
    log,
    audit: { audit: { sinks: [log], redact } },
    close: async () => {
      await log.close();
      await close();
      if (log.dropped > 0) logger.warn({ dropped: log.dropped }, 'decisions were not recorded');
    },
  };
}

async function openDestination(decisions: DecisionsConfig, server: ServerPackage): Promise<Destination> {
  const address = parseLogAddress(decisions.to);
  return address.kind === 'file'
    ? openFile(address.path, decisions, server)
    : OPEN[address.kind](address, decisions, server);
}

const KEY = 'observe.decisions.to';

async function openFile(
  path: string,
  { maxBytes, maxFiles }: DecisionsConfig,
  { toSink }: ServerPackage,
): Promise<Destination> {
  await appendFile(path, '', { mode: 0o600 }).catch((error: unknown) => {
    throw unreachable(KEY, { label: path, secrets: [] }, error);
  });
  const sink = fileSink(path, { maxBytes, maxFiles });
  return { send: toSink(sink), close: () => sink.close() };
}

type Open = (address: LogServer, decisions: DecisionsConfig, server: ServerPackage) => Promise<Destination>;

/** What a message has beside the record, generously. */
const HEADERS_BYTES = 1024;

const OPEN: Readonly<Record<LogServer['kind'], Open>> = {
  redis: async (address, { stream: key = 'cardea:decisions', maxLength }, { toRedisStream }) => {
    const client = await connectRedis(address.url, 'lasting').catch((error: unknown) => {
      throw unreachable(KEY, address, error);
    });
    return { send: toRedisStream(client, { key, maxLength }), close: async () => client.destroy() };
  },
  nats: async (address, { stream: subject = 'cardea.decisions' }, { toNatsStream }) => {
    const driver = await loadDriver('@nats-io/jetstream', () => import('@nats-io/jetstream'), quote(KEY));
    const connection = await connectNats(address, KEY);
    try {
      const { streams } = await driver.jetstreamManager(connection);
      // A subject that no stream takes would lose all.
      await streams.find(subject);
    } catch (error) {
      await connection.close();
      throw unreachable(KEY, address, error);
    }
    const { max_payload: most = 1 << 20 } = connection.info ?? {};
    const send = toNatsStream(driver.jetstream(connection), { subject, maxBytes: most - HEADERS_BYTES });
    return { send, close: () => connection.close() };
  },
};
