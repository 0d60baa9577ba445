import { z } from 'zod';
import { type Role, ROLES } from '../auth/caller.ts';
import { isLoopback } from '../authzen/metadata.ts';

/** The algorithms that a token may be signed with: none by a secret that whoever checks could sign with, and not `none`. */
export const TOKEN_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

/** The name of an algorithm (RFC 7518 §3.1, RFC 8037, RFC 9864). */
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** Whose tokens are taken, and what they say of a caller. */
export interface TokenIssuer {
  /** What `iss` has to be. */
  readonly issuer: string;
  /** What `aud` has to be, or have among others: this decision point as the issuer calls it. */
  readonly audience: string;
  /** Where its keys are. */
  readonly jwksUrl: string;
  /** What its tokens may be signed with. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** What `typ` has to be, such as `at+jwt`; any when absent. */
  readonly type?: string;
  /** The claim that names the caller. */
  readonly callerClaim: string;
  /** The claim that has roles: a list, or a text with spaces between them; dots lead into claims. */
  readonly rolesClaim: string;
  /** Which roles a value of that claim gives; when absent, values that are names of roles give those. */
  readonly roles?: Readonly<Record<string, readonly Role[]>>;
  /** The roles that every valid token gives. */
  readonly standardRoles: readonly Role[];
  /** How far the clocks of the issuer and this machine may differ, in seconds. */
  readonly toleranceSeconds: number;
  /** How old a token may be, by its claim `iat`, in seconds; as old as it says when absent. */
  readonly maxAgeSeconds?: number;
  readonly timeoutMs: number;
  readonly refreshMs: number;
  readonly staleMs: number;
}

const roleList = z.array(z.enum(ROLES));

/** The schema of {@link TokenIssuer}, with what counts when nothing is said. */
export const tokenIssuer: z.ZodType<TokenIssuer> = z.strictObject({
  issuer: z.string().min(1).describe('What `iss` has to be.'),
  audience: z.string().min(1).describe('What `aud` has to be, or have among others.'),
  jwksUrl: z
    .string()
    .refine(isSafe, 'must be a URL of `https:`, or `http:` of this machine, without a name or a password')
    .describe('Where the keys of the issuer are (JWKS).'),
  algorithms: z
    .array(z.enum(TOKEN_ALGORITHMS))
    .min(1)
    .default(['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'])
    .describe('What tokens may be signed with.'),
  type: z.string().min(1).exactOptional().describe('What `typ` has to be, such as `at+jwt`; any when absent.'),
  callerClaim: z.string().min(1).default('sub').describe('The claim that names the caller.'),
  rolesClaim: z
    .string()
    .min(1)
    .default('roles')
    .describe('The claim that has roles, a list or a text with spaces; dots lead into claims: `realm_access.roles`.'),
  roles: z
    .record(z.string(), roleList)
    .exactOptional()
    .describe('Which roles a value of that claim gives; when absent, names of roles give those.'),
  standardRoles: roleList.default([]).describe('The roles that every valid token gives.'),
  toleranceSeconds: z.int().min(0).max(300).default(5).describe('How far clocks may differ, in seconds.'),
  maxAgeSeconds: z.int().min(1).exactOptional().describe('How old a token may be by its `iat`, in seconds.'),
  timeoutMs: z.int().min(1).default(5000).describe('How long a request for the keys may take, in milliseconds.'),
  refreshMs: z
    .int()
    .min(1000)
    .default(600_000)
    .describe('How old keys are before they are asked for again, in milliseconds.'),
  staleMs: z
    .int()
    .min(1000)
    .default(86_400_000)
    .describe('How old keys may be where the issuer does not answer, in milliseconds.'),
});

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
