import { z } from 'zod';

/** How the server ends. */
export interface ShutdownConfig {
  readonly drainMs: number;
  readonly timeoutMs: number;
}

/** The section `shutdown`. */
export const shutdownConfig: z.ZodType<ShutdownConfig> = z
  .strictObject({
    drainMs: z
      .int()
      .min(0)
      .default(1000)
      .describe(
        'How long the server still takes requests after it was told to end, in milliseconds, while it says that it is not ready and closes each connection with its next answer.',
      ),
    timeoutMs: z
      .int()
      .min(1)
      .default(10_000)
      .describe('How long it then waits for requests that are not yet answered, in milliseconds.'),
  })
  .prefault({});
