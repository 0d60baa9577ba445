import { CardeaError, quote } from '../../errors.ts';
import type { MongoCollection, MongoDatabase, MongoFindOptions, MongoOptions } from './client.ts';
import type {
  ChangeDocument,
  CommitDocument,
  LinkDocument,
  LogDocument,
  PolicyDocument,
  ShapeDocument,
} from './documents.ts';

/** What is acknowledged stays, and what is read stays, where there are several servers. */
export const SETTINGS: object = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority' },
};
/** What the name of a collection may begin with. */
const PREFIX = /^[a-z][a-z0-9_.-]{0,59}$/i;
/** What one statement takes away: a server may have a limit of its own. */
const REMOVED_AT_ONCE = 10_000;

/** A collection of documents of one kind. */
export class Documents<T> {
  readonly #collection: MongoCollection;

  constructor(collection: MongoCollection) {
    this.#collection = collection;
  }

  /** Read while they are gone through. */
  each(filter: object, options?: MongoFindOptions): AsyncIterable<T> {
    return this.#collection.find(filter, options) as AsyncIterable<object> as AsyncIterable<T>;
  }

  async all(filter: object, options?: MongoFindOptions): Promise<readonly T[]> {
    return (await this.#collection.find(filter, options).toArray()) as T[];
  }

  async one(id: string): Promise<T | undefined> {
    return ((await this.#collection.findOne({ _id: id })) as T | null) ?? undefined;
  }

  async insert(documents: readonly T[], options?: MongoOptions): Promise<void> {
    if (documents.length > 0) await this.#collection.insertMany([...documents] as object[], options);
  }

  /** @returns whether there was none of this `_id` */
  async insertFirst(document: T, options?: MongoOptions): Promise<boolean> {
    try {
      await this.#collection.insertOne(document as object, options);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Inserts what has no `_id`, and gives the one that the driver makes. */
  async insertNamed(document: Omit<T, '_id'>, options?: MongoOptions): Promise<unknown> {
    return (await this.#collection.insertOne(document, options)).insertedId;
  }

  async set(id: string, members: Partial<T>, options?: MongoOptions): Promise<void> {
    await this.#collection.updateOne({ _id: id }, { $set: members }, options);
  }

  /** Removes what is not much. */
  async removeFew(filter: object, options?: MongoOptions): Promise<void> {
    await this.#collection.deleteMany(filter, options);
  }

  /** Removes what may be any number, so many at once. */
  async remove(filter: object, options?: MongoOptions): Promise<void> {
    const read = { ...options, projection: { _id: 1 }, sort: { _id: 1 }, limit: REMOVED_AT_ONCE };
    for (;;) {
      const found = await this.#collection.find(filter, read).toArray();
      if (found.length === 0) return;
      const last = found[REMOVED_AT_ONCE - 1] as { readonly _id: unknown } | undefined;
      const some = last === undefined ? filter : { $and: [filter, { _id: { $lte: last._id } }] };
      await this.#collection.deleteMany(some, options);
      if (last === undefined) return;
    }
  }

  watch(pipeline: object[]): ReturnType<MongoCollection['watch']> {
    return this.#collection.watch(pipeline);
  }

  /** One statement each: FerretDB breaks off where two of a statement are there already. */
  async createIndexes(...keys: Record<string, 1 | -1>[]): Promise<void> {
    for (const key of keys) await this.#collection.createIndexes([{ key }]);
  }

  /** Takes the whole collection away, where it is there. */
  async drop(): Promise<void> {
    await this.#collection.drop();
  }
}

/** All collections of a storage. */
export interface Collections {
  readonly policies: Documents<PolicyDocument>;
  readonly links: Documents<LinkDocument>;
  readonly shapes: Documents<ShapeDocument>;
  readonly changes: Documents<ChangeDocument>;
  readonly commits: Documents<CommitDocument>;
  readonly log: Documents<LogDocument>;
}

/**
 * The collections of a storage whose names begin with a prefix.
 *
 * @throws CARDEA_INVALID_ARGUMENT when none may begin so
 */
export function openCollections(database: Pick<MongoDatabase, 'collection'>, prefix: string): Collections {
  requirePrefix(prefix);
  const open = <T>(name: string): Documents<T> => new Documents<T>(database.collection(`${prefix}${name}`, SETTINGS));
  return {
    policies: open('policies'),
    links: open('links'),
    shapes: open('shapes'),
    changes: open('changes'),
    commits: open('commits'),
    log: open('log'),
  };
}

/** @throws CARDEA_INVALID_ARGUMENT when no name of a collection may begin so */
export function requirePrefix(prefix: string): string {
  if (typeof prefix === 'string' && PREFIX.test(prefix)) return prefix;
  const message = `a prefix is letters, digits, \`_\`, \`.\` and \`-\`, not ${quote(prefix)}`;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
}

/** Whether a statement failed because what it inserts is there already. */
export function isDuplicate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11_000;
}
