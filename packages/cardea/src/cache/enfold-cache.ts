import { LruMap } from '../ast/lru.ts';
import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import { readPolicies } from '../ports/read-policies.ts';
import type {
  BulkOptions,
  Candidates,
  Changes,
  PolicyChange,
  PolicyPage,
  RecordedChange,
  Storage,
} from '../ports/storage.ts';

/** How an enfolding cache is filled. */
export interface EnfoldCacheOptions {
  /**
   * Whether the first read copies all policies, so that lists too come from the cache; yes when absent. Without,
   * the cache fills with the single policies that are asked for.
   */
  readonly populate?: boolean;
  /** Told when the cache storage fails; reads then go to the main storage. */
  readonly logger?: Logger;
}

/** What the cache storage holds: policies of the main storage at one revision. */
interface Content {
  readonly at: Revision;
  readonly complete: boolean;
}

/** How many uids are remembered that the main storage does not have. */
const ABSENT_SIZE = 10_000;

/**
 * A storage before another (vakt `EnfoldCache`): reads come from `cache` where it has the answer, writes go to
 * `main` alone, and the cache follows the changes of `main` by revision before it is read again.
 *
 * INVARIANT: a read accounts for every change that `main` has announced, or that was made through this object,
 * before the read began. Lists come from the cache only while it is complete, so no policy is ever missing.
 *
 * @example
 * ```ts
 * const storage = new EnfoldCache(sqlStorage, new MemoryStorage());
 * await storage.populate(); // or leave it to the first read
 * ```
 */
export class EnfoldCache implements Storage {
  readonly #main: Storage;
  readonly #cache: Storage;
  readonly #logger: Logger | undefined;
  readonly #absent = new LruMap<string, true>(ABSENT_SIZE);
  #populate: boolean;
  // Undefined: what the cache storage holds cannot be relied on.
  #content: Content | undefined;
  // Changes heard of, and how many of them the content accounts for.
  #heard = 0;
  #followed = 0;
  #unwatch: (() => void) | undefined;
  #closed = false;
  #following: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  /**
   * @param main the storage of record
   * @param cache for this object alone; whatever it holds is replaced
   */
  constructor(main: Storage, cache: Storage, options: EnfoldCacheOptions = {}) {
    this.#main = main;
    this.#cache = cache;
    this.#populate = options.populate ?? true;
    this.#logger = options.logger;
  }

  /**
   * Copies all policies into the cache, unless they are there already.
   *
   * @throws whatever either storage rejects with
   */
  async populate(): Promise<void> {
    this.#populate = true;
    await this.#follow();
  }

  /** Stops following the main storage, from which everything is read from now on, and closes both. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unwatch?.();
    await this.#main.close?.();
    await this.#cache.close?.();
  }

  async get(uid: string): Promise<Policy | undefined> {
    const content = await this.#upToDate();
    if (content === undefined) return await this.#main.get(uid);
    const known = await this.#fromCache((cache) => cache.get(uid));
    if (known === undefined) return await this.#main.get(uid);
    if (known.value !== undefined || content.complete || this.#absent.get(uid) === true) return known.value;
    const policy = await this.#main.get(uid);
    await this.#backfill(uid, policy, content);
    return policy;
  }

  async getAll(limit: number, offset: number): Promise<readonly Policy[]> {
    return (await this.#lists()).getAll(limit, offset);
  }

  /** Always from the main storage: the two know different places. */
  page(options: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage> {
    return this.#main.page(options);
  }

  async *retrieveAll(batch?: number): AsyncIterable<Policy> {
    yield* (await this.#lists()).retrieveAll(batch);
  }

  /** Always from the main storage: links are read all at once, and while the cache is filled anew some are not in it. */
  retrieveLinks(batch?: number): AsyncIterable<PolicyLink> {
    return this.#main.retrieveLinks(batch);
  }

  async findForInquiry(inquiry: Inquiry): Promise<Candidates> {
    return (await this.#foundInCache(inquiry)) ?? (await this.#main.findForInquiry(inquiry));
  }

  get keyer(): string | undefined {
    return this.#main.keyer;
  }

  /** The revision that reads account for: that of the cache's content, brought up to the main storage's. */
  async revision(): Promise<Revision> {
    const revision = await this.#main.revision();
    if (revision !== this.#content?.at) this.#heard += 1;
    return (await this.#upToDate())?.at ?? revision;
  }

  async add(policy: Policy): Promise<void> {
    await this.#changing(() => this.#main.add(policy));
  }

  async addAll(policies: Iterable<Policy> | AsyncIterable<Policy>, options?: BulkOptions): Promise<void> {
    await this.#changing(() => this.#main.addAll(policies, options));
  }

  async update(policy: Policy): Promise<void> {
    await this.#changing(() => this.#main.update(policy));
  }

  async delete(uid: string): Promise<void> {
    await this.#changing(() => this.#main.delete(uid));
  }

  async link(link: PolicyLink): Promise<void> {
    await this.#changing(() => this.#main.link(link));
  }

  async unlink(link: PolicyLink): Promise<void> {
    await this.#changing(() => this.#main.unlink(link));
  }

  async linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options?: BulkOptions): Promise<void> {
    await this.#changing(() => this.#main.linkAll(links, options));
  }

  async apply(changes: readonly PolicyChange[], options: { readonly ifRevision?: Revision } = {}): Promise<Revision> {
    return await this.#changing(() => this.#main.apply(changes, options));
  }

  changesSince(revision: Revision): Promise<Changes> {
    return this.#main.changesSince(revision);
  }

  watch(listener: (revision: Revision) => void): () => void {
    return this.#main.watch(listener);
  }

  async #changing<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      // Also after a rejection: a write whose answer was lost may have happened.
      this.#heard += 1;
    }
  }

  /** Where a list may be read from. */
  async #lists(): Promise<Storage> {
    return (await this.#upToDate())?.complete === true ? this.#cache : this.#main;
  }

  async #foundInCache(inquiry: Inquiry): Promise<Candidates | undefined> {
    const content = await this.#upToDate();
    const { keyer } = this.#cache;
    if (content?.complete !== true || (keyer !== undefined && keyer !== this.#main.keyer)) return undefined;
    const found = await this.#fromCache((cache) => cache.findForInquiry(inquiry));
    // What is being written now may be of the next revision.
    const moved = this.#content !== content || this.#following !== undefined;
    // Links are not in the cache.
    if (found === undefined || moved || found.value.policies.some(({ slots }) => slots !== undefined)) return undefined;
    return { ...found.value, revision: content.at };
  }

  async #fromCache<T>(read: (cache: Storage) => Promise<T>): Promise<{ readonly value: T } | undefined> {
    try {
      return { value: await read(this.#cache) };
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** The content of the cache, or undefined while it cannot be brought up to date. */
  async #upToDate(): Promise<Content | undefined> {
    try {
      await this.#follow();
    } catch {
      // Reported where it failed; the main storage answers.
      return undefined;
    }
    return this.#closed ? undefined : this.#content;
  }

  async #follow(): Promise<void> {
    const wanted = this.#heard;
    while (!this.#closed && (!this.#filledAsWanted() || this.#followed < wanted)) {
      this.#following ??= this.#exclusively(() => this.#step()).finally(() => {
        this.#following = undefined;
      });
      await this.#following;
    }
  }

  #filledAsWanted(): boolean {
    return this.#content !== undefined && (this.#content.complete || !this.#populate);
  }

  async #step(): Promise<void> {
    if (this.#closed) return;
    const heard = this.#heard;
    try {
      this.#unwatch ??= this.#main.watch(() => {
        this.#heard += 1;
      });
      this.#content = (await this.#advanced()) ?? (await this.#filled());
      this.#followed = heard;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  async #advanced(): Promise<Content | undefined> {
    const content = this.#content;
    if (content === undefined || !this.#filledAsWanted()) return undefined;
    const since = await this.#main.changesSince(content.at);
    if (!since.complete || since.revision < content.at) return undefined;
    const changes = content.complete ? changesOf(since.changes) : this.#forget(since.changes);
    if (changes.length > 0) await this.#cache.apply(changes);
    return { ...content, at: since.revision };
  }

  async #filled(): Promise<Content> {
    this.#absent.clear();
    const stale: PolicyChange[] = [];
    for await (const { uid } of this.#cache.retrieveAll()) stale.push({ type: 'delete', uid });
    if (!this.#populate) {
      const at = await this.#main.revision();
      await this.#cache.apply(stale);
      return { at, complete: false };
    }
    const { revision, policies } = await readPolicies(this.#main);
    const added = Array.from(policies.values(), (policy): PolicyChange => ({ type: 'add', policy }));
    await this.#cache.apply([...stale, ...added]);
    return { at: revision, complete: true };
  }

  /** Changed policies leave a cache that is not complete; whoever asks for them fills them in again. */
  #forget(changes: readonly RecordedChange[]): readonly PolicyChange[] {
    const uids = changesOf(changes).map((change) => (change.type === 'delete' ? change.uid : change.policy.uid));
    for (const uid of uids) this.#absent.delete(uid);
    return uids.map((uid) => ({ type: 'delete', uid }));
  }

  async #backfill(uid: string, policy: Policy | undefined, content: Content): Promise<void> {
    await this.#exclusively(async () => {
      // What was read before a change must not be filled in after it.
      if (this.#content !== content || this.#followed !== this.#heard) return;
      if (policy === undefined) this.#absent.set(uid, true);
      else
        await this.#fromCache((cache) =>
          cache.apply([
            { type: 'delete', uid },
            { type: 'add', policy },
          ]),
        );
    });
  }

  #failed(error: unknown): void {
    this.#content = undefined;
    this.#logger?.error({ err: error }, 'the cache of policies failed; the main storage is read');
  }

  /** Writers of the cache storage take turns, each seeing what the one before has done. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

/** The changes of policies: links are not in the cache. */
function changesOf(recorded: readonly RecordedChange[]): readonly Exclude<PolicyChange, { link: PolicyLink }>[] {
  return recorded.flatMap(({ change }) => ('link' in change ? [] : [change]));
}
