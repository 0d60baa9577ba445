import type { Decision } from './decision.ts';
import type { Finding } from './finding.ts';
import { objectNotes } from './object-notes.ts';

/** What was concluded of a list of findings. */
export interface Concluded {
  decision: Decision | undefined;
}

/**
 * Lists that an engine gives again whenever it finds the same, in which nothing depends on the inquiry: concluding takes
 * longer than finding does where few policies matter, and comes to the same each time.
 */
const REPEATED = objectNotes<Concluded>();

/** Notes that a list is such a one, before it is frozen. */
export function markRepeated(findings: readonly Finding[]): void {
  REPEATED.set(findings, { decision: undefined });
}

/** Where to keep what is concluded of a list; undefined for one that was not marked. */
export function concludedOf(findings: readonly Finding[]): Concluded | undefined {
  return REPEATED.get(findings);
}
