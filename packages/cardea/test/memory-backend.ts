import type {
  Backend,
  BackendWriter,
  Batch,
  Facts,
  Found,
  Head,
  LinkPage,
  LinkPageOptions,
  StoredLink,
  StoredPolicy,
  Wanted,
} from '../src/storage/stored/backend.ts';

interface Row extends StoredPolicy {
  readonly isTemplate: boolean;
  readonly keys: readonly string[];
}

interface Link extends StoredLink {
  readonly id: number;
  readonly seq: number;
  readonly key: string;
}

/** What a database holds; never changed, so that whoever holds one sees one revision. */
interface State {
  readonly head: Head;
  readonly policies: ReadonlyMap<string, Row>;
  readonly links: ReadonlyMap<string, Link>;
  readonly shapes: ReadonlySet<string>;
  readonly changes: readonly { readonly revision: number; readonly change: string }[];
  readonly nextLink: number;
}

const EMPTY: State = {
  head: { revision: 0, shapesVersion: '', nextSeq: 1, keyer: '', completeAfter: 0 },
  policies: new Map(),
  links: new Map(),
  shapes: new Set(),
  changes: [],
  nextLink: 1,
};

/** What a database is asked to do. */
export type BackendStep =
  | keyof BackendWriter
  | 'prepare'
  | 'head'
  | 'get'
  | 'slice'
  | 'changes'
  | 'candidates'
  | 'listen';

/** What happens before and after each step: nothing, a wait, or a failure. */
export type Interruption = (step: BackendStep, when: 'before' | 'after') => void | Promise<void>;

/** A database in memory that several storages share, each by a backend of its own. */
export class MemoryDatabase {
  state: State = EMPTY;
  /** Who hears of commits; what they do not hear is lost. */
  readonly listeners = new Set<(revision: number) => void>();

  /** All that are listening lose their connection. */
  readonly #connections = new Set<(error: unknown) => void>();

  connect(listener: (revision: number) => void, failed: (error: unknown) => void): () => void {
    this.listeners.add(listener);
    this.#connections.add(failed);
    return () => {
      this.listeners.delete(listener);
      this.#connections.delete(failed);
    };
  }

  disconnectAll(): void {
    this.listeners.clear();
    for (const failed of Array.from(this.#connections)) failed(new Error('connection lost'));
    this.#connections.clear();
  }

  commit(batch: Batch): boolean {
    if (batch.base !== this.state.head.revision) return false;
    this.state = after(this.state, batch);
    for (const listener of Array.from(this.listeners)) listener(batch.head.revision);
    return true;
  }
}

/** How a backend in memory behaves. */
export interface MemoryBackendOptions {
  readonly limits?: Backend['limits'];
  /** Whether it tells of changes. */
  readonly tells?: boolean;
  readonly interrupt?: Interruption;
}

/** A connection to a {@link MemoryDatabase}: every call waits before and after it does its work, as a server's does. */
export class MemoryBackend implements Backend {
  readonly limits: Backend['limits'];
  readonly #database: MemoryDatabase;
  readonly listen?: NonNullable<Backend['listen']>;
  interrupt: Interruption;
  /** Steps that were taken. */
  readonly steps: BackendStep[] = [];
  /** Policies and links that `candidates` gave. */
  read = 0;

  constructor(database: MemoryDatabase, { limits = {}, tells = false, interrupt = wait }: MemoryBackendOptions = {}) {
    this.#database = database;
    this.limits = limits;
    this.interrupt = interrupt;
    if (tells) this.listen = (listener, failed) => this.#step('listen', () => database.connect(listener, failed));
  }

  prepare(): Promise<void> {
    return this.#step('prepare', () => undefined);
  }

  head(): Promise<Head> {
    return this.#step('head', ({ head }) => head);
  }

  facts({ uids, counted, links }: Wanted): Promise<Facts> {
    return this.#step('facts', (state) => ({
      head: state.head,
      policies: uids.flatMap((uid) => {
        const row = state.policies.get(uid);
        if (row === undefined) return [];
        const { seq, document, isTemplate } = row;
        return [isTemplate ? { uid, seq, document } : { uid, seq }];
      }),
      counts: new Map(
        counted.map((uid) => [uid, [...state.links.values()].filter(({ template }) => template === uid).length]),
      ),
      links: links.filter((link) => state.links.has(keyOf(link))),
    }));
  }

  commit(batch: Batch): Promise<boolean> {
    return this.#step('commit', () => this.#database.commit(batch));
  }

  /** Nobody is kept out: commits are lost to others. */
  exclusively<T>(work: (writer: BackendWriter) => Promise<T>): Promise<T> {
    return work(this);
  }

  get(uid: string): Promise<StoredPolicy | undefined> {
    return this.#step('get', ({ policies }) => policies.get(uid));
  }

  page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    return this.#step('page', (state) =>
      inOrder(state)
        .filter(({ seq }) => seq > after)
        .slice(0, limit),
    );
  }

  slice(offset: number, limit: number): Promise<readonly StoredPolicy[]> {
    return this.#step('slice', (state) => inOrder(state).slice(offset, offset + limit));
  }

  links({ template, after = '0', limit }: LinkPageOptions): Promise<LinkPage> {
    return this.#step('links', (state) => {
      const rest = [...state.links.values()]
        .filter((link) => link.id > Number(after) && (template === undefined || link.template === template))
        .sort((a, b) => a.id - b.id);
      const links = rest.slice(0, limit);
      return rest.length > limit ? { links, next: String(links.at(-1)?.id) } : { links };
    });
  }

  changes(after: number): ReturnType<Backend['changes']> {
    return this.#step('changes', ({ head, changes }) => ({
      head,
      changes: changes.filter(({ revision }) => revision > after),
    }));
  }

  shapes(): ReturnType<Backend['shapes']> {
    return this.#step('shapes', ({ head, shapes }) => ({ head, shapes: [...shapes] }));
  }

  async candidates(keys: readonly string[] | 'everything'): Promise<Found> {
    const found = await this.#step('candidates', (state) => candidatesIn(state, keys));
    this.read += found.policies.length + found.links.length;
    return found;
  }

  async #step<T>(step: BackendStep, work: (state: State) => T): Promise<T> {
    this.steps.push(step);
    await this.interrupt(step, 'before');
    const done = work(this.#database.state);
    await this.interrupt(step, 'after');
    return done;
  }
}

function wait(): Promise<void> {
  return Promise.resolve();
}

function candidatesIn({ head, policies, links }: State, keys: readonly string[] | 'everything'): Found {
  if (keys === 'everything') return { head, policies: [...policies.values()], links: [...links.values()] };
  const asked = new Set(keys);
  const found = [...links.values()].filter(({ key }) => asked.has(key));
  const linked = new Set(found.map(({ template }) => template));
  const rows = [...policies.values()].filter((row) => linked.has(row.uid) || row.keys.some((key) => asked.has(key)));
  const samples = rows.flatMap(({ uid, isTemplate }) => {
    if (!isTemplate || linked.has(uid)) return [];
    return [...links.values()].filter(({ template }) => template === uid).slice(0, 1);
  });
  return { head, policies: rows.toReversed(), links: [...found, ...samples] };
}

function after(state: State, batch: Batch): State {
  const policies = new Map(state.policies);
  const links = new Map(state.links);
  let { nextLink } = state;
  for (const { uid, seq } of batch.deletes) {
    require(policies.get(uid)?.seq === seq, 'what is deleted is there');
    policies.delete(uid);
    for (const [key, { template }] of links) if (template === uid) links.delete(key);
  }
  for (const link of batch.unlinks) require(links.delete(keyOf(link)), 'what is unlinked is there');
  for (const row of batch.puts) {
    const known = policies.get(row.uid);
    require(row.isNew ? known === undefined : known?.seq === row.seq, 'a policy is new or is not');
    require(new Set(row.keys).size === row.keys.length, 'no two keys are alike');
    require(row.seq < batch.head.nextSeq, 'no sequence number is given twice');
    policies.set(row.uid, row);
  }
  for (const link of batch.links) {
    const known = links.get(keyOf(link));
    require(link.isNew === (known === undefined), 'a link is new or is not');
    require(policies.get(link.template)?.seq === link.seq, 'a link has its template');
    links.set(keyOf(link), { ...link, id: known?.id ?? nextLink++ });
  }
  const shapes = new Set(batch.forgetsShapes ? [] : state.shapes);
  for (const shape of batch.shapes) require(!shapes.has(shape) && shapes.add(shape) === shapes, 'shapes are new');
  const isSame = batch.shapes.length === 0 && !batch.forgetsShapes;
  require(isSame === (batch.head.shapesVersion === state.head.shapesVersion), 'other shapes are another version');
  require(batch.head.revision === batch.base + 1, 'revisions have no gap');
  const told = batch.changes.map((change) => ({ revision: batch.head.revision, change }));
  const all = [...state.changes, ...told];
  const oldest = batch.keepChanges === undefined ? undefined : all.at(-batch.keepChanges)?.revision;
  const completeAfter = Math.max(state.head.completeAfter, (oldest ?? 0) - 1);
  return {
    head: { ...batch.head, completeAfter },
    policies,
    links,
    shapes,
    changes: all.filter(({ revision }) => revision > completeAfter),
    nextLink,
  };
}

function inOrder({ policies }: State): readonly Row[] {
  return [...policies.values()].sort((a, b) => a.seq - b.seq);
}

function keyOf({ template, text }: StoredLink): string {
  return JSON.stringify([template, text]);
}

function require(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the backend was promised that ${what}`);
}
