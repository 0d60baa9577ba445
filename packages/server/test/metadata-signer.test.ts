import { Guard, MemoryStorage } from 'cardea';
import { decodeProtectedHeader, exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { decisionPoint } from '../src/index.ts';
import { metadataSigner, type TokenAlgorithm } from '../src/jwt/index.ts';

const URL = 'https://pdp.example/tenant';

async function metadataBy(signMetadata: Awaited<ReturnType<typeof metadataSigner>>): Promise<Record<string, string>> {
  const handle = await decisionPoint({ guard: new Guard(new MemoryStorage()), publicUrl: URL, signMetadata });
  const path = '/.well-known/authzen-configuration/tenant';
  const answer = await handle({ method: 'GET', path, query: '', header: () => undefined, body: new Uint8Array() });
  return JSON.parse(answer.body) as Record<string, string>;
}

describe('signed metadata', () => {
  it.each<[TokenAlgorithm, 'PEM' | 'JWK']>([
    ['ES256', 'PEM'],
    ['ES256', 'JWK'],
    ['EdDSA', 'JWK'],
    ['RS256', 'PEM'],
  ])('says what the metadata says, by %s with a key as %s', async (algorithm, form) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: '2026' };
    const key = form === 'JWK' ? JSON.stringify(jwk) : await exportPKCS8(privateKey);
    const given = form === 'JWK' ? {} : { keyId: '2026' };
    const { signed_metadata: signed = '', ...plain } = await metadataBy(
      await metadataSigner({ key, algorithm, ...given }),
    );
    expect(decodeProtectedHeader(signed)).toEqual({ alg: algorithm, kid: '2026' });
    const { payload } = await jwtVerify(signed, publicKey, { issuer: URL });
    const { iss, iat, ...claims } = payload;
    expect([iss, typeof iat]).toEqual([URL, 'number']);
    expect(claims).toEqual(plain);
    const other = await generateKeyPair(algorithm);
    await expect(jwtVerify(signed, other.publicKey)).rejects.toThrow('signature verification failed');
  });

  it('is refused where the key is none, and the message repeats nothing of it', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const pem = await exportPKCS8(privateKey);
    const keys: readonly (readonly [string, TokenAlgorithm])[] = [
      ['S3CRET', 'ES256'],
      ['{"kty":"S3CRET"', 'ES256'],
      ['{"kty":"oct","k":"UzNDUkVU"}', 'ES256'],
      [JSON.stringify(await exportJWK(publicKey)), 'ES256'],
      [pem, 'RS256'],
      [pem.slice(0, 60), 'ES256'],
    ];
    for (const [key, algorithm] of keys) {
      const refused = await metadataSigner({ key, algorithm }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
      expect(refused).toBe(
        `the key of the metadata is no private key for \`${algorithm}\`, in PEM (PKCS #8) or as JWK`,
      );
    }
  });
});
