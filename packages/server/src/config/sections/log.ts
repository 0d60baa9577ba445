import { z } from 'zod';

/** What the server writes of itself, a line of JSON each on the standard error. */
export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly requests: boolean;
}

/** The section `log`. */
export const logConfig: z.ZodType<LogConfig> = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('What is written at least; `debug` tells of every decision, which makes each dearer.'),
    requests: z
      .boolean()
      .default(false)
      .describe(
        'Whether each request has a line, at level `info`: method, documented path, status, duration, id; nothing of what was asked.',
      ),
  })
  .prefault({});
