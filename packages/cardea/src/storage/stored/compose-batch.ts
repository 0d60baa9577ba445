import type { Policy } from '../../model/policy.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type { PolicyChange } from '../../ports/storage.ts';
import type { BackendWriter, Batch, LinkRow } from './backend.ts';
import type { Draft, DraftedLink, DraftedPolicy } from './change-draft.ts';
import { formatKeyState, parseKeyState } from './key-state.ts';
import type { KnownFacts } from './known-facts.ts';
import { type LinkKeyer, linkKeyer } from './link-keyer.ts';
import { NewShapes } from './new-shapes.ts';
import type { PreparedPolicy } from './prepared-policies.ts';
import { fromStoredLink, storedLinkKey } from './stored-link.ts';
import type { KnownShapes } from './stored-shapes.ts';

/** What composing a batch needs. */
export interface Composition {
  readonly draft: Draft;
  readonly facts: KnownFacts;
  readonly prepared: ReadonlyMap<Policy, PreparedPolicy>;
  /** All that the storage has. */
  readonly shapes: KnownShapes;
  readonly keyer: PolicyKeyer;
  readonly writer: BackendWriter;
}

/** A batch, and all shapes that the storage has with it. */
export interface ComposedBatch {
  readonly batch: Batch;
  readonly shapes: ReadonlySet<string>;
}

const LINKS = 1000;

/**
 * What a draft writes, keys included.
 *
 * INVARIANT: whoever looks by the keys of the storage finds what is written. Where those are of another keyer, or of no
 * keyer all, it is written under the key that every inquiry asks for.
 */
export async function composeBatch(composition: Composition): Promise<ComposedBatch> {
  const { draft, facts, prepared, keyer, shapes } = composition;
  const { head } = facts;
  const state = parseKeyState(head.keyer);
  const isOwn = state.name === undefined || state.name === keyer.name;
  const shapesAfter = new NewShapes(shapes);
  const puts = draft.puts.map(({ seq, isNew, policy }) => {
    const { document, ...made } = prepared.get(policy) as PreparedPolicy;
    const keys = isOwn ? shapesAfter.note(made).keys : [keyer.residual];
    return { uid: policy.uid, seq, document, isNew, isTemplate: policy.slots !== undefined, keys };
  });
  const keyed = (template: Policy): LinkKeyer =>
    isOwn ? linkKeyer(template, keyer, shapesAfter) : () => keyer.residual;
  const links = keyLinks(draft.links, keyed);
  for (const rebound of reboundTemplates(composition, isOwn))
    links.push(...(await rekeyedLinks(rebound, composition, keyed)));
  const batch = {
    base: head.revision,
    head: {
      revision: head.revision + 1,
      shapesVersion: shapesAfter.versionAfter(head),
      nextSeq: draft.nextSeq,
      keyer: formatKeyState(isOwn ? { ...state, name: keyer.name } : { ...state, mixed: true }),
    },
    deletes: draft.deletes.map(({ uid, seq }) => ({ uid, seq })),
    unlinks: draft.unlinks,
    puts,
    links,
    forgetsShapes: false,
    shapes: shapesAfter.list,
    changes: draft.effective.map((change) => changeText(change, prepared)),
  };
  return { batch, shapes: shapesAfter.all };
}

function keyLinks(links: readonly DraftedLink[], keyed: (template: Policy) => LinkKeyer): LinkRow[] {
  const keyers = new Map<Policy, LinkKeyer>();
  return links.map(({ stored, link, seq, template }) => {
    const keyOf = keyers.get(template) ?? keyed(template);
    keyers.set(template, keyOf);
    return { ...stored, seq, isNew: true, key: keyOf(link) };
  });
}

/** Templates that were stored and are changed so that the keys of their links are not what they were. */
function reboundTemplates({ draft, facts, keyer }: Composition, isOwn: boolean): readonly DraftedPolicy[] {
  return draft.puts.filter(({ policy, isNew }) => {
    const before = facts.template(policy.uid);
    if (isNew || before === undefined || policy.slots === undefined || facts.countOf(policy.uid) === 0) return false;
    // Another keyer may see a difference where this one sees none.
    return !isOwn || probe(before, keyer) !== probe(policy, keyer);
  });
}

/** The key of a link with another value in each slot: it tells what the slots are compared with. */
function probe(template: Policy, keyer: PolicyKeyer): string {
  return keyer.linkKeysOf(template)(template.slots ?? []).key;
}

async function rekeyedLinks(
  { policy, seq }: DraftedPolicy,
  { draft, writer }: Composition,
  keyed: (template: Policy) => LinkKeyer,
): Promise<readonly LinkRow[]> {
  const rows: LinkRow[] = [];
  const gone = new Set(draft.unlinks.map(storedLinkKey));
  const keyOf = keyed(policy);
  let after: string | undefined;
  do {
    const page = await writer.links({ template: policy.uid, after, limit: LINKS });
    for (const stored of page.links) {
      if (gone.has(storedLinkKey(stored))) continue;
      rows.push({ ...stored, seq, isNew: false, key: keyOf(fromStoredLink(stored)) });
    }
    after = page.next;
  } while (after !== undefined);
  return rows;
}

function changeText(change: PolicyChange, prepared: ReadonlyMap<Policy, PreparedPolicy>): string {
  if (!('policy' in change)) return JSON.stringify(change);
  return `{"type":"${change.type}","policy":${prepared.get(change.policy)?.document}}`;
}
