import type { Clock } from '../../ports/clock.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type { Backend } from './backend.ts';
import type { DocumentCache } from './document-cache.ts';
import type { StoredShapes } from './stored-shapes.ts';

/** What the parts of a stored storage share. */
export interface StoredParts {
  readonly backend: Backend;
  readonly keyer: PolicyKeyer;
  readonly documents: DocumentCache;
  readonly shapes: StoredShapes;
  readonly clock: Clock;
}
