import { exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { type Asked, type Attack, written } from './attack.ts';
import type { Target } from './target.ts';
import { AUDIENCE, ISSUER } from './target-options.ts';

const CLAIMS: JWTPayload = { iss: ISSUER, aud: AUDIENCE, sub: 'mallory', roles: ['admin'] };
const WRITE: Asked = { method: 'DELETE', path: '/v1/policies/canary-policy', headers: ['If-Match: "1"'], body: '' };
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** Tokens that claim to be of an admin, with a write and with a decision. */
export const JWT_ATTACKS: readonly Attack[] = [
  forged('that is not signed', async () => `${part({ alg: 'none' })}.${part(ending(60))}.`),
  forged('that is not signed, in other letters', async () => `${part({ alg: 'NonE' })}.${part(ending(60))}.`),
  forged('that has ended', (target) => signed(target, ending(-3600))),
  forged('that never ends', (target) => signed(target, CLAIMS)),
  forged('for another audience', (target) => signed(target, { ...ending(60), aud: 'another' })),
  forged('for no audience', (target) => signed(target, { ...ending(60), aud: [] })),
  forged('of another issuer', (target) => signed(target, { ...ending(60), iss: 'https://evil.example' })),
  forged('that is not yet', (target) => signed(target, { ...ending(7200), nbf: inSeconds(3600) })),
  forged('with other claims than were signed', async (target) => {
    const [head, , signature] = (await signed(target, { ...ending(60), roles: [] })).split('.');
    return `${head}.${part(ending(60))}.${signature}`;
  }),
  forged('with the public key as its secret', async ({ issuer }) =>
    new SignJWT(ending(60))
      .setProtectedHeader({ alg: 'HS256', kid: 'own' })
      .sign(new TextEncoder().encode(await exportSPKI(issuer.publicKey))),
  ),
  forged('with a path as the name of its key', (target) => signed(target, ending(60), '../../etc/passwd')),
  forged('with SQL as the name of its key', (target) => signed(target, ending(60), "own' OR '1'='1")),
];

/** Claims of an admin that end so many seconds from now. */
export function ending(seconds: number): JWTPayload {
  return { ...CLAIMS, exp: inSeconds(seconds) };
}

function forged(name: string, token: (target: Target) => Promise<string>): Attack {
  return {
    name: `a token ${name}`,
    statuses: [401, 401],
    pieces: async (target) => {
      const header = `Authorization: Bearer ${await token(target)}`;
      const asked = [WRITE, {}].map((each: Asked) => ({
        ...each,
        as: 'nobody',
        headers: [...(each.headers ?? []), header],
      }));
      return asked.flatMap((each) => written(target, each as Asked));
    },
  };
}

/** A token of the issuer. */
export function signed({ issuer }: Target, claims: JWTPayload, kid = 'own'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(issuer.privateKey);
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
