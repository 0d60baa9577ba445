import type { Clock } from '../../ports/clock.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type { ParsePolicy } from '../checked-changes.ts';
import type { Backend } from './backend.ts';
import type { DocumentCache } from './document-cache.ts';
import type { StoredShapes } from './stored-shapes.ts';

/** What the parts of a stored storage share. */
export interface StoredParts {
  readonly backend: Backend;
  readonly keyer: PolicyKeyer;
  readonly documents: DocumentCache;
  /** Checks a policy before it is stored. */
  readonly parse: ParsePolicy;
  readonly shapes: StoredShapes;
  readonly clock: Clock;
}
