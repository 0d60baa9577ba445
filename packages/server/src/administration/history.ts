import type { PolicyChange, Revision } from 'cardea';
import { digest, type Json } from 'cardea/ast';

/** What is done to a policy or a link, without what is in it. */
export interface ChangeNote {
  readonly type: PolicyChange['type'];
  /** Of the policy, or of the template of the link. */
  readonly uid: string;
  /** SHA-256 of the canonical JSON of the policy, or of the values of the link; absent where it is taken away. */
  readonly digest?: string;
}

/** What somebody is about to do. */
export interface Intent {
  readonly caller: string;
  /** ISO 8601, in UTC. */
  readonly time: string;
  /** The revision that it is based on. */
  readonly base: Revision;
  readonly changes: readonly ChangeNote[];
}

/** One change of one policy or link: who made it, when, and what it was. */
export interface HistoryEntry extends ChangeNote, Omit<Intent, 'changes'> {
  /** The revision that it made; absent where nobody could tell any more whether it was made. */
  readonly revision?: Revision;
}

/** What is remembered of an intent at last. */
export interface PendingEntries {
  done(revision: Revision): Promise<void>;
  /** Nothing was changed: it is forgotten. */
  undone(): Promise<void>;
}

/** A page of a history, and where the next one begins. */
export interface HistoryPage {
  /** The latest first. */
  readonly entries: readonly HistoryEntry[];
  /** What to ask the next page with; absent where this is the last. */
  readonly next?: string;
}

/** Which entries are wanted. */
export interface HistoryQuery {
  /** Of this policy, or of the links of this template; of all when absent. */
  readonly uid?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * Remembers who changed which policies, and when: nothing of what is in them, and of persons the id of the caller alone.
 * What is about to be done is written down before it is done, so that nothing is ever done without a trace.
 */
export interface PolicyHistory {
  /** A rejection keeps the change from being made. */
  begin(intent: Intent): Promise<PendingEntries>;
  page(query: HistoryQuery): Promise<HistoryPage>;
}

/** What is remembered of a change. */
export function noteOf(change: PolicyChange): ChangeNote {
  const { type } = change;
  if (type === 'delete') return { type, uid: change.uid };
  if (type === 'unlink' || type === 'link')
    return { type, uid: change.link.template, digest: digest(change.link.values) };
  return { type, uid: change.policy.uid, digest: digest(change.policy as unknown as Json) };
}

/** A text that equal entries of one moment have in common: for orders. */
export function keyOf(time: string, batch: string, at: number): string {
  return [String(Date.parse(time)).padStart(15, '0'), batch, String(at).padStart(7, '0')].join('-');
}
