import { canonicalJson, type Json, jsonEqual } from '../../ast/json.ts';
import type { PolicyLink } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyChange } from '../../ports/storage.ts';

/** Policies and links, in their order. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  readonly links: readonly PolicyLink[];
}

/**
 * What an import does about what is there:
 * - `add`: policies that are there already must be the same
 * - `update`: those that are not the same are replaced
 * - `replace`: and what is not imported is deleted, so that the store has the imported policies in their order
 */
export type ImportMode = 'add' | 'update' | 'replace';

/** What an import changes. */
export interface ImportPlan {
  readonly changes: readonly PolicyChange[];
  readonly counts: ImportCounts;
  /** Uids that are there with another policy, and must not be replaced. */
  readonly conflicts: readonly string[];
}

/** How much an import changes. */
export interface ImportCounts {
  readonly added: number;
  readonly updated: number;
  /** Deleted and added again, for the sake of the order. */
  readonly moved: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly linked: number;
  readonly unlinked: number;
}

/**
 * The fewest changes that make of one set of policies another; the order of what only `add` and `update` touch stays.
 *
 * INVARIANT import-is-the-documents: a store that had `current` has, after the changes of `replace`, what is wanted, in
 * its order.
 *
 * @param current all that is there; but for `replace`, what is wanted is enough
 *
 * @example
 * ```ts
 * const { changes } = planImport(await readStore(storage), parsed.value, 'replace');
 * await storage.apply(changes, { ifRevision });
 * ```
 */
export function planImport(current: PolicySet, wanted: PolicySet, mode: ImportMode): ImportPlan {
  const there = new Map(current.policies.map((policy) => [policy.uid, policy]));
  const named = new Set(wanted.policies.map(({ uid }) => uid));
  const isReplacing = mode === 'replace';
  const deleted = isReplacing ? current.policies.filter(({ uid }) => !named.has(uid)) : [];
  const moved = isReplacing ? displaced(current.policies, wanted.policies, named) : new Set<string>();
  const others = wanted.policies.filter((policy) => isOther(there.get(policy.uid), policy));
  const added = wanted.policies.filter(({ uid }) => !there.has(uid) || moved.has(uid));
  const links = planLinks(current.links, wanted.links, {
    emptied: new Set([...moved, ...deleted.map(({ uid }) => uid)]),
    isReplacing,
  });
  const movedAlone = moved.size - others.filter(({ uid }) => moved.has(uid)).length;
  const fresh = added.length - moved.size;
  return {
    // A template may change its slots only where no link is left that fills them.
    changes: [
      ...links.unlink.map((link) => ({ type: 'unlink', link }) as const),
      ...deleted.map(({ uid }) => ({ type: 'delete', uid }) as const),
      ...[...moved].map((uid) => ({ type: 'delete', uid }) as const),
      ...others.filter(({ uid }) => !moved.has(uid)).map((policy) => ({ type: 'update', policy }) as const),
      ...added.map((policy) => ({ type: 'add', policy }) as const),
      ...links.link.map((link) => ({ type: 'link', link }) as const),
    ],
    counts: {
      added: fresh,
      updated: others.length,
      moved: movedAlone,
      deleted: deleted.length,
      unchanged: wanted.policies.length - fresh - others.length - movedAlone,
      ...links.counts,
    },
    conflicts: mode === 'add' ? others.map(({ uid }) => uid) : [],
  };
}

interface LinkPlan {
  readonly link: readonly PolicyLink[];
  readonly unlink: readonly PolicyLink[];
  readonly counts: Pick<ImportCounts, 'linked' | 'unlinked'>;
}

/** @param options.emptied uids of policies that are deleted, with their links, some of them to be added again */
function planLinks(
  current: readonly PolicyLink[],
  wanted: readonly PolicyLink[],
  { emptied, isReplacing }: { readonly emptied: ReadonlySet<string>; readonly isReplacing: boolean },
): LinkPlan {
  const before = linksByText(current);
  const after = linksByText(wanted);
  const isThere = (text: string, { template }: PolicyLink): boolean => before.has(text) && !emptied.has(template);
  const unwanted = isReplacing ? [...before].filter(([text]) => !after.has(text)) : [];
  return {
    link: [...after].filter(([text, link]) => !isThere(text, link)).map(([, link]) => link),
    unlink: unwanted.filter(([, { template }]) => !emptied.has(template)).map(([, link]) => link),
    counts: { linked: [...after.keys()].filter((text) => !before.has(text)).length, unlinked: unwanted.length },
  };
}

function linksByText(links: readonly PolicyLink[]): ReadonlyMap<string, PolicyLink> {
  return new Map(links.map((link) => [linkText(link), link]));
}

/** A text that no two links share. */
export function linkText({ template, values }: PolicyLink): string {
  return canonicalJson({ template, values });
}

function isOther(current: Policy | undefined, wanted: Policy): boolean {
  return current !== undefined && !jsonEqual(current as unknown as Json, wanted as unknown as Json);
}

/**
 * Policies that stand elsewhere than they are wanted. What is added comes last, so that everything after the first
 * difference is.
 */
function displaced(
  current: readonly Policy[],
  wanted: readonly Policy[],
  named: ReadonlySet<string>,
): ReadonlySet<string> {
  const kept = current.filter(({ uid }) => named.has(uid));
  const same = wanted.findIndex(({ uid }, at) => kept[at]?.uid !== uid);
  return new Set((same < 0 ? [] : kept.slice(same)).map(({ uid }) => uid));
}
