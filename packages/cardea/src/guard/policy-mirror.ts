import type { Category } from '../ast/condition.ts';
import { conclude, type ConcludeOptions } from '../decide/conclude.ts';
import { CardeaError } from '../errors.ts';
import type { Decision, Revision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { concludedOf } from '../model/repeated-findings.ts';
import type { EngineChange, EngineStats, PolicyEngine } from '../ports/engine.ts';
import type { RecordedChange } from '../ports/storage.ts';
import { descriptionOf } from './description-of.ts';
import { keyOfForeignUid, keyOfUid, shownFindings, shownPolicies } from './engine-uid.ts';
import { metaOf } from './mirror-meta.ts';
import { MirrorDraft } from './mirror-draft.ts';
import { keepNote, type MirrorNotes, type MirrorOptions, readForMirror } from './mirror-notes.ts';
import { logDangling, logMisfit, MisfitLinks, reasonOfMisfit } from './misfit-links.ts';
import type { PolicyView } from './policy-view.ts';
import { readStoredLink } from './stored-link.ts';
import { failingPolicy } from './stored-policy.ts';

/**
 * The policies and links of a storage in an engine. No object is kept for any of them but for templates and
 * invalid policies.
 *
 * The engine knows each by a key (see `engine-uid.ts`), and nobody else does.
 */
export class PolicyMirror implements PolicyView {
  readonly #engine: PolicyEngine;
  readonly #options: MirrorOptions;
  readonly #notes: MirrorNotes;
  readonly #misfits = new MisfitLinks();
  #foreign = 0;

  constructor(engine: PolicyEngine, options: MirrorOptions, notes: MirrorNotes = nothing()) {
    this.#engine = engine;
    this.#options = options;
    this.#notes = notes;
  }

  /** @param policies by their uids, in the order of the storage */
  load(policies: ReadonlyMap<unknown, unknown>): void {
    // One at a time, so that no more than one is an object beside those of the storage.
    this.#engine.load(this.#readAll(policies));
  }

  /** Adds links of the policies that were loaded. What is wrong with some waits for `refuseMisfits`. */
  link(links: readonly unknown[]): void {
    const changes: EngineChange[] = [];
    for (const link of links) {
      const read = readStoredLink(link, (key) => this.#notes.templates.get(key));
      if (read.kind === 'link') changes.push({ type: 'link', template: read.template, values: read.values });
      else this.#misfits.add(link, read);
    }
    if (changes.length > 0) this.#engine.apply(changes);
  }

  /** Whether there are links that do not fill the slots of their templates. */
  get hasMisfits(): boolean {
    return this.#misfits.size > 0;
  }

  /**
   * Puts a policy that always fails in the place of links of which nobody knows to whom they apply. As with an
   * invalid policy, an allow never applies, and a deny lets nobody through.
   */
  refuseMisfits(): void {
    const { logger } = this.#options;
    for (const misfit of this.#misfits.all()) {
      const { template, effect, first } = misfit;
      const uid = keyOfForeignUid(first, ++this.#foreign);
      this.#engine.apply([{ type: 'put', policy: failingPolicy({ uid, effect }, reasonOfMisfit(misfit)) }]);
      this.#notes.misfits.add(template);
      logMisfit(misfit, logger);
    }
    if (this.#misfits.dangling > 0) logDangling(this.#misfits.dangling, logger);
  }

  /**
   * Makes the changes of a storage, all or none.
   *
   * @returns whether it did; where not, all must be loaded anew
   * @throws whatever the engine throws; the mirror is of no use then
   */
  follow(changes: readonly RecordedChange[]): boolean {
    const draft = new MirrorDraft(this.#notes, this.#options);
    if (!changes.every(({ change }) => draft.add(change))) return false;
    this.#engine.apply(draft.edits);
    draft.settle();
    return true;
  }

  decide(inquiry: Inquiry, options: ConcludeOptions): Decision {
    const findings = this.#engine.find(inquiry);
    const concluded = concludedOf(findings);
    // Of what one guard asks for, nothing but the revision differs.
    if (concluded?.decision?.revision === options.revision) return concluded.decision;
    const decision = conclude(shownFindings(findings), inquiry, options);
    if (concluded !== undefined) concluded.decision = decision;
    return decision;
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    return this.#engine.allows(inquiry, unclear);
  }

  findOpen(inquiry: Inquiry, open: Category): readonly Finding[] | undefined {
    return this.#engine.findOpen?.(inquiry, open);
  }

  policies(): Iterable<LoweredPolicy> {
    return shownPolicies(this.#engine);
  }

  stats(): EngineStats {
    return this.#engine.stats();
  }

  /** See `PolicyEngine`. */
  settled(revision: Revision | undefined): void {
    this.#engine.settled?.(revision);
  }

  describe(uid: string): string | undefined {
    const { descriptions, templates } = this.#notes;
    return descriptionOf(uid, descriptions, (template) => templates.has(keyOfUid(template)));
  }

  /** @throws CARDEA_UNSUPPORTED when the engine has no snapshots */
  toSnapshot(revision: Revision): Uint8Array {
    if (this.#engine.toSnapshot === undefined)
      throw new CardeaError('CARDEA_UNSUPPORTED', 'the engine of this guard has no snapshots');
    return this.#engine.toSnapshot(metaOf(revision, this.#notes, this.#options));
  }

  *#readAll(policies: ReadonlyMap<unknown, unknown>): Iterable<LoweredPolicy> {
    for (const [uid, policy] of policies) {
      const key = typeof uid === 'string' ? keyOfUid(uid) : keyOfForeignUid(uid, ++this.#foreign);
      const read = readForMirror(uid, key, policy, this.#options);
      keepNote(read.note, this.#notes, this.#options.logger);
      yield read.policy;
    }
  }
}

function nothing(): MirrorNotes {
  return { templates: new Map(), descriptions: new Map(), misfits: new Set() };
}
