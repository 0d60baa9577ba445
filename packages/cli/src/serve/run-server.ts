import type { GatewayOptions, SignMetadata } from '@cardea/server';
import type { ServerConfig } from '@cardea/server/config';
import type { ServerOptions } from '@cardea/server/node';
import { Guard, type Storage } from 'cardea';
import { readInput } from '../read-input.ts';
import { issuesFound } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { configSecrets } from './config-problems.ts';
import { FollowedFiles } from './followed-files.ts';
import { lineLogger } from './line-logger.ts';
import { loadTokens, type ServerPackage } from './load-server.ts';
import { parseLogAddress } from './log-address.ts';
import { type PolicySource, withPolicies } from './policy-source.ts';
import { servedCallers } from './served-callers.ts';
import { servedDecisionLog } from './served-decision-log.ts';
import { servedEntities } from './served-entities.ts';
import { servedObservers } from './served-observers.ts';
import { type ServingPlace, servingPlace } from './serving-place.ts';

/** A server that listens, for whoever tells of it. */
export interface RunningServer {
  readonly url: string;
  readonly policies: PolicySource['description'];
  /** Whether callers have to say who they are. */
  readonly isAsking: boolean;
}

/**
 * Serves what a configuration says until the terminal is interrupted; then everybody who asked is answered first.
 *
 * @param tell called when the server listens
 * @param given where it runs, if not in the main thread
 */
export async function runServer(
  terminal: Terminal,
  config: ServerConfig,
  server: ServerPackage,
  tell: (running: RunningServer) => Promise<void>,
  given?: ServingPlace,
): Promise<void> {
  const place = given ?? (await servingPlace(config, server, withPolicies));
  const logger = lineLogger(terminal, { ...config.log, secrets: configSecrets(config, terminal) });
  const followed = new FollowedFiles(logger);
  const authenticators = await servedCallers(terminal, config, server, { followed, logger });
  const pageSecrets = await readSecrets(terminal, config, server);
  const signMetadata = await signerOf(terminal, config);
  await place.withPolicies(terminal, config, { followed, logger }, async (source) => {
    const { storage, reading, description, tables } = source;
    const directory = await servedEntities(terminal, config, server, { followed, logger, tables });
    const decisions = await servedDecisionLog(config, server, logger);
    const { decide, listen, limits, administration, shutdown, reload } = config;
    const { combining, unknownDeny, residence } = decide;
    const { checker, functions } = reading;
    const { clock } = terminal;
    const deciding = { checker, functions, combining, unknownDeny, clock };
    const guard = new Guard(storage, { ...deciding, ...decisions.audit, ...place.guard, policies: residence, logger });
    try {
      await guard.ready();
      const { bodyBytes: bodyLimit, requestMs: requestTimeoutMs, ...asked } = limits;
      const running = await place.start({
        ...listen,
        guard,
        logger,
        clock,
        limits: asked,
        bodyLimit,
        requestTimeoutMs,
        shutdown,
        ...(directory !== undefined && { directory }),
        ...(authenticators !== undefined && { authenticators }),
        ...(pageSecrets !== undefined && { pageSecrets }),
        ...(signMetadata !== undefined && { signMetadata }),
        gateways: gatewaysOf(config),
        ...(await servedObservers(config, server, { guard, logger, log: decisions.log })),
        ...(administration.enabled && {
          ...(await administrationOf(config, server, source)),
          policies: storage,
          guardOver: (trial: Storage) => new Guard(trial, deciding),
        }),
      });
      const leave = followed.start(reload.everyMs);
      try {
        await tell({ url: running.url, policies: description, isAsking: authenticators !== undefined });
        await interrupted(terminal.signal);
      } finally {
        await leave();
        await running.close();
      }
    } finally {
      await guard.close();
      await decisions.close();
    }
  });
}

function gatewaysOf({ gateways }: ServerConfig): GatewayOptions {
  const { kubernetes, ...rest } = gateways;
  return kubernetes ? { ...rest, kubernetes: {} } : rest;
}

async function administrationOf(
  { administration, observe: { decisions } }: ServerConfig,
  { fileHistory, ndjsonDecisionLog }: ServerPackage,
  { kysely }: PolicySource,
): Promise<Pick<ServerOptions, 'history' | 'decisionLog'>> {
  const { history, historyTable: table, decisionLog } = administration;
  const records = decisions === undefined ? undefined : parseLogAddress(decisions.to);
  const sample = decisionLog ?? (records?.kind === 'file' ? records.path : undefined);
  return {
    ...(history !== undefined && { history: fileHistory(history) }),
    ...(table !== undefined &&
      kysely && { history: (await import('@cardea/server/sql')).sqlHistory(kysely, { table }) }),
    ...(sample !== undefined && { decisionLog: ndjsonDecisionLog(sample) }),
  };
}

async function readSecrets(
  terminal: Terminal,
  { pages }: ServerConfig,
  { parsePageSecrets }: ServerPackage,
): Promise<readonly [Uint8Array, ...Uint8Array[]] | undefined> {
  if (pages.secrets === undefined) return undefined;
  return parsePageSecrets(await readSecret(terminal, pages.secrets), pages.secrets);
}

async function signerOf(terminal: Terminal, { metadata }: ServerConfig): Promise<SignMetadata | undefined> {
  const { key, ...rest } = metadata;
  if (key === undefined) return undefined;
  const { metadataSigner } = await loadTokens('`metadata.key`');
  return metadataSigner({ ...rest, key: await readSecret(terminal, key) });
}

async function readSecret(terminal: Terminal, path: string): Promise<string> {
  const input = await readInput(terminal, path);
  if (input.ok) return input.value;
  throw issuesFound(input.issues);
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
