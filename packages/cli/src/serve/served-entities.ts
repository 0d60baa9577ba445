import type { EntityDirectory, EntityDocument, EntitySource } from '@cardea/server';
import type { AttributesConfig, ServerConfig } from '@cardea/server/config';
import type { Logger } from 'cardea';
import type { Kysely } from 'kysely';
import type { Terminal } from '../terminal.ts';
import type { FollowedFiles } from './followed-files.ts';
import type { ServerPackage } from './load-server.ts';
import { readDocument } from './read-data.ts';

/** What entities are read with. */
export interface EntityUse {
  readonly followed: FollowedFiles;
  readonly logger: Logger;
  /** Where the tables of `attributes.sql` are. */
  readonly tables: Kysely<unknown> | undefined;
}

/**
 * What the documents, tables and services that a configuration names know of subjects and resources; documents as they are
 * at each time. Undefined where it names none.
 *
 * @throws with every issue of a document, and where two of them know one type
 */
export async function servedEntities(
  terminal: Terminal,
  { entities: paths, attributes }: ServerConfig,
  server: ServerPackage,
  { followed, logger, tables }: EntityUse,
): Promise<EntityDirectory | undefined> {
  const sources = await sourcesOf(terminal, attributes, server, tables);
  if (paths.length === 0 && sources.length === 0) return undefined;
  const { maxAgeMs, maxEntities, timeoutMs, depth, ancestors } = attributes;
  const limits = { maxAgeMs, maxEntities, timeoutMs, depth, ancestors };
  const directoryOf = ({ entities, actions }: EntityDocument): EntityDirectory => {
    // What is in memory alone is answered at once.
    if (sources.length === 0) return server.memoryDirectory({ entities, actions });
    const all = [server.documentEntities(entities), ...sources];
    return server.sourceDirectory({ ...limits, sources: all, actions, logger, clock: terminal.clock });
  };
  let current = directoryOf({ entities: [], actions: [] });
  if (paths.length === 0) return current;
  await followed.load({
    what: 'entities',
    files: async () => paths,
    load: async () => {
      const documents = await Promise.all(
        paths.map((path) => readDocument(terminal, path, server.parseEntityDocument)),
      );
      const entities = documents.flatMap((document) => document.entities);
      current = directoryOf({ entities, actions: documents.flatMap((document) => document.actions) });
    },
  });
  return {
    find: (type, id) => current.find(type, id),
    list: (type, after, limit) => current.list(type, after, limit),
    actions: (resourceType) => current.actions(resourceType),
  };
}

async function sourcesOf(
  { env }: Terminal,
  { sql, http }: AttributesConfig,
  { httpEntities }: ServerPackage,
  tables: Kysely<unknown> | undefined,
): Promise<readonly EntitySource[]> {
  const services = http.map(({ url, types, tokenVariable, maxBytes }) => {
    const token = tokenVariable === undefined ? undefined : env[tokenVariable];
    return httpEntities({
      url,
      types,
      maxBytes,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  });
  if (sql === undefined || tables === undefined) return services;
  const { sqlEntities } = await import('@cardea/server/sql');
  return [sqlEntities(tables, sql.tables), ...services];
}
