import { z } from 'zod';

/** Where the server listens. */
export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly workers: number;
}

/** The section `listen`. */
export const listenConfig: z.ZodType<ListenConfig> = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('The address to listen at. One that others reach needs `authentication`.'),
    port: z.int().min(0).max(65_535).default(8080).describe('The port to listen at; 0 for a free one.'),
    publicUrl: z
      .string()
      .min(1)
      .exactOptional()
      .describe('How callers reach the server, such as `https://pdp.example.com`; where it listens when absent.'),
    workers: z
      .int()
      .min(1)
      .max(1024)
      .default(1)
      .describe('How many threads answer, each on a core of its own, over one index in memory that they share.'),
  })
  .prefault({});
