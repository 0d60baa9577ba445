import type { PolicyLink } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyChange } from '../../ports/storage.ts';
import type { KnownPolicy, StoredLink } from './backend.ts';
import type { KnownFacts } from './known-facts.ts';
import { toStoredLink } from './stored-link.ts';

/** A policy that changes leave, and its place. */
export interface DraftedPolicy {
  readonly seq: number;
  readonly isNew: boolean;
  readonly policy: Policy;
}

/** A link that changes make, and the template that it is of by then. */
export interface DraftedLink {
  readonly stored: StoredLink;
  readonly link: PolicyLink;
  readonly seq: number;
  readonly template: Policy;
}

/** What changes come down to. */
export interface Draft {
  /** Those that had an effect. */
  readonly effective: readonly PolicyChange[];
  readonly nextSeq: number;
  readonly deletes: readonly KnownPolicy[];
  /** By their sequence numbers. */
  readonly puts: readonly DraftedPolicy[];
  readonly unlinks: readonly StoredLink[];
  readonly links: readonly DraftedLink[];
}

/** A policy as the changes so far leave it. */
interface Staged {
  readonly stored: KnownPolicy | undefined;
  /** Whether what was stored is gone, with its links. */
  deleted: boolean;
  place: { readonly seq: number; readonly isNew: boolean } | undefined;
  /** What the changes made of it; undefined where it is as it was stored. */
  policy: Policy | undefined;
  /** Links that the changes made or took away, by their texts. */
  readonly links: Map<string, { readonly link: PolicyLink; readonly present: boolean }>;
}

/**
 * Makes checked changes in thought.
 *
 * @param changes of which all can be made: `requireFreeUids` and `checkLinks` said so
 */
export function draftChanges(changes: readonly PolicyChange[], facts: KnownFacts): Draft {
  const staged = new Map<string, Staged>();
  let { nextSeq } = facts.head;
  const stage = (uid: string): Staged => {
    const known = staged.get(uid) ?? stagedAs(facts.policy(uid));
    staged.set(uid, known);
    return known;
  };
  const perform = (change: PolicyChange): boolean => {
    if (change.type === 'link' || change.type === 'unlink')
      return stageLink(change.link, change.type === 'link', stage(change.link.template), facts);
    if (change.type === 'delete') return stageDeletion(stage(change.uid));
    const of = stage(change.policy.uid);
    if (change.type === 'update' && of.place === undefined) return false;
    of.place ??= { seq: nextSeq++, isNew: true };
    of.policy = change.policy;
    return true;
  };
  const effective = changes.filter(perform);
  return { effective, nextSeq, ...outcomeOf([...staged.values()], facts) };
}

function stagedAs(stored: KnownPolicy | undefined): Staged {
  const place = stored === undefined ? undefined : { seq: stored.seq, isNew: false };
  return { stored, deleted: false, place, policy: undefined, links: new Map() };
}

function stageDeletion(staged: Staged): boolean {
  const existed = staged.place !== undefined;
  staged.deleted = true;
  staged.place = undefined;
  staged.policy = undefined;
  staged.links.clear();
  return existed;
}

function stageLink(link: PolicyLink, present: boolean, staged: Staged, facts: KnownFacts): boolean {
  const stored = toStoredLink(link);
  const before = staged.links.get(stored.text)?.present ?? isKept(stored, staged, facts);
  if (before === present) return false;
  staged.links.set(stored.text, { link, present });
  return true;
}

/** Whether a link was there before, and its template was not taken away since. */
function isKept(link: StoredLink, { deleted }: Staged, facts: KnownFacts): boolean {
  return !deleted && facts.isLinked(link);
}

function outcomeOf(all: readonly Staged[], facts: KnownFacts): Pick<Draft, 'deletes' | 'puts' | 'unlinks' | 'links'> {
  const deletes = all.flatMap(({ stored, deleted }) => (deleted && stored !== undefined ? [stored] : []));
  const puts = all.flatMap(({ place, policy }) =>
    place === undefined || policy === undefined ? [] : [{ ...place, policy }],
  );
  const unlinks: StoredLink[] = [];
  const links: DraftedLink[] = [];
  for (const staged of all) {
    for (const { link, present } of staged.links.values()) {
      const stored = toStoredLink(link);
      if (present === isKept(stored, staged, facts)) continue;
      const template = staged.policy ?? facts.template(link.template);
      if (!present) unlinks.push(stored);
      else if (template !== undefined && staged.place !== undefined)
        links.push({ stored, link, seq: staged.place.seq, template });
    }
  }
  return { deletes, puts: puts.sort((a, b) => a.seq - b.seq), unlinks, links };
}
