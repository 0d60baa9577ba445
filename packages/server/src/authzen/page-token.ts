import { RequestError } from '../http/request-error.ts';

/** Where a search goes on. */
export interface PagePosition {
  /** How many results the pages have; null where the next page may say it. */
  readonly limit: number | null;
  /** The last id or name that was tried. */
  readonly after: string | undefined;
}

/** Makes tokens of positions, and positions of tokens. */
export interface PageTokens {
  /** @param request the search without its page, as a text that equal searches have in common */
  seal(position: PagePosition, request: string): Promise<string>;
  /** @throws RequestError 400 when the token was not made here, or for another search */
  open(token: string, request: string): Promise<PagePosition>;
}

interface Key {
  readonly seal: CryptoKey;
  readonly mac: CryptoKey;
}

const NONCE_BYTES = 12;
const LONGEST_TOKEN = 8192;
const UTF8 = new TextEncoder();

/**
 * Tokens that say nothing to anybody else and cannot be made or changed by anybody else, nor be used for another search:
 * AES-256-GCM over the position, bound to the request. The nonce is the HMAC of both (a synthetic initialisation vector,
 * as in RFC 8452's construction), so that equal searches have equal tokens and no server keeps a state.
 *
 * @param secrets at least 32 bytes each: tokens are made with the first, and those of all are taken, so that a secret can
 *   be replaced while searches go on
 */
export async function pageTokens(secrets: readonly [Uint8Array, ...Uint8Array[]]): Promise<PageTokens> {
  const keys = await Promise.all(secrets.map(deriveKey));
  const [first] = keys as [Key, ...Key[]];
  return {
    async seal({ limit, after }, request) {
      const text = UTF8.encode(JSON.stringify([limit, after ?? null]));
      const bound = UTF8.encode(request);
      const mac = await crypto.subtle.sign('HMAC', first.mac, concat(await digest(text), await digest(bound)));
      const iv = new Uint8Array(mac.slice(0, NONCE_BYTES));
      const algorithm = { name: 'AES-GCM', iv, additionalData: bound };
      const sealed = await crypto.subtle.encrypt(algorithm, first.seal, text);
      return toBase64Url(concat(iv, new Uint8Array(sealed)));
    },
    async open(token, request) {
      const bytes = token.length > LONGEST_TOKEN ? undefined : fromBase64Url(token);
      if (bytes === undefined) throw foreign();
      const additionalData = UTF8.encode(request);
      const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, NONCE_BYTES), additionalData };
      for (const { seal } of keys) {
        // One key after the other: there are two at most while one is replaced.
        // oxlint-disable-next-line no-await-in-loop
        const opened = await unlessForeign(crypto.subtle.decrypt(algorithm, seal, bytes.slice(NONCE_BYTES)));
        if (opened !== undefined) return positionOf(opened);
      }
      throw foreign();
    },
  };
}

function foreign(): RequestError {
  return new RequestError(400, '`page.token` is not of this search');
}

async function deriveKey(secret: Uint8Array): Promise<Key> {
  const base = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'HKDF', false, ['deriveKey']);
  const derivation = (info: string): HkdfParams => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: UTF8.encode(info),
  });
  const aes = { name: 'AES-GCM', length: 256 };
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  return {
    seal: await crypto.subtle.deriveKey(derivation('cardea page seal'), base, aes, false, ['encrypt', 'decrypt']),
    mac: await crypto.subtle.deriveKey(derivation('cardea page mac'), base, hmac, false, ['sign']),
  };
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

async function unlessForeign(opening: Promise<ArrayBuffer>): Promise<ArrayBuffer | undefined> {
  try {
    return await opening;
  } catch {
    return undefined;
  }
}

function positionOf(opened: ArrayBuffer): PagePosition {
  const [limit, after] = JSON.parse(new TextDecoder().decode(opened)) as [number | null, string | null];
  return { limit, after: after ?? undefined };
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  const binary = unlessInvalid(() => atob(text.replaceAll('-', '+').replaceAll('_', '/')));
  return binary === undefined ? undefined : Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function unlessInvalid(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
