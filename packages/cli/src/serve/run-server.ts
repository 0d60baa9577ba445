import type { ServerConfig } from '@cardea/server/config';
import { Guard } from 'cardea';
import { readInput } from '../read-input.ts';
import { issuesFound } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { FollowedFiles } from './followed-files.ts';
import { lineLogger } from './line-logger.ts';
import type { ServerPackage } from './load-server.ts';
import { type PolicySource, secretsOf, withPolicies } from './policy-source.ts';
import { servedCallers } from './served-callers.ts';
import { servedEntities } from './served-entities.ts';

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
 */
export async function runServer(
  terminal: Terminal,
  config: ServerConfig,
  server: ServerPackage,
  tell: (running: RunningServer) => Promise<void>,
): Promise<void> {
  const logger = lineLogger(terminal, secretsOf(config, terminal));
  const followed = new FollowedFiles(logger);
  const directory = await servedEntities(terminal, config, server, followed);
  const authenticators = await servedCallers(terminal, config, server, { followed, logger });
  const pageSecrets = await readSecrets(terminal, config, server);
  await withPolicies(terminal, config, followed, async ({ storage, reading, description }) => {
    const { decide, listen, limits, administration, shutdown, reload } = config;
    const { combining, unknownDeny, residence } = decide;
    const { checker, functions } = reading;
    const { clock } = terminal;
    const guard = new Guard(storage, {
      checker,
      functions,
      combining,
      unknownDeny,
      policies: residence,
      logger,
      clock,
    });
    try {
      await guard.ready();
      const { bodyBytes: bodyLimit, requestMs: requestTimeoutMs, ...asked } = limits;
      const running = await server.createServer({
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
        ...(administration.enabled && { policies: storage }),
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
    }
  });
}

async function readSecrets(
  terminal: Terminal,
  { pages }: ServerConfig,
  { parsePageSecrets }: ServerPackage,
): Promise<readonly [Uint8Array, ...Uint8Array[]] | undefined> {
  if (pages.secrets === undefined) return undefined;
  const input = await readInput(terminal, pages.secrets);
  if (!input.ok) throw issuesFound(input.issues);
  return parsePageSecrets(input.value, pages.secrets);
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
