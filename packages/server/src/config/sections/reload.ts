import { z } from 'zod';

/** How changes of files are noticed. */
export interface ReloadConfig {
  readonly everyMs: number;
}

/** The section `reload`. */
export const reloadConfig: z.ZodType<ReloadConfig> = z
  .strictObject({
    everyMs: z
      .int()
      .min(0)
      .default(2000)
      .describe(
        'How often the files of policies, entities and API keys are looked at for changes, in milliseconds; 0 for never.',
      ),
  })
  .prefault({});
