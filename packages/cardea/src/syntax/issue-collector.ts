import type { ErrorCode, Issue } from '../errors.ts';

/** How deep values may nest. Deeper input is refused before any recursion could exhaust the stack. */
export const MAX_DEPTH = 64;

/** A place in an input, and where what is wrong there goes. */
export interface Place {
  /** Absent at the root. A path is written out where something is wrong, not for all that is right. */
  readonly step: Step | undefined;
  readonly issues: Issue[];
}

/** A member or index, and what it is one of. */
interface Step {
  readonly above: Step | undefined;
  readonly part: string | number;
}

/** The root of an input. */
export function rootPlace(issues: Issue[] = []): Place {
  return { step: undefined, issues };
}

/** A place one member or index deeper. */
export function inside<P extends Place>(place: P, part: string | number): P {
  return { ...place, step: { above: place.step, part } };
}

/** The members and indexes that lead to a place, from the root. */
export function pathOf({ step }: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = step; at !== undefined; at = at.above) path.unshift(at.part);
  return path;
}

/** Notes that something is wrong at a place. */
export function report(place: Place, code: ErrorCode, message: string): void {
  place.issues.push({ code, message, path: pathOf(place) });
}
