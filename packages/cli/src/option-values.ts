import { quote } from 'cardea';
import { InvalidArgumentError } from 'commander';

/** Reads a whole number of at least 0 from the command line. */
export function parseCount(given: string): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError(`It must be a whole number of at least 0, not ${quote(given)}.`);
}

/** Reads a whole number of at least 1 from the command line. */
export function parsePositive(given: string): number {
  const count = parseCount(given);
  if (count > 0) return count;
  throw new InvalidArgumentError(`It must be a whole number of at least 1, not ${quote(given)}.`);
}
