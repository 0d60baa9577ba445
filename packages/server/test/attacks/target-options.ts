import type { JWK } from 'jose';
import { type ApiKeyRecord, apiKeys, memoryDirectory } from '../../src/index.ts';
import { jsonWebTokens } from '../../src/jwt/index.ts';
import type { ServerOptions } from '../../src/node/index.ts';

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'pdp';
export const BODY_LIMIT = 64 * 1024;
export const REQUEST_TIMEOUT_MS = 500;

/** Who is known, as it can be handed to another thread. */
export interface KnownCallers {
  readonly records: readonly ApiKeyRecord[];
  /** The key of the issuer whose tokens count. */
  readonly jwk: JWK;
}

/** What a server that is attacked is told, besides its guard. @param tell takes what it logs */
export function targetOptions(
  { records, jwk }: KnownCallers,
  tell: (line: string) => void,
): Pick<ServerOptions, 'directory' | 'authenticators' | 'bodyLimit' | 'requestTimeoutMs' | 'limits' | 'logger'> {
  const tokens = jsonWebTokens([{ issuer: ISSUER, audience: AUDIENCE, jwksUrl: `${ISSUER}/jwks` }], {
    fetch: async () => Response.json({ keys: [jwk] }),
  });
  const log = (fields: object, message: string): void => {
    const { err, ...rest } = fields as { readonly err?: unknown };
    tell(`${message} ${JSON.stringify(rest)} ${err instanceof Error ? (err.stack ?? '') : ''}`);
  };
  return {
    directory: memoryDirectory({
      entities: [
        { type: 'user', id: 'alice' },
        { type: 'user', id: 'bob' },
        { type: 'book', id: 'a' },
        { type: 'book', id: 'b', properties: { 'canary-attribute': 'canary-value' } },
        { type: 'book', id: 'c' },
      ],
      actions: [{ name: 'read' }],
    }),
    authenticators: [apiKeys(records), tokens],
    bodyLimit: BODY_LIMIT,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    limits: { evaluations: 20, waitMs: 50 },
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  };
}
