import type { Logger } from 'cardea';
import {
  type CryptoKey,
  EncryptJWT,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiKeys, type ApiResponse, createApiKey, decisionPoint } from '../src/index.ts';
import { jsonWebTokens, type TokenIssuerInput } from '../src/jwt/index.ts';
import { DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ISSUER = 'https://login.example';
const SOUND: TokenIssuerInput = {
  issuer: ISSUER,
  audience: 'pdp',
  jwksUrl: `${ISSUER}/jwks`,
  standardRoles: ['decider'],
};

interface Signer {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly alg: string;
  readonly kid: string;
}

async function signer(kid: string, alg = 'ES256'): Promise<Signer> {
  return { ...(await generateKeyPair(alg, { extractable: true })), alg, kid };
}

let own: Signer;
let other: Signer;
let rsa: Signer;

beforeAll(async () => {
  [own, other, rsa] = await Promise.all([signer('own'), signer('other'), signer('rsa', 'RS256')]);
});

async function keySet(...signers: readonly Signer[]): Promise<JSONWebKeySet> {
  const keys = await Promise.all(
    signers.map(async ({ publicKey, alg, kid }) => ({ ...(await exportJWK(publicKey)), alg, kid })),
  );
  return { keys };
}

const seconds = (after: number): number => Math.floor(NOW / 1000) + after;

const CLAIMS: JWTPayload = { iss: ISSUER, aud: 'pdp', sub: 'gateway', exp: seconds(60) };

function token(
  claims: Readonly<Record<string, unknown>> = {},
  by: Signer = own,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const payload = Object.fromEntries(
    Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload)
    .setProtectedHeader({ alg: by.alg, kid: by.kid, ...header })
    .sign(by.privateKey, { crit: { cardea: true } });
}

/** An issuer that answers with what it has now, and counts how often. */
class Issuer {
  count = 0;
  answer: () => Promise<Response>;

  constructor(set: JSONWebKeySet) {
    this.answer = async () => Response.json(set);
  }

  readonly fetch = async (): Promise<Response> => {
    this.count += 1;
    return this.answer();
  };
}

interface Point {
  readonly ask: (bearer: string | undefined, path?: string) => Promise<ApiResponse>;
  readonly issuer: Issuer;
  readonly pass: (ms: number) => void;
  readonly warnings: readonly object[];
}

async function pointOf(options: Partial<TokenIssuerInput> = {}, set?: JSONWebKeySet): Promise<Point> {
  let elapsed = 0;
  const warnings: object[] = [];
  const silent = (): void => undefined;
  const warn = (fields: object): void => void warnings.push(fields);
  const logger: Logger = { trace: silent, debug: silent, info: silent, warn, error: warn };
  const issuer = new Issuer(set ?? (await keySet(own)));
  const clock = { now: () => NOW, elapsed: () => elapsed };
  const { record } = await createApiKey({ id: 'k', roles: ['decider'] });
  const tokens = jsonWebTokens([{ ...SOUND, ...options }], { logger, clock, fetch: issuer.fetch });
  const handle = await decisionPoint({
    guard: libraryGuard(),
    directory: DIRECTORY,
    publicUrl: 'https://pdp.example',
    authenticators: [apiKeys([record], clock), tokens],
  });
  return {
    issuer,
    warnings,
    pass: (ms) => void (elapsed += ms),
    ask: (bearer, path = '/access/v1/evaluation') => {
      const headers = new Map([['content-type', 'application/json']]);
      if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
      const body = new TextEncoder().encode(JSON.stringify(PERMITTED));
      return handle({ method: 'POST', path, query: '', header: (name) => headers.get(name), body });
    },
  };
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of an issuer', () => {
  it('lets its caller ask, by every algorithm that is allowed', async () => {
    for (const by of [own, rsa]) {
      const { ask } = await pointOf({}, await keySet(own, rsa));
      expect(await ask(await token({}, by))).toMatchObject({ status: 200, body: '{"decision":true}' });
    }
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['for several', { aud: ['other', 'pdp'] }],
    ['that ended within the tolerance', { exp: seconds(-4) }],
    ['that begins within the tolerance', { nbf: seconds(4) }],
    ['with claims of the prototype', { constructor: 1, toString: 'x' }],
  ])('is taken: one %s', async (_, claims) => {
    const { ask } = await pointOf();
    expect((await ask(await token(claims))).status).toBe(200);
  });

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => token({ iss: 'https://other.example' })],
    ['of no issuer', () => token({ iss: undefined })],
    ['of an issuer whose name is a list', () => token({ iss: [ISSUER] })],
    ['for another audience', () => token({ aud: 'other' })],
    ['for an audience that begins alike', () => token({ aud: 'pdp2' })],
    ['for no audience', () => token({ aud: undefined })],
    ['that has ended', () => token({ exp: seconds(-6) })],
    ['that never ends', () => token({ exp: undefined })],
    ['whose end is a text', () => token({ exp: '9999999999' })],
    ['that does not begin yet', () => token({ nbf: seconds(6) })],
    ['without a caller', () => token({ sub: undefined })],
    ['of a caller without a name', () => token({ sub: '' })],
    ['of a caller who is a number', () => token({ sub: 7 })],
    ['signed by another key of the same name', async () => token({}, { ...other, kid: 'own' })],
    ['signed by a key that the issuer does not have', () => token({}, other)],
    ['signed by a key that it brings along', async () => token({}, other, { jwk: await exportJWK(other.publicKey) })],
    ['that says where its key is', () => token({}, other, { jku: 'https://evil.example/jwks' })],
    ['that says which certificate its key has', () => token({}, other, { x5u: 'https://evil.example/pem' })],
    ['with a critical header that nobody knows', () => token({}, own, { crit: ['cardea'], cardea: true })],
    ['that is not signed', async () => `${encoded({ alg: 'none' })}.${encoded(CLAIMS)}.`],
    ['that is not signed, written otherwise', async () => `${encoded({ alg: 'nOnE' })}.${encoded(CLAIMS)}.`],
    ['with the signature taken away', async () => (await token()).replace(/[^.]+$/, '')],
    [
      'with another algorithm in its header',
      async () => (await token()).replace(/^[^.]+/, encoded({ alg: 'ES384', kid: 'own' })),
    ],
    [
      'with other claims than were signed',
      async () => (await token()).replace(/\.[^.]+\./, `.${encoded({ ...CLAIMS, sub: 'admin' })}.`),
    ],
    [
      'that is encrypted',
      () => new EncryptJWT(CLAIMS).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(new Uint8Array(32)),
    ],
    ['of two parts', async () => (await token()).split('.').slice(0, 2).join('.')],
    ['of claims that are no object', async () => `${encoded({ alg: 'ES256' })}.${encoded([ISSUER])}.x`],
    ['that is longer than any', () => token({ padding: 'x'.repeat(20_000) })],
    ['that is none', async () => 'x'],
  ])('is not taken: one %s', async (_, make) => {
    const { ask } = await pointOf();
    for (const path of ['evaluation', 'evaluations', 'search/subject']) {
      const answer = await ask(await make(), `/access/v1/${path}`);
      expect(answer.status).toBe(401);
      expect(answer.body).toBe('{"error":"the credentials are not valid"}');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="cardea", error="invalid_token"');
    }
  });

  it('is not taken with a public key as the secret', async () => {
    const { ask } = await pointOf({}, await keySet(rsa));
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(rsa.publicKey)));
    const forged = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'rsa' }).sign(secret);
    expect((await ask(forged)).status).toBe(401);
  });

  it('is not taken by an algorithm that is not allowed', async () => {
    const { ask } = await pointOf({ algorithms: ['ES256'] }, await keySet(own, rsa));
    expect((await ask(await token({}, rsa))).status).toBe(401);
    expect((await ask(await token({}, own))).status).toBe(200);
  });

  it('is of a type, and not too old, where that is asked for', async () => {
    const { ask } = await pointOf({ type: 'at+jwt', maxAgeSeconds: 30 });
    const [young, old] = [{ iat: seconds(-30) }, { iat: seconds(-36) }];
    expect((await ask(await token(young, own, { typ: 'at+jwt' }))).status).toBe(200);
    expect((await ask(await token(young, own, { typ: 'JWT' }))).status).toBe(401);
    expect((await ask(await token(old, own, { typ: 'at+jwt' }))).status).toBe(401);
    expect((await ask(await token({}, own, { typ: 'at+jwt' }))).status).toBe(401);
  });

  it('leaves API keys and requests without credentials to others', async () => {
    const { ask, issuer } = await pointOf();
    expect((await ask(undefined)).headers['www-authenticate']).toBe('Bearer realm="cardea"');
    expect((await ask('cardea_x_y')).status).toBe(401);
    expect(issuer.count).toBe(0);
  });
});

describe('the roles of a token', () => {
  it.each<[string, Partial<TokenIssuerInput>, Readonly<Record<string, unknown>>, number]>([
    ['are those that all have', { standardRoles: ['decider'] }, {}, 200],
    ['are none where nobody says so', { standardRoles: [] }, {}, 403],
    ['are those of the claim', { standardRoles: [] }, { roles: ['x', 'decider'] }, 200],
    ['are those of a text with spaces', { standardRoles: [], rolesClaim: 'scope' }, { scope: 'openid decider' }, 200],
    ['are no part of a word', { standardRoles: [] }, { roles: 'deciders' }, 403],
    [
      'are in a claim of a claim',
      { standardRoles: [], rolesClaim: 'realm.roles' },
      { realm: { roles: ['decider'] } },
      200,
    ],
    [
      'are in a claim whose name has dots',
      { standardRoles: [], rolesClaim: 'https://a.b/roles' },
      { 'https://a.b/roles': ['decider'] },
      200,
    ],
    ['are not among what the prototype has', { standardRoles: [], rolesClaim: 'constructor.name' }, {}, 403],
    ['are mapped', { standardRoles: [], roles: { 'pdp-users': ['decider'] } }, { roles: ['pdp-users'] }, 200],
    [
      'are only mapped where there is a map',
      { standardRoles: [], roles: { x: ['decider'] } },
      { roles: ['decider'] },
      403,
    ],
    ['are not mapped by the prototype', { standardRoles: [], roles: {} }, { roles: ['constructor', '__proto__'] }, 403],
    ['are none where the claim is no text', { standardRoles: [] }, { roles: { decider: true } }, 403],
  ])('%s', async (_, options, claims, status) => {
    const { ask } = await pointOf(options);
    expect((await ask(await token(claims))).status).toBe(status);
  });
});

describe('the caller of a token', () => {
  it('is of its issuer, so that two issuers cannot mean one', async () => {
    const { fetch } = new Issuer(await keySet(own));
    const clock = { now: () => NOW, elapsed: () => 0 };
    const tokens = jsonWebTokens([{ ...SOUND, callerClaim: 'client_id' }], { clock, fetch });
    const authorization = `Bearer ${await token({ client_id: 'gateway' })}`;
    const header = (name: string): string | undefined => (name === 'authorization' ? authorization : undefined);
    const request = { method: 'POST', path: '/', query: '', header, body: new Uint8Array() };
    expect(await tokens.authenticate(request)).toEqual({ id: `${ISSUER}#gateway`, roles: ['decider'] });
  });
});

describe('the keys of an issuer', () => {
  it('are asked for once for many tokens', async () => {
    const { ask, issuer } = await pointOf();
    const answers = await Promise.all(Array.from({ length: 9 }, async () => ask(await token())));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.count).toBe(1);
  });

  it('are asked for again where a token has another, and not for every token that has none', async () => {
    const { ask, issuer, pass } = await pointOf();
    await ask(await token());
    pass(10_000);
    issuer.answer = async () => Response.json(await keySet(own, other));
    expect((await ask(await token({}, other))).status).toBe(200);
    const unknown = await signer('unknown');
    for (let at = 0; at < 9; at += 1) expect((await ask(await token({}, unknown))).status).toBe(401);
    expect(issuer.count).toBe(2);
    pass(10_000);
    expect((await ask(await token({}, unknown))).status).toBe(401);
    expect(issuer.count).toBe(3);
  });

  it('count no more when the issuer has taken them back', async () => {
    const { ask, issuer, pass } = await pointOf({ refreshMs: 60_000 });
    expect((await ask(await token())).status).toBe(200);
    issuer.answer = async () => Response.json(await keySet(other));
    pass(60_001);
    // This one still is answered by what is known; those that come after it are not.
    await ask(await token());
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await ask(await token())).status).toBe(401);
  });

  it('count for a time while the issuer does not answer, and then nobody knows', async () => {
    const { ask, issuer, pass, warnings } = await pointOf({ refreshMs: 60_000, staleMs: 600_000 });
    expect((await ask(await token())).status).toBe(200);
    issuer.answer = async () => new Response('', { status: 500 });
    pass(599_000);
    expect((await ask(await token())).status).toBe(200);
    pass(11_000);
    const answer = await ask(await token());
    expect([answer.status, answer.body]).toEqual([503, '{"error":"the credentials cannot be checked"}']);
    expect(warnings.length).toBeGreaterThan(0);
    const { count } = issuer;
    for (let at = 0; at < 9; at += 1) expect((await ask(await token())).status).toBe(503);
    expect(issuer.count).toBe(count);
    issuer.answer = async () => Response.json(await keySet(own));
    pass(10_000);
    expect((await ask(await token())).status).toBe(200);
  });

  it.each<[string, () => Promise<Response>]>([
    ['that fails', () => Promise.reject(new TypeError('fetch failed'))],
    ['that is no JSON', async () => new Response('<html>')],
    ['that is no set of keys', async () => Response.json({ keys: 'x' })],
    ['that is too long', async () => Response.json({ keys: [], padding: 'x'.repeat(600_000) })],
    ['of another status', async () => new Response('', { status: 404 })],
  ])('are not taken from an answer %s, and nobody is let in', async (_, answer) => {
    const { ask, issuer, warnings } = await pointOf();
    issuer.answer = answer;
    expect((await ask(await token())).status).toBe(503);
    expect(warnings).toHaveLength(1);
  });

  it('are not waited for longer than a time, nor fetched from where a redirect leads', async () => {
    const seen: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = (_, init) => {
      seen.push(init ?? {});
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    };
    const tokens = jsonWebTokens([{ ...SOUND, timeoutMs: 20 }], {
      clock: { now: () => NOW, elapsed: () => 0 },
      fetch,
    });
    const authorization = `Bearer ${await token()}`;
    const header = (): string => authorization;
    const asked = tokens.authenticate({ method: 'POST', path: '/', query: '', header, body: new Uint8Array() });
    await expect(asked).rejects.toMatchObject({ status: 503 });
    expect(seen[0]?.redirect).toBe('error');
  });
});

describe('an issuer', () => {
  it.each<[string, Partial<TokenIssuerInput>]>([
    ['without a name', { issuer: '' }],
    ['for no audience', { audience: '' }],
    ['whose keys come unprotected', { jwksUrl: 'http://login.example/jwks' }],
    ['whose keys are in a file', { jwksUrl: 'file:///jwks' }],
    ['whose keys need a password', { jwksUrl: 'https://a:b@login.example/jwks' }],
    ['that allows no algorithm', { algorithms: [] }],
    ['that allows tokens that are not signed', { algorithms: ['none' as never] }],
    ['that allows secrets', { algorithms: ['HS256' as never] }],
    ['of an unknown role', { standardRoles: ['root' as never] }],
  ])('is refused %s', (_, options) => {
    expect(() => jsonWebTokens([{ ...SOUND, ...options }])).toThrow(`issuer \`${options.issuer ?? ISSUER}\`: `);
  });

  it('is refused twice', () => {
    expect(() => jsonWebTokens([SOUND, SOUND])).toThrow('two issuers have one name');
  });
});
