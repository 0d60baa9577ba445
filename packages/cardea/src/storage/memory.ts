import type { Revision } from '../model/decision.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type {
  BulkOptions,
  Candidates,
  Changes,
  PolicyChange,
  PolicyPage,
  RecordedChange,
  Storage,
} from '../ports/storage.ts';
import { parsePolicy } from '../syntax/validate.ts';
import { requireBatch, requireIterable, requirePage, requirePlace, requireUid } from './arguments.ts';
import { ChangeLog } from './change-log.ts';
import { checkedChanges, type ParsePolicy } from './checked-changes.ts';
import { checkLinks } from './link-check.ts';
import { Listeners } from './listeners.ts';
import { MemoryLinks } from './memory-links.ts';
import { requireBase, requireFreeUids } from './preconditions.ts';
import { writeInBatches } from './write-in-batches.ts';

/** A policy, and its place in the order of adding. */
interface Entry {
  readonly seq: number;
  readonly policy: Policy;
}

/** How a memory storage is set up. */
export interface MemoryStorageOptions {
  /** Checks what is stored; `parsePolicy` with the default checker when absent. Must return a copy. */
  readonly parse?: ParsePolicy;
  /** Links to start with, of the templates among the policies. */
  readonly links?: Iterable<PolicyLink>;
  /** How many changes `changesSince` can go back; 1000 when absent. */
  readonly historySize?: number;
  /** Told about listeners of `watch` that throw. */
  readonly logger?: Logger;
}

/**
 * Keeps policies in memory, in the order in which they were added. What is handed in is checked and copied,
 * what is handed out is frozen: nobody holds a live view. A link costs one text.
 *
 * @example
 * ```ts
 * const storage = new MemoryStorage([allow({ uid: '1', subjects: ['max'], actions: ['get'], resources: ['book'] })]);
 * await storage.apply([{ type: 'delete', uid: '1' }], { ifRevision: await storage.revision() });
 * ```
 */
export class MemoryStorage implements Storage {
  readonly #parse: ParsePolicy;
  readonly #policies = new Map<string, Entry>();
  readonly #links = new MemoryLinks();
  readonly #log: ChangeLog;
  readonly #listeners: Listeners;
  #entries: readonly Entry[] | undefined;
  #list: readonly Policy[] | undefined;
  #seq = 0;
  #revision: Revision = 0;

  /**
   * @param policies what to start with, as the first revision
   * @throws CARDEA_INVALID_POLICY and the codes of rules, with all issues
   * @throws CARDEA_POLICY_EXISTS when a uid occurs twice
   * @throws CARDEA_INVALID_LINK when a link fills the slots of none of the templates
   * @throws CARDEA_INVALID_ARGUMENT when `policies` or `links` is no list
   */
  constructor(policies: Iterable<Policy> = [], options: MemoryStorageOptions = {}) {
    this.#parse = options.parse ?? parsePolicy;
    this.#listeners = new Listeners(options.logger);
    this.#log = new ChangeLog(options.historySize ?? 1000);
    const links = requireIterable('links', options.links ?? []);
    this.#write([
      ...Array.from(requireIterable('policies', policies), (policy): PolicyChange => ({ type: 'add', policy })),
      ...Array.from(links, (link): PolicyChange => ({ type: 'link', link })),
    ]);
  }

  async add(policy: Policy): Promise<void> {
    this.#write([{ type: 'add', policy }]);
  }

  async addAll(policies: Iterable<Policy> | AsyncIterable<Policy>, options: BulkOptions = {}): Promise<void> {
    const change = (policy: Policy): PolicyChange => ({ type: 'add', policy });
    await writeInBatches('policies', policies, options, change, (changes) => this.apply(changes));
  }

  async update(policy: Policy): Promise<void> {
    this.#write([{ type: 'update', policy }]);
  }

  async delete(uid: string): Promise<void> {
    this.#write([{ type: 'delete', uid }]);
  }

  async link(link: PolicyLink): Promise<void> {
    this.#write([{ type: 'link', link }]);
  }

  async unlink(link: PolicyLink): Promise<void> {
    this.#write([{ type: 'unlink', link }]);
  }

  async linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options: BulkOptions = {}): Promise<void> {
    const change = (link: PolicyLink): PolicyChange => ({ type: 'link', link });
    await writeInBatches('links', links, options, change, (changes) => this.apply(changes));
  }

  async apply(changes: readonly PolicyChange[], options: { readonly ifRevision?: Revision } = {}): Promise<Revision> {
    return this.#write(changes, options.ifRevision);
  }

  async get(uid: string): Promise<Policy | undefined> {
    return this.#policies.get(requireUid(uid))?.policy;
  }

  async getAll(limit: number, offset: number): Promise<readonly Policy[]> {
    requirePage(limit, offset);
    return Object.freeze(this.#all().slice(offset, offset + limit));
  }

  async page({ after, limit }: { readonly after?: string | undefined; readonly limit: number }): Promise<PolicyPage> {
    requireBatch(limit, 'limit');
    const place = requirePlace(after);
    this.#entries ??= [...this.#policies.values()];
    const from = firstAfter(this.#entries, place);
    const last = this.#entries[from + limit - 1];
    const policies = Object.freeze(this.#all().slice(from, from + limit));
    const ends = last === undefined || from + limit === this.#entries.length;
    return Object.freeze(ends ? { policies } : { policies, next: String(last.seq) });
  }

  retrieveAll(batch = 50): AsyncIterable<Policy> {
    requireBatch(batch);
    const all = (): readonly Policy[] => this.#all();
    return (async function* () {
      yield* all();
    })();
  }

  retrieveLinks(batch = 1000): AsyncIterable<PolicyLink> {
    requireBatch(batch);
    const all = (): Iterable<PolicyLink> => this.#allLinks();
    return (async function* () {
      yield* all();
    })();
  }

  /** Everything: whoever wants fewer has an index, and mirrors this storage. */
  async findForInquiry(): Promise<Candidates> {
    const links = Object.freeze([...this.#allLinks()]);
    return Object.freeze({ revision: this.#revision, policies: this.#all(), links });
  }

  async revision(): Promise<Revision> {
    return this.#revision;
  }

  async changesSince(revision: Revision): Promise<Changes> {
    return this.#log.since(revision, this.#revision);
  }

  watch(listener: (revision: Revision) => void): () => void {
    return this.#listeners.add(listener);
  }

  #slotsOf(template: string): readonly string[] | undefined {
    return this.#policies.get(template)?.policy.slots;
  }

  #all(): readonly Policy[] {
    this.#list ??= Object.freeze(Array.from(this.#policies.values(), ({ policy }) => policy));
    return this.#list;
  }

  #allLinks(): Iterable<PolicyLink> {
    return this.#links.all((template) => this.#slotsOf(template) ?? []);
  }

  /** INVARIANT: everything that can fail comes before the first change, and nothing is awaited in between. */
  #write(changes: readonly PolicyChange[], ifRevision?: Revision): Revision {
    const checked = checkedChanges(changes, this.#parse);
    requireBase(ifRevision, this.#revision);
    requireFreeUids(checked, (uid) => this.#policies.has(uid));
    checkLinks(checked, {
      isStored: (uid) => this.#policies.has(uid),
      slotsOf: (template) => this.#slotsOf(template),
      countOf: (template) => this.#links.countOf(template),
      has: (template, text) => this.#links.has(template, text),
    });
    this.#commit(checked);
    return this.#revision;
  }

  #commit(changes: readonly PolicyChange[]): void {
    const effective = changes.filter((change) => this.#perform(change));
    if (effective.length === 0) return;
    if (effective.some(({ type }) => type !== 'link' && type !== 'unlink')) {
      this.#list = undefined;
      this.#entries = undefined;
    }
    this.#revision += 1;
    const revision = this.#revision;
    this.#log.record(effective.map((change): RecordedChange => Object.freeze({ revision, change })));
    this.#listeners.tell(revision);
  }

  /** @returns whether anything changed */
  #perform(change: PolicyChange): boolean {
    if (change.type === 'link') return this.#links.link(change.link, this.#slotsOf(change.link.template) ?? []);
    if (change.type === 'unlink') return this.#links.unlink(change.link, this.#slotsOf(change.link.template) ?? []);
    if (change.type === 'delete') {
      this.#links.deleteTemplate(change.uid);
      return this.#policies.delete(change.uid);
    }
    const { policy } = change;
    const known = this.#policies.get(policy.uid);
    if (change.type === 'update' && known === undefined) return false;
    this.#policies.set(policy.uid, { seq: known?.seq ?? ++this.#seq, policy });
    return true;
  }
}

/** Where in a list by sequence numbers the first one after a number stands. */
function firstAfter(entries: readonly Entry[], seq: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as Entry).seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
