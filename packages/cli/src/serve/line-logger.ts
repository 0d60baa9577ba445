import { errorMessage, isCardeaError, type Logger } from 'cardea';
import type { Terminal } from '../terminal.ts';

/** The levels that are written: what a server does a thousand times a second is not among them. */
const LEVELS = ['info', 'warn', 'error'] as const;

/**
 * Writes a line of JSON for each record to the standard error, in the members that pino has: `level`, `time`, `msg`.
 *
 * @param secrets texts that no line may contain
 */
export function lineLogger({ stderr, clock }: Terminal, secrets: readonly string[]): Logger {
  const write = (level: (typeof LEVELS)[number]) => (fields: object, message: string) => {
    const record = { level, time: new Date(clock.now()).toISOString(), ...fields, msg: message };
    const line = JSON.stringify(record, (_, value: unknown) => (value instanceof Error ? errorFields(value) : value));
    stderr.write(`${secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line)}\n`);
  };
  const silent = (): void => undefined;
  return { trace: silent, debug: silent, info: write('info'), warn: write('warn'), error: write('error') };
}

/** What is told of an error; its stack names files, and is for those that nobody expected. */
function errorFields(error: Error): object {
  if (isCardeaError(error)) return { code: error.code, message: error.message };
  const cause = error.cause === undefined ? {} : { cause: errorMessage(error.cause) };
  return { message: error.message, stack: error.stack, ...cause };
}
