import { CardeaError } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyChange, PolicyReader, RecordedChange, Watchable } from './storage.ts';

/** All policies of a storage, as they were together at one revision. */
export interface PoliciesAtRevision {
  readonly revision: Revision;
  /** By uid, in the order of the storage. */
  readonly policies: Map<string, Policy>;
}

/** Where a whole storage is read into: see {@link readStorage}. */
export interface StorageReceiver {
  /** Begins anew with these policies and without links. */
  policies(read: PoliciesAtRevision): void;
  /**
   * Takes links. One that fits no template is of a later revision than the policies, whose change comes after: it is
   * left out, as is one that is there already.
   */
  links(links: readonly PolicyLink[]): void;
  /** Takes what happened while links were read. */
  changes(changes: readonly RecordedChange[]): void;
}

const BATCH = 1000;
const ATTEMPTS = 3;

/**
 * Reads all policies of one revision, although others write meanwhile: the pages as they come, and then the changes since
 * the first, which end in what the storage has whatever the pages saw of them.
 *
 * @throws CARDEA_IO when no consistent reading could be had; whatever the storage rejects with
 *
 * @example
 * ```ts
 * const { revision, policies } = await readPolicies(storage);
 * ```
 */
export async function readPolicies(
  storage: PolicyReader & Pick<Watchable, 'changesSince'>,
): Promise<PoliciesAtRevision> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await storage.revision();
    const { policies, repeated } = await collect(storage.retrieveAll(BATCH));
    const since = await storage.changesSince(before);
    // Forgotten, or of a storage that was put back to an older state meanwhile.
    if (!since.complete || since.revision < before) continue;
    for (const { change } of since.changes) {
      replay(policies, change);
      if ('policy' in change) repeated.delete(change.policy.uid);
      if (change.type === 'delete') repeated.delete(change.uid);
    }
    // What nobody changed stands in one place.
    if (repeated.size === 0) return { revision: since.revision, policies };
  }
  throw new CardeaError('CARDEA_IO', 'the storage gives no consistent list of its policies');
}

/**
 * Reads the policies and links of one revision, although others write meanwhile, without holding all links at once: the
 * policies of a revision, the links as they come, and then the changes since that revision, which end in what the
 * storage has whatever the reading saw of them.
 *
 * @param receiver told everything anew where the storage had forgotten the changes in between
 * @returns the revision that the receiver is at
 * @throws CARDEA_IO when no consistent reading could be had; whatever the storage rejects with or the receiver throws
 *
 * @example
 * ```ts
 * await readStorage(storage, {
 *   policies: ({ policies }) => mirror.load(policies),
 *   links: (links) => mirror.link(links),
 *   changes: (changes) => mirror.follow(changes),
 * });
 * ```
 */
export async function readStorage(
  storage: PolicyReader & Pick<Watchable, 'changesSince'>,
  receiver: StorageReceiver,
): Promise<Revision> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = await readPolicies(storage);
    receiver.policies(read);
    await readLinks(storage, receiver);
    const since = await storage.changesSince(read.revision);
    if (!since.complete || since.revision < read.revision) continue;
    if (since.changes.length > 0) receiver.changes(since.changes);
    return since.revision;
  }
  throw new CardeaError('CARDEA_IO', 'the storage forgets its changes while its links are read');
}

async function readLinks(storage: PolicyReader, receiver: StorageReceiver): Promise<void> {
  // One that was written before there were links has none.
  if ((storage as Partial<PolicyReader>).retrieveLinks === undefined) return;
  let links: PolicyLink[] = [];
  for await (const link of storage.retrieveLinks(BATCH)) {
    links.push(link);
    if (links.length < BATCH) continue;
    receiver.links(links);
    links = [];
  }
  if (links.length > 0) receiver.links(links);
}

/**
 * Makes a change of a storage in a map of its policies; links are not in it. An added policy stands at the end, an updated one
 * where it was, and replaying all changes of a span over any state within that span ends in the state after it.
 */
export function replay(policies: Map<string, Policy>, change: PolicyChange): void {
  if (change.type === 'delete') policies.delete(change.uid);
  else if ('policy' in change) {
    if (change.type === 'add') policies.delete(change.policy.uid);
    policies.set(change.policy.uid, change.policy);
  }
}

/** The policies by uid, and the uids that came more than once: of policies that were taken away and added again. */
async function collect(
  pages: AsyncIterable<Policy>,
): Promise<{ readonly policies: Map<string, Policy>; readonly repeated: Set<string> }> {
  const policies = new Map<string, Policy>();
  const repeated = new Set<string>();
  for await (const policy of pages) {
    if (policies.has(policy.uid)) repeated.add(policy.uid);
    policies.set(policy.uid, policy);
  }
  return { policies, repeated };
}
