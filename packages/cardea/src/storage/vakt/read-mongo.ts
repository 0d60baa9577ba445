import { formatPath } from '../../errors.ts';
import type { UnreadVaktPolicy, VaktBatch, VaktDatabase } from '../../ports/vakt-database.ts';
import { BsonError, readBson } from './bson.ts';
import { migratedVersion } from './migrated-version.ts';

/** What is needed of a database of MongoDB: a `Db` of the driver `mongodb`, or what does the same. */
export interface VaktMongo {
  collection(name: string): VaktMongoCollection;
}

/** What is needed of a collection. */
export interface VaktMongoCollection {
  /** Documents as bytes of BSON, which `raw` asks for; objects are taken too. */
  find(filter: Readonly<Record<string, never>>, options: VaktMongoFindOptions): AsyncIterable<unknown>;
}

/** How documents are asked for. */
interface VaktMongoFindOptions {
  readonly raw: true;
  readonly batchSize: number;
  readonly sort: { readonly _id: 1 };
}

/** Which collections are read. */
export interface VaktMongoOptions {
  /** That of the policies; vakt's own `vakt_policies` when absent. */
  readonly collection?: string;
  /** That in which vakt's migrations keep their version; vakt's own `vakt_policies_migration_version` when absent. */
  readonly versions?: string;
}

/**
 * The policies that vakt's `MongoStorage` keeps, of any version of vakt, migrated or not, in the order of their `_id`.
 *
 * @example
 * ```ts
 * const client = await new MongoClient('mongodb://127.0.0.1').connect();
 * const report = await importVaktDatabase(readVaktMongo(client.db('vakt')), storage, { checker: 'regex' });
 * ```
 */
export function readVaktMongo(database: VaktMongo, options: VaktMongoOptions = {}): VaktDatabase {
  const { collection = 'vakt_policies', versions = 'vakt_policies_migration_version' } = options;
  return {
    version: () => versionOf(database.collection(versions)),
    batches: (size) => batchesOf(database.collection(collection), size),
  };
}

const VERSIONS = ['1.1.0', '1.1.1', '1.2.0', '1.4.0'];

// The collection holds one document, `{ _id: 'migration_version', version: 4 }`.
async function versionOf(collection: VaktMongoCollection): Promise<string | undefined> {
  for await (const stored of documentsOf(collection, 1)) {
    const { document } = readDocument(stored);
    if (memberOf(document, '_id') === 'migration_version')
      return migratedVersion(memberOf(document, 'version'), VERSIONS);
  }
  return undefined;
}

async function* batchesOf(collection: VaktMongoCollection, size: number): AsyncIterable<VaktBatch> {
  let documents: unknown[] = [];
  let unread: UnreadVaktPolicy[] = [];
  for await (const stored of documentsOf(collection, size)) {
    const { document, problem } = readDocument(stored);
    if (problem === undefined) documents.push(document);
    else unread.push({ ...uidOf(document), message: problem });
    if (documents.length + unread.length < size) continue;
    yield { source: { documents }, unread };
    [documents, unread] = [[], []];
  }
  if (documents.length + unread.length > 0) yield { source: { documents }, unread };
}

function documentsOf(collection: VaktMongoCollection, size: number): AsyncIterable<unknown> {
  return collection.find({}, { raw: true, batchSize: size, sort: { _id: 1 } });
}

interface Read {
  /** A Map, or the object that the client gave. */
  readonly document: unknown;
  /** Why it is no document of vakt. */
  readonly problem?: string;
}

function readDocument(stored: unknown): Read {
  if (!(stored instanceof Uint8Array)) return { document: stored };
  try {
    const { members, foreign } = readBson(stored);
    // The identifier of a document stands beside the policy, and is no part of it.
    const problems = foreign.filter(({ path }) => path.length > 1 || path[0] !== '_id');
    if (problems.length === 0) return { document: members };
    const listed = problems.slice(0, 3).map(({ what, path }) => `${formatPath(path)} is ${what}`);
    return { document: members, problem: `${listed.join(', ')}, which is no value of a policy` };
  } catch (error) {
    if (error instanceof BsonError) return { document: new Map(), problem: error.message };
    throw error;
  }
}

function uidOf(document: unknown): { readonly uid?: string } {
  const uid = memberOf(document, 'uid') ?? memberOf(document, '_id');
  return typeof uid === 'string' || typeof uid === 'bigint' ? { uid: String(uid) } : {};
}

function memberOf(document: unknown, name: string): unknown {
  if (document instanceof Map) return (document as ReadonlyMap<string, unknown>).get(name);
  return (document as Readonly<Record<string, unknown>>)[name];
}
