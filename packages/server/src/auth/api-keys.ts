import { CardeaError, type Clock, quote, systemClock } from 'cardea';
import { BEARER_CHALLENGE, bearerOf, invalidBearer, isApiKey } from './bearer.ts';
import { type Authenticator, type Caller, type Role, ROLES } from './caller.ts';

const FORM = /^cardea_([a-z0-9-]{1,64})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;

/** What is kept of a key: nobody can ask with it. */
export interface ApiKeyRecord {
  /** Of small letters, digits and `-`, at most 64; a part of the key. A caller may have several keys while one is replaced. */
  readonly id: string;
  /** Who asks with it; the id of the key when absent. */
  readonly caller?: string;
  /** SHA-256 of the key, 64 hexadecimal digits. The key is 32 random bytes, so that no slower hash is needed. */
  readonly sha256: string;
  readonly roles: readonly Role[];
  /** From when on it counts no more: a date-time of RFC 3339. Never, when absent. */
  readonly expires?: string;
}

/** What a new key is for. */
export type ApiKeyOptions = Omit<ApiKeyRecord, 'sha256'>;

/**
 * Makes a key, which is shown once, and what is kept of it.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the id, a role or the date is none
 *
 * @example
 * ```ts
 * const { key, record } = await createApiKey({ id: 'gateway-1', roles: ['decider'] });
 * ```
 */
export async function createApiKey(
  options: ApiKeyOptions,
): Promise<{ readonly key: string; readonly record: ApiKeyRecord }> {
  const secret = base64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  const key = `cardea_${options.id}_${secret}`;
  const record = { ...options, sha256: await sha256(key) };
  requireRecord(record);
  return { key, record };
}

/**
 * Callers who send `Authorization: Bearer cardea_…`.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a record is not sound, or two have one id
 *
 * @example
 * ```ts
 * const authenticators = [apiKeys([record])];
 * ```
 */
export function apiKeys(records: readonly ApiKeyRecord[], clock: Clock = systemClock): Authenticator {
  records.forEach(requireRecord);
  const byId = new Map(records.map((record) => [record.id, record]));
  if (byId.size < records.length) throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'two keys have one id');
  return {
    challenge: BEARER_CHALLENGE,
    authenticate: async (request) => {
      const key = bearerOf(request);
      if (key === undefined || !isApiKey(key)) return undefined;
      const record = byId.get(FORM.exec(key)?.[1] ?? '');
      // The same for a key that is not there, is wrong or has ended: nobody learns which ids there are.
      const digest = await sha256(key);
      if (record === undefined || !isSame(digest, record.sha256.toLowerCase()) || hasEnded(record, clock))
        throw invalidBearer();
      return callerOf(record);
    },
  };
}

function callerOf({ id, caller = id, roles }: ApiKeyRecord): Caller {
  return { id: caller, roles };
}

function hasEnded({ expires }: ApiKeyRecord, clock: Clock): boolean {
  return expires !== undefined && clock.now() >= Date.parse(expires);
}

/** Takes the same time wherever two digests differ. */
function isSame(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at += 1) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

function requireRecord({ id, sha256: digest, roles, expires }: ApiKeyRecord): void {
  const problem = !/^[a-z0-9-]{1,64}$/.test(id)
    ? 'the id is not 1 to 64 small letters, digits and `-`'
    : !/^[0-9a-f]{64}$/i.test(digest)
      ? '`sha256` is not 64 hexadecimal digits'
      : roles.length === 0 || roles.some((role) => !ROLES.includes(role))
        ? `the roles are not among ${ROLES.join(', ')}`
        : expires !== undefined && Number.isNaN(Date.parse(expires))
          ? '`expires` is no date-time'
          : undefined;
  if (problem !== undefined) throw new CardeaError('CARDEA_INVALID_ARGUMENT', `API key ${quote(id)}: ${problem}`);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
