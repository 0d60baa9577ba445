import { CardeaError, quote } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { PolicyChange } from '../ports/storage.ts';

/** @throws CARDEA_CONFLICT when changes are based on another revision than the current one */
export function requireBase(ifRevision: Revision | undefined, current: Revision): void {
  if (ifRevision === undefined || ifRevision === current) return;
  throw new CardeaError('CARDEA_CONFLICT', `the storage is at revision ${current}, not at ${quote(ifRevision)}`);
}

/**
 * Refuses changes of which one adds a uid that is taken where its turn comes.
 *
 * @throws CARDEA_POLICY_EXISTS
 */
export function requireFreeUids(changes: readonly PolicyChange[], isStored: (uid: string) => boolean): void {
  const taken = new Map<string, boolean>();
  for (const change of changes) {
    if (change.type === 'delete') taken.set(change.uid, false);
    if (change.type !== 'add') continue;
    const { uid } = change.policy;
    if (taken.get(uid) ?? isStored(uid)) {
      throw new CardeaError('CARDEA_POLICY_EXISTS', `a policy with uid ${quote(uid)} is already stored`);
    }
    taken.set(uid, true);
  }
}
