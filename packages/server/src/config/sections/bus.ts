import { z } from 'zod';

/** How instances hear of changes of a store that tells nobody by itself. */
export interface BusConfig {
  readonly url?: string;
  readonly subject: string;
}

/** The section `bus`. */
export const busConfig: z.ZodType<BusConfig> = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        'The URL of NATS, by which instances tell each other that the store has changed: for stores that tell nobody, and are asked every second. A URL with a password is better named by the environment.',
      ),
    subject: z
      .string()
      .regex(/^[^\s.*>]+(?:\.[^\s.*>]+)*$/, 'must be the name of a subject, without wildcards')
      .default('cardea.changes')
      .describe('The subject: one of its own for each store.'),
  })
  .prefault({});
