import { z } from 'zod';
import { filePath } from '../file-path.ts';

/** How callers say who they are; nobody is asked where nothing of it is there. */
export interface AuthenticationConfig {
  readonly apiKeys?: string;
}

/** The section `authentication`. */
export const authenticationConfig: z.ZodType<AuthenticationConfig> = z
  .strictObject({
    apiKeys: filePath
      .exactOptional()
      .describe('The file of API keys, as `cardea token` writes it. It holds digests, not keys.'),
  })
  .prefault({});
