import { CardeaError, isCardeaError, quote } from '../../errors.ts';
import type { Revision } from '../../model/decision.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { PolicyLink } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import type { ChangeBus } from '../../ports/change-bus.ts';
import { type Clock, systemClock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type {
  BulkOptions,
  Candidates,
  Changes,
  PolicyChange,
  PolicyPage,
  RecordedChange,
  Storage,
} from '../../ports/storage.ts';
import { parsePolicy, type ParseOptions } from '../../syntax/validate.ts';
import {
  requireBatch,
  requireHistorySize,
  requirePage,
  requirePlace,
  requireRevision,
  requireUid,
} from '../arguments.ts';
import { checkedChanges } from '../checked-changes.ts';
import { writeInBatches } from '../write-in-batches.ts';
import type { Backend, LinkPage, StoredPolicy } from './backend.ts';
import { ChangeWriter } from './change-writer.ts';
import { deepFreeze } from '../../ast/deep-freeze.ts';
import { DocumentCache } from './document-cache.ts';
import { findCandidates } from './find-candidates.ts';
import { Rekeyer } from './rekeyer.ts';
import { RevisionWatch } from './revision-watch.ts';
import { fromStoredLink } from './stored-link.ts';
import type { StoredParts } from './stored-parts.ts';
import { StoredShapes } from './stored-shapes.ts';
import { Turns } from './turns.ts';

/** How a storage over a database is set up. */
export interface StoredStorageOptions {
  /** Makes the keys by which candidates are found; its checker and functions are those of the guards. */
  readonly keyer: PolicyKeyer;
  /** How policies are checked before they are stored; by `parsePolicy` as it is when absent. */
  readonly parse?: ParseOptions;
  /** How many changes `changesSince` can go back, at least; 10,000 when absent. */
  readonly historySize?: number;
  /** How many policies are kept as objects, so that they are not parsed again; null for all, 10,000 when absent. */
  readonly cacheSize?: number | null;
  /**
   * How often the revision is asked for while somebody watches, in milliseconds; 0 for never. When absent, every second
   * where the database does not tell of changes by itself, and every half minute where it does.
   */
  readonly pollMs?: number;
  /**
   * By what instances tell each other of changes, where the database does not: `natsBus` of `cardea/storage/nats`. The
   * revision is asked for every `pollMs` all the same, since a bus may lose what it carries.
   */
  readonly bus?: ChangeBus;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/**
 * A storage over a database, which does only what its {@link Backend} asks. What all databases have in common is here:
 * policies are checked, links fit their templates, changes are made all or none and at the revision that they were checked
 * at, keys are written with them, and candidates are found by these.
 *
 * @example
 * ```ts
 * const storage = new StoredStorage(backend, { keyer: policyKeyer() });
 * await storage.addAll(policies, { onProgress: (done) => console.log(`${done} policies`) });
 * ```
 */
export class StoredStorage implements Storage {
  readonly #backend: Backend;
  readonly #parts: StoredParts;
  readonly #watch: RevisionWatch;
  readonly #writer: ChangeWriter;
  readonly #turns = new Turns();
  #prepared: Promise<void> | undefined;

  /** @throws CARDEA_INVALID_ARGUMENT when a size or a time is none */
  constructor(backend: Backend, options: StoredStorageOptions) {
    const {
      keyer,
      parse,
      historySize = 10_000,
      cacheSize = 10_000,
      pollMs,
      bus,
      logger,
      clock = systemClock,
    } = options;
    this.#backend = backend;
    this.#parts = {
      backend,
      keyer,
      documents: new DocumentCache(cacheSize),
      parse: (input) => parsePolicy(input, parse),
      shapes: new StoredShapes(keyer, logger),
      clock,
    };
    this.#writer = new ChangeWriter(this.#parts, requireHistorySize(historySize));
    if (pollMs !== undefined && !(Number.isFinite(pollMs) && pollMs >= 0))
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `pollMs must be at least 0, not ${quote(String(pollMs))}`);
    this.#watch = new RevisionWatch(backend, { pollMs, bus, logger, ready: () => this.prepare() });
  }

  /** The name of the keyer by which candidates are found. */
  get keyer(): string {
    return this.#parts.keyer.name;
  }

  /**
   * Creates or migrates what the database needs; every other call does so before it begins.
   *
   * @throws CARDEA_UNSUPPORTED when the database is of a later version; whatever the database rejects with
   */
  prepare(): Promise<void> {
    this.#prepared ??= this.#backend.prepare().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async add(policy: Policy): Promise<void> {
    await this.#write([{ type: 'add', policy }]);
  }

  async addAll(policies: Iterable<Policy> | AsyncIterable<Policy>, options: BulkOptions = {}): Promise<void> {
    const change = (policy: Policy): PolicyChange => ({ type: 'add', policy });
    await writeInBatches('policies', policies, options, change, (changes) => this.#write(changes));
  }

  async update(policy: Policy): Promise<void> {
    await this.#write([{ type: 'update', policy }]);
  }

  async delete(uid: string): Promise<void> {
    await this.#write([{ type: 'delete', uid }]);
  }

  async link(link: PolicyLink): Promise<void> {
    await this.#write([{ type: 'link', link }]);
  }

  async unlink(link: PolicyLink): Promise<void> {
    await this.#write([{ type: 'unlink', link }]);
  }

  async linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options: BulkOptions = {}): Promise<void> {
    const change = (link: PolicyLink): PolicyChange => ({ type: 'link', link });
    await writeInBatches('links', links, options, change, (changes) => this.#write(changes));
  }

  async apply(changes: readonly PolicyChange[], options: { readonly ifRevision?: Revision } = {}): Promise<Revision> {
    return this.#write(changes, options.ifRevision);
  }

  async get(uid: string): Promise<Policy | undefined> {
    requireUid(uid);
    await this.prepare();
    const stored = await this.#backend.get(uid);
    return stored === undefined ? undefined : this.#parts.documents.policyOf(stored);
  }

  async getAll(limit: number, offset: number): Promise<readonly Policy[]> {
    requirePage(limit, offset);
    await this.prepare();
    return this.#policiesOf(limit === 0 ? [] : await this.#backend.slice(offset, limit));
  }

  async page({ after, limit }: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage> {
    requireBatch(limit, 'limit');
    const place = requirePlace(after);
    await this.prepare();
    // One more tells whether there is another page.
    const stored = await this.#backend.page(place, Math.min(limit + 1, Number.MAX_SAFE_INTEGER));
    const policies = this.#policiesOf(stored.slice(0, limit));
    const last = stored.length > limit ? stored[limit - 1] : undefined;
    return Object.freeze(last === undefined ? { policies } : { policies, next: String(last.seq) });
  }

  async *retrieveAll(batch = 50): AsyncIterable<Policy> {
    requireBatch(batch);
    let after: string | undefined;
    do {
      const { policies, next }: PolicyPage = await this.page({ after, limit: batch });
      yield* policies;
      after = next;
    } while (after !== undefined);
  }

  async *retrieveLinks(batch = 1000): AsyncIterable<PolicyLink> {
    requireBatch(batch);
    await this.prepare();
    let after: string | undefined;
    do {
      const { links, next }: LinkPage = await this.#backend.links({ after, limit: batch });
      yield* links.map(fromStoredLink);
      after = next;
    } while (after !== undefined);
  }

  async findForInquiry(inquiry: Inquiry): Promise<Candidates> {
    await this.prepare();
    const candidates = await findCandidates(inquiry, this.#parts);
    this.#watch.saw(candidates.revision);
    return candidates;
  }

  async revision(): Promise<Revision> {
    await this.prepare();
    const { revision } = await this.#backend.head();
    this.#watch.saw(revision);
    return revision;
  }

  async changesSince(revision: Revision): Promise<Changes> {
    requireRevision(revision);
    await this.prepare();
    const { head, changes } = await this.#backend.changes(revision);
    this.#watch.saw(head.revision);
    // A later revision is that of another storage, or of this one before it was put back.
    if (revision < head.completeAfter || revision > head.revision) return { complete: false, revision: head.revision };
    return Object.freeze({ complete: true, revision: head.revision, changes: Object.freeze(changes.map(recorded)) });
  }

  watch(listener: (revision: Revision) => void): () => void {
    return this.#watch.watch(listener);
  }

  /**
   * Writes the keys of all policies and links again where they were made by a keyer of another name, or in part by another
   * one: by another checker, with other functions, or by another version of the library. Until then candidates are all
   * policies. May be ended and begun again, by any process; others may write meanwhile.
   *
   * @param options.onProgress told how many policies and links are done since the call
   * @throws CARDEA_INVALID_ARGUMENT when `batch` is no positive integer
   */
  async rekey({ batch = 1000, onProgress }: BulkOptions = {}): Promise<void> {
    requireBatch(batch);
    await this.prepare();
    const rekeyer = new Rekeyer(this.#parts);
    let done = 0;
    for (let isLast = false; !isLast; ) {
      const step = await this.#turns.take(() => rekeyer.step(batch));
      isLast = step.isLast;
      done += step.rows;
      if (step.rows > 0) await onProgress?.(done);
    }
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }

  async #write(changes: readonly PolicyChange[], ifRevision?: Revision): Promise<Revision> {
    const checked = checkedChanges(changes, this.#parts.parse);
    await this.prepare();
    return this.#turns.take(async () => {
      try {
        const { revision, changed } = await this.#writer.write(checked, ifRevision);
        if (changed) this.#watch.made(revision);
        else this.#watch.saw(revision);
        return revision;
      } catch (error) {
        // A write whose answer was lost may have happened.
        if (!isCardeaError(error)) this.#watch.ask();
        throw error;
      }
    });
  }

  #policiesOf(stored: readonly StoredPolicy[]): readonly Policy[] {
    return Object.freeze(stored.map((one) => this.#parts.documents.policyOf(one)));
  }
}

function recorded({ revision, change }: { readonly revision: Revision; readonly change: string }): RecordedChange {
  return deepFreeze({ revision, change: JSON.parse(change) as PolicyChange });
}
