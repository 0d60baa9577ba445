import type { ErrorCode, Issue } from '../errors.ts';

/** How deep values may nest. Deeper input is refused before any recursion could exhaust the stack. */
export const MAX_DEPTH = 64;

/** A place in an input, and where what is wrong there goes. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly issues: Issue[];
}

/** The root of an input. */
export function rootPlace(issues: Issue[] = []): Place {
  return { path: [], issues };
}

/** A place one member or index deeper. */
export function inside<P extends Place>(place: P, ...parts: readonly (string | number)[]): P {
  return { ...place, path: [...place.path, ...parts] };
}

/** Notes that something is wrong at a place. */
export function report(place: Place, code: ErrorCode, message: string): void {
  place.issues.push({ code, message, path: place.path });
}
