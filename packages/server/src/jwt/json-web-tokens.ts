import { CardeaError, type Clock, type Logger, quote, systemClock } from 'cardea';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { z } from 'zod';
import { BEARER_CHALLENGE, bearerOf, invalidBearer, isApiKey } from '../auth/bearer.ts';
import { type Authenticator, type Caller, type Role, ROLES } from '../auth/caller.ts';
import { RequestError } from '../http/request-error.ts';
import { RemoteKeys } from './remote-keys.ts';
import { type TokenIssuer, tokenIssuer } from './token-issuer.ts';

/** What is needed besides issuers. */
export interface JsonWebTokensOptions {
  /** Told where keys cannot be read. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** The one of the machine when absent. */
  readonly fetch?: typeof fetch;
}

/** An issuer as it is said: what is absent counts as {@link TokenIssuer} has it. */
export type TokenIssuerInput = Pick<TokenIssuer, 'issuer' | 'audience' | 'jwksUrl'> & Partial<TokenIssuer>;

const LONGEST_TOKEN = 16_384;
const COOLDOWN_MS = 10_000;

/**
 * Callers who send `Authorization: Bearer` with a token of an issuer: a JWT (RFC 7519), signed, by a key of the issuer alone,
 * with an algorithm that is allowed, for this audience, that has not ended. Who sent it is `issuer#sub`, since two issuers may
 * mean two by one name.
 *
 * @throws CARDEA_INVALID_ARGUMENT when an issuer is not sound, or two are one
 *
 * @example
 * ```ts
 * const authenticators = [
 *   jsonWebTokens([
 *     { issuer: 'https://login.example.com', audience: 'pdp', jwksUrl: 'https://login.example.com/jwks', standardRoles: ['decider'] },
 *   ]),
 * ];
 * ```
 */
export function jsonWebTokens(
  issuers: readonly TokenIssuerInput[],
  { logger, clock = systemClock, fetch = globalThis.fetch }: JsonWebTokensOptions = {},
): Authenticator {
  const known = issuers.map(parseIssuer);
  const byName = new Map(
    known.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer, { logger, clock, fetch }) }]),
  );
  if (byName.size < known.length) throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'two issuers have one name');
  return {
    challenge: BEARER_CHALLENGE,
    authenticate: async (request) => {
      const token = bearerOf(request);
      if (token === undefined || isApiKey(token)) return undefined;
      const found = byName.get(issuerOf(token) ?? '');
      if (found === undefined) throw invalidBearer();
      return callerOf(await verified(token, { ...found, clock }), found.issuer);
    },
  };
}

function parseIssuer(input: TokenIssuerInput): TokenIssuer {
  const parsed: z.ZodSafeParseResult<TokenIssuer> = tokenIssuer.safeParse(input);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue];
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `issuer ${quote(input.issuer)}: ${path.join('.')}: ${message}`);
}

function keysOf(
  { jwksUrl: url, timeoutMs, refreshMs, staleMs }: TokenIssuer,
  options: { readonly logger: Logger | undefined; readonly clock: Clock; readonly fetch: typeof fetch },
): RemoteKeys {
  return new RemoteKeys({ url, timeoutMs, refreshMs, staleMs, cooldownMs: COOLDOWN_MS, ...options });
}

/** Who the token says issued it; nothing is believed of it but whose keys it is held against. */
function issuerOf(token: string): string | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verified(
  token: string,
  { issuer, keys, clock }: { readonly issuer: TokenIssuer; readonly keys: RemoteKeys; readonly clock: Clock },
): Promise<JWTPayload> {
  const { audience, algorithms, toleranceSeconds, maxAgeSeconds, type } = issuer;
  try {
    const { payload } = await jwtVerify(token, (header, jws) => keys.keyFor(header, jws), {
      issuer: issuer.issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(clock.now()),
      // One that never ends would be taken for ever after it was stolen.
      requiredClaims: ['exp'],
      ...(type !== undefined && { typ: type }),
      ...(maxAgeSeconds !== undefined && { maxTokenAge: maxAgeSeconds }),
    });
    return payload;
  } catch (error) {
    // What jose says is of the token; anything else is that its keys are not to be had.
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid)) throw invalidBearer();
    throw new RequestError(503, 'the credentials cannot be checked', { 'retry-after': '1' });
  }
}

function callerOf(payload: JWTPayload, { issuer, callerClaim, rolesClaim, roles, standardRoles }: TokenIssuer): Caller {
  const name = claimAt(payload, callerClaim);
  if (typeof name !== 'string' || name === '') throw invalidBearer();
  const values = textsOf(claimAt(payload, rolesClaim));
  const given = values.flatMap((value) =>
    roles === undefined
      ? ROLES.filter((role) => role === value)
      : Object.hasOwn(roles, value)
        ? (roles[value] ?? [])
        : [],
  );
  return { id: `${issuer}#${name}`, roles: [...new Set<Role>([...standardRoles, ...given])] };
}

/** The claim of a name, or else of names with dots between. */
function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((node, part) => {
    const isThere = typeof node === 'object' && node !== null && Object.hasOwn(node, part);
    return isThere ? (node as Readonly<Record<string, unknown>>)[part] : undefined;
  }, payload);
}

function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((part) => part !== '');
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : [];
}
