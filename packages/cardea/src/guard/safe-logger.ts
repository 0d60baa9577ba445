import type { Logger } from '../ports/logger.ts';

/**
 * A logger that never throws, and writes nothing where the user handed in none: a broken log must change
 * no decision.
 */
export function safeLogger(logger: Logger | undefined): Logger {
  const at =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      try {
        logger?.[level](fields, message);
      } catch {
        // There is no second place to report to.
      }
    };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
