import type { VersionRecord, VersionStore } from '../../ports/migration.ts';
import type { MongoDatabase } from './client.ts';
import { requirePrefix, SETTINGS } from './collections.ts';

/** How many records are kept: whoever wrote nothing for longer must not find their number free again. */
const KEPT = 1000;

/**
 * Keeps the version of a database of MongoDB in its collection `cardea_migrations`: a document for each record, of which
 * the last one holds. The stamp is the `_id`, so that no two processes write the same; that an update writes only what its
 * filter matched is not true of every server that speaks MongoDB's protocol. Steps are given the database. None is atomic:
 * making an index or a collection is no part of a transaction.
 *
 * @param options.prefix what the name of the collection begins with; `cardea_`, as that of a storage, when absent
 * @throws CARDEA_INVALID_ARGUMENT when the prefix has other characters than a storage takes
 * @example
 * ```ts
 * const store = mongoVersionStore(client.db('app'), { prefix: 'app_' });
 * await new Migrator({ migrations, store }).up();
 * ```
 */
export function mongoVersionStore<Database extends Pick<MongoDatabase, 'collection'>>(
  database: Database,
  { prefix = 'cardea_' }: { readonly prefix?: string } = {},
): VersionStore<Database> {
  const collection = database.collection(`${requirePrefix(prefix)}migrations`, SETTINGS);
  const read = async (): Promise<VersionRecord> => {
    const document = await collection.findOne({}, { sort: { _id: -1 } });
    return document === null ? { stamp: 0, version: 0 } : recordOf(document as StoredRecord);
  };
  return {
    context: database,
    read,
    async write(next) {
      const { stamp, ...rest } = next;
      if ((await read()).stamp !== stamp - 1) return false;
      try {
        await collection.insertOne({ ...rest, _id: stamp });
      } catch (error) {
        if ((await collection.findOne({ _id: stamp })) === null) throw error;
        return false;
      }
      if (stamp % KEPT === 0) await collection.deleteMany({ _id: { $lt: stamp - KEPT } });
      return true;
    },
  };
}

interface StoredRecord extends Omit<VersionRecord, 'stamp'> {
  readonly _id: number;
}

/** Without what is absent, for which some servers have null. */
function recordOf({ _id: stamp, version, running, claim }: StoredRecord): VersionRecord {
  return { stamp, version, ...(running && { running }), ...(claim && { claim }) };
}
