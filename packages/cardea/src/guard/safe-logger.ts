import type { Logger } from '../ports/logger.ts';

type Level = Exclude<keyof Logger, 'isLevelEnabled'>;

/**
 * A logger that never throws, and writes nothing where the user handed in none: a broken log must change
 * no decision.
 */
export function safeLogger(logger: Logger | undefined): Logger {
  const at =
    (level: Level) =>
    (fields: object, message: string): void => {
      try {
        logger?.[level](fields, message);
      } catch {
        // There is no second place to report to.
      }
    };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Whether what is told at a level is written, as far as the logger says. */
export function writesLevel(logger: Logger | undefined, level: Level): boolean {
  try {
    return logger !== undefined && logger.isLevelEnabled?.(level) !== false;
  } catch {
    return true;
  }
}
