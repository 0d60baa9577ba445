import { type ErrorCode, errorMessage, quote } from '../errors.ts';
import { inside, type Place, report } from './issue-collector.ts';

/** Getters, proxies, and functions of the user may throw: that too is something wrong with the input. */
export function guarded(place: Place, code: ErrorCode, what: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return report(place, code, `${what} cannot be read: ${errorMessage(error)}`);
  }
}

/** Reports every member of a dictionary that is not known: a misspelt one is not dropped. */
export function reportUnknown(input: object, known: readonly string[], place: Place, code: ErrorCode): void {
  for (const name of Object.keys(input)) {
    if (!known.includes(name))
      report(inside(place, name), code, `unknown member ${quote(name)}; the members are ${known.join(', ')}`);
  }
}
