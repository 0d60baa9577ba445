import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';

/** One change of a storage. */
export type PolicyChange =
  | { readonly type: 'add' | 'update'; readonly policy: Policy }
  | { readonly type: 'delete'; readonly uid: string };

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
  /** The current revision. */
  revision(): Promise<Revision>;
}

/** What changing policies needs. Each call is atomic and raises the revision when it changed something. */
export interface PolicyWriter {
  /**
   * @throws CARDEA_POLICY_EXISTS when the uid is taken
   * @throws CARDEA_INVALID_POLICY and the codes of rules when the policy is not valid, as the other writers do
   */
  add(policy: Policy): Promise<void>;
  /** Replaces the policy of the same uid, keeping its place; does nothing when there is none. */
  update(policy: Policy): Promise<void>;
  /** Removes a policy; does nothing when there is none. */
  delete(uid: string): Promise<void>;
  /**
   * Applies all changes or none.
   *
   * @param options.ifRevision the revision that the changes are based on
   * @returns the new revision
   * @throws CARDEA_CONFLICT when the storage is at another revision
   * @throws CARDEA_POLICY_EXISTS when an added uid is taken
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
