import type { Revision } from '../../model/decision.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyChange } from '../../ports/storage.ts';
import { checkLinks } from '../link-check.ts';
import { requireBase, requireFreeUids } from '../preconditions.ts';
import type { BackendWriter, Wanted } from './backend.ts';
import { draftChanges } from './change-draft.ts';
import { type ComposedBatch, composeBatch } from './compose-batch.ts';
import { KnownFacts } from './known-facts.ts';
import { type PreparedPolicy, preparePolicies } from './prepared-policies.ts';
import { toStoredLink } from './stored-link.ts';
import type { StoredParts } from './stored-parts.ts';
import { untilWon } from './until-won.ts';

/** Where the storage is after a write, and what was written. */
interface Written {
  readonly revision: Revision;
  readonly composed?: ComposedBatch;
}

/** How large a part of the history may be left over before what is too old is forgotten. */
const LEFT_OVER = 1 / 8;

/** Makes changes of a storage, at most one list of them at a time. */
export class ChangeWriter {
  readonly #parts: StoredParts;
  readonly #historySize: number;
  #leftOver = 0;

  constructor(parts: StoredParts, historySize: number) {
    this.#parts = parts;
    this.#historySize = Math.max(historySize, 1);
  }

  /**
   * Makes changes that were checked by themselves, all or none.
   *
   * @returns the revision afterwards, and whether anything changed
   * @throws as `apply` of a storage does
   */
  async write(
    changes: readonly PolicyChange[],
    ifRevision: Revision | undefined,
  ): Promise<{ readonly revision: Revision; readonly changed: boolean }> {
    const { backend, keyer, shapes, clock } = this.#parts;
    const prepared = preparePolicies(changes, keyer, backend.limits);
    const attempt = (writer: BackendWriter): Promise<Written | undefined> =>
      this.#attempt(changes, ifRevision, prepared, writer);
    const { revision, composed } = await untilWon(() => backend.exclusively(attempt), clock);
    if (composed === undefined) return { revision, changed: false };
    shapes.keep(composed.shapes, composed.batch.head);
    this.#leftOver = composed.batch.keepChanges === undefined ? this.#leftOver + changes.length : 0;
    return { revision, changed: true };
  }

  async #attempt(
    changes: readonly PolicyChange[],
    ifRevision: Revision | undefined,
    prepared: ReadonlyMap<Policy, PreparedPolicy>,
    writer: BackendWriter,
  ): Promise<Written | undefined> {
    const { keyer, shapes } = this.#parts;
    const facts = new KnownFacts(await writer.facts(wantedBy(changes)), this.#parts);
    // At every attempt: what others wrote meanwhile counts.
    requireBase(ifRevision, facts.head.revision);
    requireFreeUids(changes, (uid) => facts.isStored(uid));
    checkLinks(changes, facts);
    const draft = draftChanges(changes, facts);
    if (draft.effective.length === 0) return { revision: facts.head.revision };
    const known = await shapes.at(facts.head, writer);
    if (known === undefined) return undefined;
    const composed = this.#trimmed(await composeBatch({ draft, facts, prepared, shapes: known, keyer, writer }));
    if (!(await writer.commit(composed.batch))) return undefined;
    return { revision: composed.batch.head.revision, composed };
  }

  #trimmed({ batch, shapes }: ComposedBatch): ComposedBatch {
    if (this.#leftOver + batch.changes.length <= this.#historySize * LEFT_OVER) return { batch, shapes };
    return { batch: { ...batch, keepChanges: this.#historySize }, shapes };
  }
}

function wantedBy(changes: readonly PolicyChange[]): Wanted {
  const uids = new Set<string>();
  const counted = new Set<string>();
  const links = [];
  for (const change of changes) {
    if (change.type === 'delete') uids.add(change.uid);
    else if ('policy' in change) uids.add(change.policy.uid);
    else {
      uids.add(change.link.template);
      links.push(toStoredLink(change.link));
    }
    // Whether it has links matters where its slots may change.
    if (change.type === 'update') counted.add(change.policy.uid);
  }
  return { uids: [...uids], counted: [...counted], links };
}
