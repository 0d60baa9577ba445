import { CardeaError, quote } from 'cardea';
import { type CryptoKey, importJWK, importPKCS8, type JWK, SignJWT } from 'jose';
import type { SignMetadata } from '../authzen/metadata.ts';
import type { TokenAlgorithm } from './token-issuer.ts';

/** What metadata is signed with. */
export interface MetadataSignerOptions {
  /** The private key: PEM (PKCS #8) or a JWK in JSON. */
  readonly key: string;
  readonly algorithm: TokenAlgorithm;
  /** By what name those who verify know the key (`kid`); that of the JWK when absent. */
  readonly keyId?: string;
}

/**
 * Signs the metadata of a decision point (AuthZEN 1.0 §9.1.3), as JWT.
 *
 * @throws CARDEA_INVALID_DOCUMENT when the key is no private key of the algorithm; the message repeats nothing of it
 *
 * @example
 * ```ts
 * const signMetadata = await metadataSigner({ key: await readFile('metadata.pem', 'utf8'), algorithm: 'ES256', keyId: '2026' });
 * const server = await createServer({ guard, publicUrl: 'https://pdp.example.com', signMetadata });
 * ```
 */
export async function metadataSigner({ key, algorithm, keyId }: MetadataSignerOptions): Promise<SignMetadata> {
  const jwk = parseJwk(key);
  const kid = keyId ?? jwk?.kid;
  const header = { alg: algorithm, ...(kid !== undefined && { kid }) };
  const secret = await privateKey(key, jwk, algorithm);
  const sign: SignMetadata = (claims) => new SignJWT(claims).setProtectedHeader(header).setIssuedAt().sign(secret);
  // Once, so that a key that does not fit is told of now.
  await sign({}).catch(() => {
    throw unfit(algorithm);
  });
  return sign;
}

function parseJwk(text: string): JWK | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as JWK;
  } catch {
    return undefined;
  }
}

async function privateKey(pem: string, jwk: JWK | undefined, algorithm: TokenAlgorithm): Promise<CryptoKey> {
  try {
    const key = jwk === undefined ? await importPKCS8(pem.trim(), algorithm) : await importJWK(jwk, algorithm);
    if (!(key instanceof Uint8Array) && key.type === 'private') return key;
  } catch {
    throw unfit(algorithm);
  }
  throw unfit(algorithm);
}

function unfit(algorithm: string): CardeaError {
  const message = `the key of the metadata is no private key for ${quote(algorithm)}, in PEM (PKCS #8) or as JWK`;
  return new CardeaError('CARDEA_INVALID_DOCUMENT', message);
}
