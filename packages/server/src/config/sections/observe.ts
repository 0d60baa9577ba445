import { z } from 'zod';
import { logName } from '../file-path.ts';

/** What operators see of the server. */
export interface ObserveConfig {
  readonly metrics: boolean;
  readonly traces: boolean;
  readonly decisions?: DecisionsConfig;
}

/** Where every decision is recorded, and what happens while that fails. */
export interface DecisionsConfig {
  readonly to: string;
  readonly whenFull: 'block' | 'drop';
  readonly capacity: number;
  readonly waitMs: number;
  readonly redact: readonly string[];
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly stream?: string;
  readonly maxLength: number;
}

const decisions: z.ZodType<DecisionsConfig> = z.strictObject({
  to: logName.describe(
    'Where: a file of this process alone, the URL of Redis, or that of NATS. A URL with a password is better named by the environment.',
  ),
  whenFull: z
    .enum(['block', 'drop'])
    .describe(
      'While records cannot be written and `capacity` of them wait: requests wait and are then answered with 503, or records are lost and counted.',
    ),
  capacity: count(10_000, 'How many records may wait.'),
  waitMs: count(1000, 'How long a request waits for room before it is answered with 503, in milliseconds.'),
  redact: z
    .array(z.string().min(1))
    .default([])
    .describe('Attributes whose values are left out, such as `subject.email`.'),
  maxBytes: count(64 * 1024 * 1024, 'Of a file: the size at which it is moved aside, in bytes.'),
  maxFiles: count(5, 'Of a file: how many older ones stay.'),
  stream: z
    .string()
    .min(1)
    .exactOptional()
    .describe(
      'Of Redis the key of the stream, `cardea:decisions` when absent; of NATS the subject, `cardea.decisions`, which a stream has to take.',
    ),
  maxLength: count(1_000_000, 'Of Redis: about how many records the stream keeps.'),
});

/** The section `observe`. */
export const observeConfig: z.ZodType<ObserveConfig> = z
  .strictObject({
    metrics: z
      .boolean()
      .default(false)
      .describe('Whether `/metrics` tells Prometheus of the server. Needs the package `prom-client`.'),
    traces: z
      .boolean()
      .default(false)
      .describe(
        'Whether each request is a span of OpenTelemetry. Needs the package `@opentelemetry/api`, and an SDK that is loaded before, by `node --import`.',
      ),
    decisions: decisions.exactOptional(),
  })
  .prefault({});

function count(standard: number, meaning: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).default(standard).describe(meaning);
}
