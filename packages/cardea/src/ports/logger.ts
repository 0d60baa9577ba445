/**
 * The logger that the user hands in: pino and console fit as they are. Called as pino is, fields first.
 * Nothing is logged without one.
 */
export interface Logger {
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether a level is written, as pino says it; every level is where this is absent. */
  isLevelEnabled?(level: string): boolean;
}
