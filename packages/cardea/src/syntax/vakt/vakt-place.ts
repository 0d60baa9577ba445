import { ANY_TYPE, called, type Meaning, NO_TYPE } from './meaning.ts';
import type { PythonInstance } from './python-value.ts';

/** Where a rule stands in a policy, and what is noted about it. */
export interface VaktPlace {
  readonly path: readonly (string | number)[];
  /** What cannot be imported. */
  readonly refused: { readonly path: readonly (string | number)[]; readonly reason: string }[];
  /** What is imported and yet worth a look: it can never match, for one. */
  readonly changed: { readonly path: readonly (string | number)[]; readonly message: string }[];
}

/** The attributes of an instance of a rule, and where it stands. */
export interface VaktRule extends VaktPlace {
  readonly attributes: PythonInstance['attributes'];
}

/** The place of a part of what stands at another. */
export function within<P extends VaktPlace>(place: P, ...parts: readonly (string | number)[]): P {
  return { ...place, path: [...place.path, ...parts] };
}

/** Notes what cannot be imported, and makes it an error whenever it is asked. */
export function unsupported(place: VaktPlace, reason: string): Meaning {
  place.refused.push({ path: place.path, reason });
  return called('vakt.unsupported', [reason], { holds: NO_TYPE, fails: NO_TYPE, raises: ANY_TYPE });
}
