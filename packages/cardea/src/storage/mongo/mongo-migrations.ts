import type { Migration } from '../../ports/migration.ts';
import type { MongoDatabase } from './client.ts';
import { openCollections } from './collections.ts';
import { GENESIS } from './commits.ts';

/** How the collections whose names begin with a prefix come to be, and what was changed of them since. */
export function mongoMigrations(prefix: string): readonly Migration<MongoDatabase>[] {
  return [{ order: 1, description: 'collections, their indexes and revision 0', resumable: true, up, down }];

  async function up(database: MongoDatabase): Promise<void> {
    const { policies, links, shapes, changes, commits, log } = openCollections(database, prefix);
    await policies.createIndexes({ keys: 1 }, { seq: 1 }, { uid: 1 });
    await links.createIndexes({ key: 1 }, { seq: 1, text: 1 }, { template: 1, text: 1 });
    await shapes.createIndexes({ at: 1 });
    await changes.createIndexes({ at: 1, place: 1 });
    await commits.createIndexes({ n: -1 }, { total: 1, n: 1 });
    await log.createIndexes({ at: 1 });
    await commits.insertFirst(GENESIS);
  }

  /**
   * Commits go first: without them nothing counts, so that a database of which half is gone is empty rather than torn. And
   * last, should a writer have been at work meanwhile.
   */
  async function down(database: MongoDatabase): Promise<void> {
    const { policies, links, shapes, changes, commits, log } = openCollections(database, prefix);
    for (const documents of [commits, policies, links, shapes, changes, log, commits]) await documents.drop();
  }
}
