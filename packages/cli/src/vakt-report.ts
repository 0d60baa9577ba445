import { formatPath, type Policy, printable, quote } from 'cardea';
import type { VaktNote } from 'cardea/vakt';

/**
 * Refusals that cost a policy: where what has no equal is imported as an error in its place, a place that fails in a policy
 * that is there does not.
 */
export function lostPolicies(
  { policies, refused }: { readonly policies: readonly Policy[]; readonly refused: readonly VaktNote[] },
  { opaque }: { readonly opaque?: boolean },
): readonly VaktNote[] {
  if (opaque !== true) return refused;
  const there = new Set(policies.map(({ uid }) => uid));
  const isAgain = ({ path }: VaktNote): boolean => path.length === 1 && path[0] === 'uid';
  return refused.filter((note) => note.uid === undefined || !there.has(note.uid) || isAgain(note));
}

/** A note as one line for the terminal. */
export function vaktNoteLine({ file, at }: { readonly file: string; readonly at: number }, note: VaktNote): string {
  const name = note.uid === undefined ? '' : ` ${quote(note.uid)}`;
  const path = formatPath(note.path);
  return printable(`${file}: policy ${at + 1}${name}: ${path === '' ? '' : `${path}: `}${note.message}`);
}
