import { quote } from 'cardea';
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a span of time from the command line, in milliseconds: `90d`, `12h`, `30m`, or 0.
 */
export function parseSpan(given: string): number {
  if (given === '0') return 0;
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(given) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  throw new InvalidArgumentError(`It must be a span such as 90d, 12h or 30m, not ${quote(given)}.`);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** When a key ends: a date-time of RFC 3339, or a span from now on. */
export type KeyEnd = { readonly at: string } | { readonly inMs: number };

/** Reads from the command line when a key ends. */
export function parseEnd(given: string): KeyEnd {
  if (DATE_TIME.test(given) && !Number.isNaN(Date.parse(given))) return { at: given };
  const span = /^\d+[mhd]$/.test(given) ? parseSpan(given) : 0;
  if (span > 0) return { inMs: span };
  throw new InvalidArgumentError(`It must be a date-time or a span such as 90d, not ${quote(given)}.`);
}

/** When a key ends, as its record has it. */
export function endText(end: KeyEnd, now: number): string {
  return 'at' in end ? end.at : new Date(now + end.inMs).toISOString();
}
