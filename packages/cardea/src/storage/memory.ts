import { CardeaError, type Issue, issuesError, quote } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type { Changes, LinkAllOptions, PolicyChange, RecordedChange, Storage } from '../ports/storage.ts';
import { parseLink, parsePolicy } from '../syntax/validate.ts';
import { requireBatch, requireChange, requireIterable, requirePage, requireUid } from './arguments.ts';
import { ChangeLog } from './change-log.ts';
import { checkLinks } from './link-check.ts';
import { linkInBatches } from './link-in-batches.ts';
import { MemoryLinks } from './memory-links.ts';

/** How a memory storage is set up. */
export interface MemoryStorageOptions {
  /** Checks what is stored; `parsePolicy` with the default checker when absent. Must return a copy. */
  readonly parse?: (input: unknown) => Parsed<Policy>;
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
  readonly #parse: (input: unknown) => Parsed<Policy>;
  readonly #logger: Logger | undefined;
  readonly #policies = new Map<string, Policy>();
  readonly #links = new MemoryLinks();
  readonly #log: ChangeLog;
  #list: readonly Policy[] | undefined;
  // Each registration is an entry of its own, so that one function may watch twice.
  readonly #listeners = new Set<{ readonly notify: (revision: Revision) => void }>();
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
    this.#logger = options.logger;
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

  async linkAll(links: Iterable<PolicyLink> | AsyncIterable<PolicyLink>, options: LinkAllOptions = {}): Promise<void> {
    await linkInBatches(links, options, (changes) => this.apply(changes));
  }

  async apply(changes: readonly PolicyChange[], options: { readonly ifRevision?: Revision } = {}): Promise<Revision> {
    return this.#write(changes, options.ifRevision);
  }

  async get(uid: string): Promise<Policy | undefined> {
    return this.#policies.get(requireUid(uid));
  }

  async getAll(limit: number, offset: number): Promise<readonly Policy[]> {
    requirePage(limit, offset);
    return Object.freeze(this.#all().slice(offset, offset + limit));
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
    const all = (): Iterable<PolicyLink> => this.#links.all((template) => this.#slotsOf(template) ?? []);
    return (async function* () {
      yield* all();
    })();
  }

  async findForInquiry(): Promise<Iterable<Policy>> {
    return this.#all();
  }

  async revision(): Promise<Revision> {
    return this.#revision;
  }

  async changesSince(revision: Revision): Promise<Changes> {
    return this.#log.since(revision, this.#revision);
  }

  watch(listener: (revision: Revision) => void): () => void {
    const registration = { notify: listener };
    this.#listeners.add(registration);
    return () => void this.#listeners.delete(registration);
  }

  #slotsOf(template: string): readonly string[] | undefined {
    return this.#policies.get(template)?.slots;
  }

  #all(): readonly Policy[] {
    this.#list ??= Object.freeze([...this.#policies.values()]);
    return this.#list;
  }

  /** INVARIANT: everything that can fail comes before the first change, and nothing is awaited in between. */
  #write(changes: readonly PolicyChange[], ifRevision?: Revision): Revision {
    const checked = this.#checked([...requireIterable('changes', changes)]);
    if (ifRevision !== undefined && ifRevision !== this.#revision) {
      const message = `the storage is at revision ${this.#revision}, not at ${quote(ifRevision)}`;
      throw new CardeaError('CARDEA_CONFLICT', message);
    }
    this.#requireFreeUids(checked);
    checkLinks(checked, {
      isStored: (uid) => this.#policies.has(uid),
      slotsOf: (template) => this.#slotsOf(template),
      countOf: (template) => this.#links.countOf(template),
      has: (template, text) => this.#links.has(template, text),
    });
    this.#commit(checked);
    return this.#revision;
  }

  #checked(changes: readonly PolicyChange[]): readonly PolicyChange[] {
    const issues: Issue[] = [];
    const checked = changes.flatMap((change, at): readonly PolicyChange[] => {
      requireChange(change);
      if (change.type === 'delete') return [Object.freeze({ type: 'delete', uid: requireUid(change.uid) })];
      const parsed = this.#parsed(change);
      if (parsed.ok) return [parsed.value];
      // The place within a list of changes helps only where there is a list.
      const where = changes.length > 1 ? [at] : [];
      for (const issue of parsed.issues) issues.push({ ...issue, path: [...where, ...issue.path] });
      return [];
    });
    if (issues.length > 0) throw issuesError(issues[0]?.code === 'CARDEA_INVALID_LINK' ? 'link' : 'policy', issues);
    return checked;
  }

  #parsed(change: Exclude<PolicyChange, { type: 'delete' }>): Parsed<PolicyChange> {
    if (change.type === 'link' || change.type === 'unlink') {
      const parsed = parseLink(change.link);
      return parsed.ok ? { ok: true, value: Object.freeze({ type: change.type, link: parsed.value }) } : parsed;
    }
    const parsed = this.#parse(change.policy);
    return parsed.ok ? { ok: true, value: Object.freeze({ type: change.type, policy: parsed.value }) } : parsed;
  }

  #requireFreeUids(changes: readonly PolicyChange[]): void {
    const taken = new Map<string, boolean>();
    for (const change of changes) {
      if (change.type === 'delete') taken.set(change.uid, false);
      if (change.type !== 'add') continue;
      const { uid } = change.policy;
      if (taken.get(uid) ?? this.#policies.has(uid)) {
        throw new CardeaError('CARDEA_POLICY_EXISTS', `a policy with uid ${quote(uid)} is already stored`);
      }
      taken.set(uid, true);
    }
  }

  #commit(changes: readonly PolicyChange[]): void {
    const effective = changes.filter((change) => this.#perform(change));
    if (effective.length === 0) return;
    if (effective.some(({ type }) => type !== 'link' && type !== 'unlink')) this.#list = undefined;
    this.#revision += 1;
    const revision = this.#revision;
    this.#log.record(effective.map((change): RecordedChange => Object.freeze({ revision, change })));
    // A listener may watch or stop watching; those of this moment are told.
    const listeners = Array.from(this.#listeners);
    for (const { notify } of listeners) this.#tell(notify, revision);
  }

  /** @returns whether anything changed */
  #perform(change: PolicyChange): boolean {
    if (change.type === 'link') return this.#links.link(change.link, this.#slotsOf(change.link.template) ?? []);
    if (change.type === 'unlink') return this.#links.unlink(change.link, this.#slotsOf(change.link.template) ?? []);
    if (change.type === 'delete') {
      this.#links.deleteTemplate(change.uid);
      return this.#policies.delete(change.uid);
    }
    if (change.type === 'update' && !this.#policies.has(change.policy.uid)) return false;
    this.#policies.set(change.policy.uid, change.policy);
    return true;
  }

  #tell(notify: (revision: Revision) => void, revision: Revision): void {
    try {
      notify(revision);
    } catch (error) {
      // The change has happened: the writer must not hear that it failed.
      this.#logger?.error({ err: error, revision }, 'a listener of the storage threw');
    }
  }
}
