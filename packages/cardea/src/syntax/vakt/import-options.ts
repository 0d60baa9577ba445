import type { Tags } from '../phrase.ts';
import type { VaktChecker } from './lower-vakt-policy.ts';
import type { SeveralParts } from './phrase-pattern.ts';

/** How policies of vakt are imported. */
export interface VaktImportOptions {
  /** The checker that the guard of vakt used. */
  readonly checker: VaktChecker;
  /**
   * What to do with a policy that holds something without an equal here: leave it out (`refuse`, the default),
   * or import it with an error in that place (`opaque`): an allow then does not apply, a deny makes the
   * decision indeterminate.
   */
  readonly onUnsupported?: 'refuse' | 'opaque';
  /** The tags of string elements, where a subclass of vakt's policy changed them. */
  readonly tags?: Tags;
  /**
   * How string elements with two or more tagged parts are read: `each` part as an expression (the default), or
   * as `vakt` miscompiles them.
   */
  readonly severalParts?: SeveralParts;
}
