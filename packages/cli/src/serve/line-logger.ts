import type { LogConfig } from '@cardea/server/config';
import { errorMessage, isCardeaError, type Logger } from 'cardea';
import type { Terminal } from '../terminal.ts';

/** From the least to the most that is wrong; what comes before the level of a logger is not written. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Writes a line of JSON for each record to the standard error, in the members that pino has: `level`, `time`, `msg`.
 *
 * @param options.level what is written at least
 * @param options.secrets texts that no line may contain
 */
export function lineLogger(
  { stderr, clock }: Terminal,
  { level: least, secrets }: Pick<LogConfig, 'level'> & { readonly secrets: readonly string[] },
): Required<Logger> {
  const isLevelEnabled = (level: string): boolean => {
    const at = LEVELS.findIndex((known) => known === level);
    return at >= LEVELS.indexOf(least) && at < LEVELS.indexOf('silent');
  };
  const write = (level: (typeof LEVELS)[number]) => (fields: object, message: string) => {
    if (!isLevelEnabled(level)) return;
    const record = { level, time: new Date(clock.now()).toISOString(), ...fields, msg: message };
    const line = JSON.stringify(record, (_, value: unknown) => (value instanceof Error ? errorFields(value) : value));
    stderr.write(`${secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line)}\n`);
  };
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    isLevelEnabled,
  };
}

/** What is told of an error; its stack names files, and is for those that nobody expected. */
function errorFields(error: Error): object {
  if (isCardeaError(error)) return { code: error.code, message: error.message };
  const cause = error.cause === undefined ? {} : { cause: errorMessage(error.cause) };
  return { message: error.message, stack: error.stack, ...cause };
}
