import type { Authenticator } from '@cardea/server';
import type { ServerConfig } from '@cardea/server/config';
import type * as Tokens from '@cardea/server/jwt';
import type { Logger } from 'cardea';
import { loadDriver } from '../store/load-driver.ts';
import type { Terminal } from '../terminal.ts';
import type { FollowedFiles } from './followed-files.ts';
import type { ServerPackage } from './load-server.ts';
import { readDocument } from './read-data.ts';

/** At least one way to say who one is. */
export type Authenticators = readonly [Authenticator, ...Authenticator[]];

/**
 * How callers say who they are, as the configuration has it; undefined where nobody is asked.
 *
 * @throws with every issue of a file
 */
export async function servedCallers(
  terminal: Terminal,
  { authentication }: ServerConfig,
  server: ServerPackage,
  { followed, logger }: { readonly followed: FollowedFiles; readonly logger: Logger },
): Promise<Authenticators | undefined> {
  const { apiKeys, jwt, proxies } = authentication;
  const [first, ...rest] = [
    ...(apiKeys === undefined ? [] : [await keysOfFile(terminal, apiKeys, server, followed)]),
    ...(jwt.length === 0 ? [] : [(await loadTokens()).jsonWebTokens(jwt, { logger, clock: terminal.clock })]),
    ...proxies.map((proxy) => server.proxyCertificates(proxy)),
  ];
  return first === undefined ? undefined : [first, ...rest];
}

/** Checks tokens by the package `jose`, which only those install who take them. */
function loadTokens(): Promise<typeof Tokens> {
  return loadDriver('jose', () => import('@cardea/server/jwt'), '`authentication.jwt`');
}

async function keysOfFile(
  terminal: Terminal,
  path: string,
  { apiKeys, parseApiKeyDocument }: ServerPackage,
  followed: FollowedFiles,
): Promise<Authenticator> {
  let current = apiKeys([], terminal.clock);
  await followed.load({
    what: 'API keys',
    files: async () => [path],
    load: async () => {
      const { keys } = await readDocument(terminal, path, parseApiKeyDocument);
      current = apiKeys(keys, terminal.clock);
    },
  });
  return { challenge: current.challenge, authenticate: (request) => current.authenticate(request) };
}
