import { z } from 'zod';
import { filePath } from '../file-path.ts';

/** What tokens of pages are made with. */
export interface PagesConfig {
  readonly secrets?: string;
}

/** The section `pages`. */
export const pagesConfig: z.ZodType<PagesConfig> = z
  .strictObject({
    secrets: filePath
      .exactOptional()
      .describe(
        'A file with a secret a line, each of at least 32 random bytes in Base64. Tokens are made with the first, and those of all are taken. Several instances need the same; when absent, tokens are of this process alone.',
      ),
  })
  .prefault({});
