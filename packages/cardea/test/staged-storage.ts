import type { Revision } from '../src/model/decision.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import type { PolicyLink } from '../src/model/link.ts';
import type { Policy } from '../src/model/policy.ts';
import type { BulkOptions, Candidates, Changes, PolicyChange, PolicyPage, Storage } from '../src/ports/storage.ts';

/** What happens before a call of a storage: nothing, a wait, or a rejection. */
export type Stage = (method: keyof Storage) => void | Promise<void>;

/** A storage with something happening before each call, to make it slow, faulty or interleaved at will. */
export class StagedStorage implements Storage {
  readonly inner: Storage;
  stage: Stage;
  readonly calls: (keyof Storage)[] = [];

  get keyer(): string | undefined {
    return this.inner.keyer;
  }

  constructor(inner: Storage, stage: Stage = () => undefined) {
    this.inner = inner;
    this.stage = stage;
  }

  add = (policy: Policy): Promise<void> => this.#on('add', () => this.inner.add(policy));
  addAll = (policies: Iterable<Policy> | AsyncIterable<Policy>, options?: BulkOptions): Promise<void> =>
    this.#on('addAll', () => this.inner.addAll(policies, options));
  update = (policy: Policy): Promise<void> => this.#on('update', () => this.inner.update(policy));
  delete = (uid: string): Promise<void> => this.#on('delete', () => this.inner.delete(uid));
  link = (link: PolicyLink): Promise<void> => this.#on('link', () => this.inner.link(link));
  unlink = (link: PolicyLink): Promise<void> => this.#on('unlink', () => this.inner.unlink(link));
  linkAll = (links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options?: BulkOptions): Promise<void> =>
    this.#on('linkAll', () => this.inner.linkAll(links, options));
  get = (uid: string): Promise<Policy | undefined> => this.#on('get', () => this.inner.get(uid));
  revision = (): Promise<Revision> => this.#on('revision', () => this.inner.revision());
  apply = (changes: readonly PolicyChange[], options?: { readonly ifRevision?: Revision }): Promise<Revision> =>
    this.#on('apply', () => this.inner.apply(changes, options));
  getAll = (limit: number, offset: number): Promise<readonly Policy[]> =>
    this.#on('getAll', () => this.inner.getAll(limit, offset));
  page = (options: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage> =>
    this.#on('page', () => this.inner.page(options));
  findForInquiry = (inquiry: Inquiry): Promise<Candidates> =>
    this.#on('findForInquiry', () => this.inner.findForInquiry(inquiry));
  changesSince = (revision: Revision): Promise<Changes> =>
    this.#on('changesSince', () => this.inner.changesSince(revision));

  /** Reads page by page, as a database does, so that others can write in between. */
  async *retrieveAll(batch = 50): AsyncIterable<Policy> {
    let after: string | undefined;
    do {
      const page = await this.#on('retrieveAll', () => this.inner.page({ after, limit: batch }));
      yield* page.policies;
      after = page.next;
    } while (after !== undefined);
  }

  async *retrieveLinks(batch?: number): AsyncIterable<PolicyLink> {
    await this.#on('retrieveLinks', async () => undefined);
    yield* this.inner.retrieveLinks(batch);
  }

  watch(listener: (revision: Revision) => void): () => void {
    this.calls.push('watch');
    void this.stage('watch');
    return this.inner.watch(listener);
  }

  async #on<T>(method: keyof Storage, call: () => Promise<T>): Promise<T> {
    this.calls.push(method);
    await this.stage(method);
    return await call();
  }
}
