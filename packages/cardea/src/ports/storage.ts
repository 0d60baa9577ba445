import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';

/** One change of a storage. */
export type PolicyChange =
  | { readonly type: 'add'; readonly policy: Policy }
  | { readonly type: 'update'; readonly policy: Policy }
  /** Takes a policy away and, where it is a template, its links, which no change of their own tells of. */
  | { readonly type: 'delete'; readonly uid: string }
  | { readonly type: 'link'; readonly link: PolicyLink }
  | { readonly type: 'unlink'; readonly link: PolicyLink };

/** A change that happened, and the revision that it made. */
export interface RecordedChange {
  readonly revision: Revision;
  readonly change: PolicyChange;
}

/** The changes after a revision, or word that they are no longer known and all policies must be read again. */
export type Changes =
  | { readonly complete: true; readonly revision: Revision; readonly changes: readonly RecordedChange[] }
  | { readonly complete: false; readonly revision: Revision };

/** What reading policies needs. */
export interface PolicyReader {
  /** The policy of this uid, or undefined. */
  get(uid: string): Promise<Policy | undefined>;
  /**
   * A page of policies in the storage's stable order.
   *
   * @throws CARDEA_INVALID_ARGUMENT when `limit` or `offset` is negative or no integer
   */
  getAll(limit: number, offset: number): Promise<readonly Policy[]>;
  /**
   * All policies, `batch` (50) read at a time.
   *
   * @throws CARDEA_INVALID_ARGUMENT when `batch` is no positive integer, at the latest when read from
   */
  retrieveAll(batch?: number): AsyncIterable<Policy>;
  /**
   * A superset of the policies that apply to the inquiry, in the storage's order. The guard checks each
   * of them again, so a storage may return more, and must never return fewer.
   */
  findForInquiry(inquiry: Inquiry): Promise<Iterable<Policy>>;
  /**
   * All links, `batch` (1000) read at a time, in any order. Whatever others write meanwhile, a link that is there from
   * the beginning to the end of the reading is among them.
   *
   * @throws CARDEA_INVALID_ARGUMENT when `batch` is no positive integer, at the latest when read from
   */
  retrieveLinks(batch?: number): AsyncIterable<PolicyLink>;
  /** The current revision. */
  revision(): Promise<Revision>;
}

/** How many links are written at a time, and who hears of it. */
export interface LinkAllOptions {
  /** How many links are written at a time; 1000 when absent. */
  readonly batch?: number;
  /** Called after each batch with how many links are written, and waited for. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/** What changing policies needs. Each call is atomic and raises the revision when it changed something. */
export interface PolicyWriter {
  /**
   * @throws CARDEA_POLICY_EXISTS when the uid is taken
   * @throws CARDEA_INVALID_POLICY and the codes of rules when the policy is not valid, as the other writers do
   */
  add(policy: Policy): Promise<void>;
  /**
   * Replaces the policy of the same uid, keeping its place; does nothing when there is none. A template keeps its links.
   *
   * @throws CARDEA_CONFLICT when a template that has links would have other slots, or none
   */
  update(policy: Policy): Promise<void>;
  /** Removes a policy, with its links where it is a template; does nothing when there is none. */
  delete(uid: string): Promise<void>;
  /**
   * Fills the slots of a template; does nothing when the same link is there already.
   *
   * @throws CARDEA_INVALID_LINK when there is no such template, or the values are not one for each of its slots
   */
  link(link: PolicyLink): Promise<void>;
  /**
   * Takes a link away; does nothing when there is none.
   *
   * @throws CARDEA_INVALID_LINK when it is none by its shape
   */
  unlink(link: PolicyLink): Promise<void>;
  /**
   * Makes many links, a batch at a time: each batch is one change, so that those before one that is refused stay.
   *
   * @throws CARDEA_INVALID_LINK as `link` does
   * @throws CARDEA_INVALID_ARGUMENT when `links` is no list, or `batch` no positive integer
   */
  linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options?: LinkAllOptions): Promise<void>;
  /**
   * Applies all changes or none.
   *
   * @param options.ifRevision the revision that the changes are based on
   * @returns the new revision
   * @throws CARDEA_CONFLICT when the storage is at another revision, and as `update` does
   * @throws CARDEA_POLICY_EXISTS when an added uid is taken
   * @throws CARDEA_INVALID_LINK as `link` and `unlink` do
   */
  apply(changes: readonly PolicyChange[], options?: { readonly ifRevision?: Revision }): Promise<Revision>;
}

/** What following changes needs. */
export interface Watchable {
  /**
   * The changes after a revision, those of one `apply` together; not complete where the storage has
   * forgotten them, or never was at that revision.
   */
  changesSince(revision: Revision): Promise<Changes>;
  /**
   * Calls the listener after each change until the returned function is called. A change made through this
   * object is told before the promise of the call settles, so that a guard on it sees its own process's writes.
   * A listener that throws breaks neither the writer nor other listeners.
   */
  watch(listener: (revision: Revision) => void): () => void;
}

/** Where policies are kept. `storageSuite` of `cardea/testing` is the executable form of this contract. */
export interface Storage extends PolicyReader, PolicyWriter, Watchable {}
