import type { EntityDirectory } from '@cardea/server';
import type { ServerConfig } from '@cardea/server/config';
import type { Terminal } from '../terminal.ts';
import type { FollowedFiles } from './followed-files.ts';
import type { ServerPackage } from './load-server.ts';
import { readDocument } from './read-data.ts';

/**
 * What the documents that a configuration names know of subjects and resources, as they are at each time; undefined where
 * it names none.
 *
 * @throws with every issue of a document
 */
export async function servedEntities(
  terminal: Terminal,
  { entities: paths }: ServerConfig,
  { memoryDirectory, parseEntityDocument }: ServerPackage,
  followed: FollowedFiles,
): Promise<EntityDirectory | undefined> {
  if (paths.length === 0) return undefined;
  let current = memoryDirectory({});
  await followed.load({
    what: 'entities',
    files: async () => paths,
    load: async () => {
      const documents = await Promise.all(paths.map((path) => readDocument(terminal, path, parseEntityDocument)));
      const entities = documents.flatMap((document) => document.entities);
      current = memoryDirectory({ entities, actions: documents.flatMap((document) => document.actions) });
    },
  });
  return {
    find: (type, id) => current.find(type, id),
    list: (type, after, limit) => current.list(type, after, limit),
    actions: (resourceType) => current.actions(resourceType),
  };
}
