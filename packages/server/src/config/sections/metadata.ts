import { z } from 'zod';
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from '../../jwt/token-issuer.ts';
import { filePath } from '../file-path.ts';

/** What the metadata is signed with. */
export interface MetadataConfig {
  readonly key?: string;
  readonly algorithm: TokenAlgorithm;
  readonly keyId?: string;
}

/** The section `metadata`. */
export const metadataConfig: z.ZodType<MetadataConfig> = z
  .strictObject({
    key: filePath
      .exactOptional()
      .describe(
        'A file with a private key, PEM (PKCS #8) or JWK: the metadata has a signed form then. Needs the package `jose`.',
      ),
    algorithm: z.enum(TOKEN_ALGORITHMS).default('ES256').describe('What the metadata is signed with.'),
    keyId: z
      .string()
      .min(1)
      .exactOptional()
      .describe('By what name those who verify know the key (`kid`); that of the JWK when absent.'),
  })
  .prefault({});
