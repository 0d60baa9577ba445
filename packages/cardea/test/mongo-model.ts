import { Query } from 'mingo';
import type {
  MongoCollection,
  MongoDatabase,
  MongoFindOptions,
  MongoOptions,
  MongoSession,
} from '../src/storage/mongo/client.ts';

interface Stored {
  readonly _id: unknown;
}

type State = Map<string, Map<string, Stored>>;

const SNAPSHOT = Symbol('snapshot');

interface Transaction extends MongoSession {
  [SNAPSHOT]?: { state: State; readonly touched: Set<string> };
}

/**
 * A model of a MongoDB server: single statements are atomic and see what was acknowledged; a replica set also has
 * transactions of a snapshot, refused where another one wrote the same document first, and tells of inserted documents.
 */
export class MongoModel {
  readonly #isReplicaSet: boolean;
  readonly #streams = new Set<{ readonly collection: string; readonly tell: (change: object | Error) => void }>();
  #state: State = new Map();
  /** How often each document was written, to find conflicts by. */
  readonly #written = new Map<string, number>();
  #time = 0;
  #ids = 0;

  constructor({ isReplicaSet }: { readonly isReplicaSet: boolean }) {
    this.#isReplicaSet = isReplicaSet;
  }

  /** How many documents there are of a collection. */
  count(collection: string): number {
    return this.#state.get(collection)?.size ?? 0;
  }

  connect(): MongoDatabase {
    return {
      collection: (name) => this.#collection(name),
      command: () => Promise.resolve(this.#isReplicaSet ? { ok: 1, setName: 'model' } : { ok: 1 }),
      client: { startSession: () => this.#session() },
    };
  }

  /** How many change streams are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** All change streams end with an error. */
  disconnectStreams(): void {
    for (const { tell } of Array.from(this.#streams)) tell(new Error('connection lost'));
    this.#streams.clear();
  }

  #collection(name: string): MongoCollection {
    const read = (filter: object, options: MongoFindOptions = {}): object[] =>
      found(this.#documents(name, options), filter, options);
    return {
      find: (filter, options) => ({
        toArray: async () => later(() => read(filter, options)),
        async *[Symbol.asyncIterator]() {
          yield* await later(() => read(filter, options));
        },
      }),
      findOne: (filter, options) => later(() => read(filter, options)[0] ?? null),
      insertOne: (document, options) => later(() => ({ insertedId: this.#insert(name, document, options) })),
      insertMany: (documents, options) =>
        later(() => documents.map((document) => this.#insert(name, document, options))),
      updateOne: (filter, update, options) =>
        later(() => {
          const [one] = found(this.#documents(name, options), filter, {}) as Stored[];
          const { $set } = update as { readonly $set: object };
          if (one !== undefined) this.#put(name, { ...one, ...$set }, options);
        }),
      deleteMany: (filter, options) =>
        later(() => {
          for (const { _id } of found(this.#documents(name, options), filter, {}) as Stored[])
            this.#put(name, { _id }, options, 'delete');
        }),
      createIndexes: () => Promise.resolve([]),
      drop: () => later(() => this.#state.delete(name)),
      watch: () => this.#watch(name),
    };
  }

  #documents(name: string, { session }: MongoOptions = {}): Map<string, Stored> {
    const state = (session as Transaction | undefined)?.[SNAPSHOT]?.state ?? this.#state;
    const known = state.get(name);
    if (known !== undefined) return known;
    const made = new Map<string, Stored>();
    state.set(name, made);
    return made;
  }

  #insert(name: string, document: object, options: MongoOptions | undefined): unknown {
    const stored = { _id: `m${++this.#ids}`, ...document };
    const id = JSON.stringify(stored._id);
    if (this.#documents(name, options).has(id))
      throw Object.assign(new Error('E11000 duplicate key'), { code: 11_000 });
    this.#put(name, stored, options);
    return stored._id;
  }

  #put(name: string, stored: Stored, options: MongoOptions | undefined, change: 'put' | 'delete' = 'put'): void {
    const id = JSON.stringify(stored._id);
    const snapshot = (options?.session as Transaction | undefined)?.[SNAPSHOT];
    const documents = this.#documents(name, options);
    if (change === 'delete') documents.delete(id);
    else documents.set(id, JSON.parse(JSON.stringify(stored)) as Stored);
    if (snapshot === undefined) this.#acknowledge(name, id);
    else snapshot.touched.add(JSON.stringify([name, id]));
  }

  #acknowledge(name: string, id: string): void {
    this.#written.set(JSON.stringify([name, id]), ++this.#time);
    const fullDocument = this.#state.get(name)?.get(id);
    for (const { collection, tell } of this.#streams)
      if (collection === name && fullDocument !== undefined) tell({ operationType: 'insert', fullDocument });
  }

  #session(): MongoSession {
    if (!this.#isReplicaSet) throw new Error('transactions need a replica set');
    const session: Transaction = {
      withTransaction: async (work) => {
        for (;;) {
          const begun = this.#time;
          const state = new Map([...this.#state].map(([name, documents]) => [name, new Map(documents)]));
          const touched = new Set<string>();
          session[SNAPSHOT] = { state, touched };
          await work().finally(() => delete session[SNAPSHOT]);
          if ([...touched].some((key) => (this.#written.get(key) ?? 0) > begun)) continue;
          for (const key of touched) this.#merge(key, state);
          return undefined;
        }
      },
      endSession: () => Promise.resolve(),
    };
    return session;
  }

  #merge(key: string, state: State): void {
    const [name, id] = JSON.parse(key) as [string, string];
    const stored = state.get(name)?.get(id);
    if (stored === undefined) this.#documents(name).delete(id);
    else this.#documents(name).set(id, stored);
    this.#acknowledge(name, id);
  }

  #watch(collection: string): ReturnType<MongoCollection['watch']> {
    const told: (object | Error)[] = [];
    let wake: (() => void) | undefined;
    const stream = {
      collection,
      tell: (change: object | Error): void => {
        told.push(change);
        wake?.();
      },
    };
    const close = (): Promise<void> => {
      this.#streams.delete(stream);
      stream.tell(new Error('the stream is closed'));
      return Promise.resolve();
    };
    const next = async (): Promise<object> => {
      while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const first = told.shift();
      if (first instanceof Error) throw first;
      return first as object;
    };
    return {
      tryNext: () => {
        this.#streams.add(stream);
        return Promise.resolve(null);
      },
      close,
      async *[Symbol.asyncIterator]() {
        for (;;) yield await next();
      },
    };
  }
}

function found(documents: Map<string, Stored>, filter: object, { sort, limit }: MongoFindOptions): object[] {
  const all = matching(documents, filter);
  const keys = Object.entries((sort ?? {}) as Record<string, 1 | -1>);
  all.sort((left, right) => {
    for (const [key, direction] of keys) {
      const [a, b] = [left, right].map(
        (document) => (document as unknown as Record<string, string | number>)[key] ?? 0,
      );
      if (a !== b) return (a as number) < (b as number) ? -direction : direction;
    }
    return 0;
  });
  return structuredClone(typeof limit === 'number' ? all.slice(0, limit) : all);
}

function matching(documents: Map<string, Stored>, filter: object): Stored[] {
  const { _id: id, ...rest } = filter as { readonly _id?: unknown };
  const ids = typeof id === 'string' ? [id] : (id as { readonly $in?: readonly unknown[] } | undefined)?.$in;
  // As by the index.
  if (ids !== undefined && Object.keys(rest).length === 0)
    return ids.flatMap((one) => documents.get(JSON.stringify(one)) ?? []);
  const { sets, others } = split(filter);
  const query = new Query(others);
  return [...documents.values()].filter((document) => {
    const members = document as unknown as Record<string, unknown>;
    return sets.every(([name, set]) => [members[name]].flat().some((value) => set.has(value))) && query.test(members);
  });
}

/** Which members are to be one of many, and what else is asked. */
function split(filter: object): { sets: [string, Set<unknown>][]; others: Record<string, unknown> } {
  const sets: [string, Set<unknown>][] = [];
  const others: Record<string, unknown> = {};
  for (const [name, condition] of Object.entries(filter) as [string, unknown][]) {
    const many = (condition as { readonly $in?: readonly unknown[] } | null)?.$in;
    if (many === undefined) others[name] = condition;
    else sets.push([name, new Set(many)]);
  }
  return { sets, others };
}

/** As over a network: what is asked together is not done at once. */
async function later<T>(work: () => T): Promise<T> {
  await Promise.resolve();
  return work();
}
