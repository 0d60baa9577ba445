import { CardeaError } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type { BulkOptions, Candidates, Changes, PolicyChange, PolicyPage, Storage } from '../ports/storage.ts';

/**
 * A storage that calls listeners after each change made through it (vakt `ObservableMutationStorage`), in the
 * order of their registration. They are not called when the change was refused, or changed nothing. To
 * hear of changes made by others too, use `watch`.
 *
 * @example
 * ```ts
 * const storage = new ObservableStorage(new MemoryStorage());
 * storage.addListener(() => metrics.count('policy-changes'));
 * ```
 */
export class ObservableStorage implements Storage {
  readonly #inner: Storage;
  readonly #logger: Logger | undefined;
  #listeners: readonly (() => void)[] = [];

  /** @param options.logger told about listeners that throw: the change has happened, so the writer is not */
  constructor(inner: Storage, options: { readonly logger?: Logger } = {}) {
    this.#inner = inner;
    this.#logger = options.logger;
  }

  /** One listener may be added twice, and is then called twice. */
  addListener(listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  /** @throws CARDEA_INVALID_ARGUMENT when the listener is not registered */
  removeListener(listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at < 0) throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'the listener is not registered');
    this.#listeners = this.#listeners.toSpliced(at, 1);
  }

  async add(policy: Policy): Promise<void> {
    await this.#changing(() => this.#inner.add(policy));
  }

  /** Listeners are called once, when all policies are added. */
  async addAll(policies: Iterable<Policy> | AsyncIterable<Policy>, options?: BulkOptions): Promise<void> {
    await this.#changing(() => this.#inner.addAll(policies, options));
  }

  async update(policy: Policy): Promise<void> {
    await this.#changing(() => this.#inner.update(policy));
  }

  async delete(uid: string): Promise<void> {
    await this.#changing(() => this.#inner.delete(uid));
  }

  async link(link: PolicyLink): Promise<void> {
    await this.#changing(() => this.#inner.link(link));
  }

  async unlink(link: PolicyLink): Promise<void> {
    await this.#changing(() => this.#inner.unlink(link));
  }

  /** Listeners are called once, when all links are made. */
  async linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options?: BulkOptions): Promise<void> {
    await this.#changing(() => this.#inner.linkAll(links, options));
  }

  async apply(changes: readonly PolicyChange[], options: { readonly ifRevision?: Revision } = {}): Promise<Revision> {
    return await this.#changing(() => this.#inner.apply(changes, options));
  }

  get(uid: string): Promise<Policy | undefined> {
    return this.#inner.get(uid);
  }

  getAll(limit: number, offset: number): Promise<readonly Policy[]> {
    return this.#inner.getAll(limit, offset);
  }

  page(options: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage> {
    return this.#inner.page(options);
  }

  retrieveAll(batch?: number): AsyncIterable<Policy> {
    return this.#inner.retrieveAll(batch);
  }

  retrieveLinks(batch?: number): AsyncIterable<PolicyLink> {
    return this.#inner.retrieveLinks(batch);
  }

  findForInquiry(inquiry: Inquiry): Promise<Candidates> {
    return this.#inner.findForInquiry(inquiry);
  }

  get keyer(): string | undefined {
    return this.#inner.keyer;
  }

  revision(): Promise<Revision> {
    return this.#inner.revision();
  }

  changesSince(revision: Revision): Promise<Changes> {
    return this.#inner.changesSince(revision);
  }

  watch(listener: (revision: Revision) => void): () => void {
    return this.#inner.watch(listener);
  }

  async close(): Promise<void> {
    await this.#inner.close?.();
  }

  async #changing<T>(write: () => Promise<T>): Promise<T> {
    const before = await this.#inner.revision();
    try {
      return await write();
    } finally {
      // Also after a rejection: a write whose answer was lost may have happened. Where another writer came in
      // between, or nobody can say, listeners are called once too often, never too rarely.
      const changed = await this.#inner.revision().then(
        (after) => after !== before,
        () => true,
      );
      if (changed) this.#notify();
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#logger?.error({ err: error }, 'a listener of the storage threw');
      }
    }
  }
}
