import { CardeaError, quote } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { KeysOfPolicy, PolicyKeyer } from '../../ports/policy-keys.ts';
import type { PolicyChange } from '../../ports/storage.ts';
import type { BackendLimits } from './backend.ts';
import { toStoredLink } from './stored-link.ts';

/** What is written of a policy. */
export interface PreparedPolicy extends KeysOfPolicy {
  readonly document: string;
}

/**
 * What is written of the policies of changes, made before the storage is asked anything: it depends on them alone.
 *
 * @throws CARDEA_UNSUPPORTED when something is larger than the database can hold
 */
export function preparePolicies(
  changes: readonly PolicyChange[],
  keyer: PolicyKeyer,
  limits: BackendLimits,
): ReadonlyMap<Policy, PreparedPolicy> {
  const prepared = new Map<Policy, PreparedPolicy>();
  for (const change of changes) {
    if (change.type === 'link') requireSize('a link', toStoredLink(change.link).text, limits.link);
    if (!('policy' in change)) continue;
    const { policy } = change;
    const document = JSON.stringify(policy);
    requireSize('a uid', JSON.stringify(policy.uid), limits.uid);
    requireSize(`policy ${quote(policy.uid)}`, document, limits.document);
    prepared.set(policy, { document, ...keyer.keysOf(policy) });
  }
  return prepared;
}

function requireSize(what: string, text: string, limit: number = Number.POSITIVE_INFINITY): void {
  // No text has more bytes than three for each of its units.
  if (text.length * 3 <= limit) return;
  const size = new TextEncoder().encode(text).length;
  if (size <= limit) return;
  const message = `${what} of ${size} bytes is larger than the ${limit} that the database holds: ${quote(text)}`;
  throw new CardeaError('CARDEA_UNSUPPORTED', message);
}
