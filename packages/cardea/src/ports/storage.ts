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

/** What may have a part in the decision of an inquiry, all of one revision. */
export interface Candidates {
  readonly revision: Revision;
  /** In the storage's order, templates among them. */
  readonly policies: readonly Policy[];
  /** Links of those templates, in any order. */
  readonly links: readonly PolicyLink[];
}

/** A page of policies, and where the next one begins. */
export interface PolicyPage {
  readonly policies: readonly Policy[];
  /** What to ask the next page with; absent where this is the last. */
  readonly next?: string;
}

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
   * The policies after a place in the order of the storage, which is that of adding. Whatever others write meanwhile, a
   * policy that is there from the first page to the last is on exactly one of them.
   *
   * @param options.after `next` of the page before; the first page when absent
   * @param options.limit how many policies at most
   * @throws CARDEA_INVALID_ARGUMENT when `limit` is no positive integer, or `after` is of no page
   */
  page(options: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage>;
  /**
   * All policies in the storage's order, `batch` (50) read at a time. Whatever others write meanwhile, a policy that is
   * there from the beginning to the end of the reading is among them.
   *
   * @throws CARDEA_INVALID_ARGUMENT when `batch` is no positive integer, at the latest when read from
   */
  retrieveAll(batch?: number): AsyncIterable<Policy>;
  /**
   * A superset of the policies and links that have a part in the decision of an inquiry, be it only a diagnostic. The
   * guard evaluates each of them, so a storage may return more, and must never return fewer.
   *
   * INVARIANT candidates-are-a-superset: deciding over them alone is deciding over everything, by whichever checker
   * and functions where there is no `keyer`, else by those that it names.
   */
  findForInquiry(inquiry: Inquiry): Promise<Candidates>;
  /**
   * The name of the `PolicyKeyer` by whose reading of policies `findForInquiry` finds them; absent where it gives
   * everything. Whoever reads policies otherwise must not rely on it.
   */
  readonly keyer?: string | undefined;
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

/** How many policies or links are written at a time, and who hears of it. */
export interface BulkOptions {
  /** How many are written at a time; 1000 when absent. */
  readonly batch?: number;
  /** Called after each batch with how many are written, and waited for. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/** What changing policies needs. Each call is atomic and raises the revision by one when it changed something. */
export interface PolicyWriter {
  /**
   * @throws CARDEA_POLICY_EXISTS when the uid is taken
   * @throws CARDEA_INVALID_POLICY and the codes of rules when the policy is not valid, as the other writers do
   */
  add(policy: Policy): Promise<void>;
  /**
   * Adds many policies, a batch at a time: each batch is one change, so that those before one that is refused stay.
   *
   * @throws CARDEA_POLICY_EXISTS and CARDEA_INVALID_POLICY as `add` does
   * @throws CARDEA_INVALID_ARGUMENT when `policies` is no list, or `batch` no positive integer
   */
  addAll(policies: Iterable<Policy> | AsyncIterable<Policy>, options?: BulkOptions): Promise<void>;
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
  linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options?: BulkOptions): Promise<void>;
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
   * A listener that throws breaks neither the writer nor other listeners. A change made elsewhere may be told late or
   * together with later ones: whoever must know asks for the revision now and then.
   */
  watch(listener: (revision: Revision) => void): () => void;
}

/** Where policies are kept. `storageSuite` of `cardea/testing` is the executable form of this contract. */
export interface Storage extends PolicyReader, PolicyWriter, Watchable {
  /** Ends watching, where that takes more than forgetting the listeners. Connections belong to whoever made them. */
  close?(): Promise<void>;
}
