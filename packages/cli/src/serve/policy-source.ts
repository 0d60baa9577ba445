import type { ServerConfig } from '@cardea/server/config';
import { isCardeaError, type Logger, MemoryStorage, parsePolicy, quote, type Storage } from 'cardea';
import type { ImportMode, PolicyDocument } from 'cardea/document';
import type { Kysely } from 'kysely';
import { loadLinkedPolicies } from '../load-policies.ts';
import { findPolicyFiles } from '../policy-files.ts';
import { importIntoStore } from '../store/import-into-store.ts';
import { loadDocumentReading, loadReading, type NamedReading } from '../store/store-options.ts';
import { parseStoreUrl } from '../store/store-url.ts';
import { withStore } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';
import { withBus } from './change-bus.ts';
import { withTables } from './entity-tables.ts';
import type { FollowedFiles } from './followed-files.ts';

/** What is served: where the policies are, and how they are read. */
export interface PolicySource {
  readonly storage: Storage;
  readonly reading: NamedReading;
  /** The database of the store, where it is one of SQL. */
  readonly kysely?: Kysely<unknown> | undefined;
  /** That of the tables of attributes. */
  readonly tables: Kysely<unknown> | undefined;
  /** What a reader is told of it, such as `12 policies of policies.yaml`. */
  readonly description: string;
}

/** Works with the policies that a configuration names: a store, documents, or a store that documents fill. */
export async function withPolicies<T>(
  terminal: Terminal,
  config: ServerConfig,
  { followed, logger }: { readonly followed: FollowedFiles; readonly logger: Logger },
  work: (source: PolicySource) => Promise<T>,
): Promise<T> {
  const { store, policies: paths, decide } = config;
  if (store === undefined) {
    const source = await documentSource(terminal, config, followed);
    return withTables(terminal, config, undefined, (tables) => work({ ...source, tables }));
  }
  const address = parseStoreUrl(store, terminal.cwd);
  const reading = await loadReading(terminal, decide);
  // A file that is to be filled is made; the tables of other databases are made by whoever administers them.
  const use = address.kind === 'sqlite' && paths.length > 0 ? 'write' : 'follow';
  return withBus(config, (bus) => {
    const told = bus === undefined ? reading : { ...reading, bus, logger };
    return withStore(terminal, address, { use, reading: told }, async (storage, { kysely }) => {
      const filled = paths.length === 0 ? '' : await fill(terminal, storage, { paths, reading });
      const source = { storage, reading, kysely, description: `store ${quote(address.label)}${filled}` };
      return withTables(terminal, config, kysely, (tables) => work({ ...source, tables }));
    });
  });
}

async function documentSource(
  terminal: Terminal,
  { policies: paths, decide }: ServerConfig,
  followed: FollowedFiles,
): Promise<Omit<PolicySource, 'tables'>> {
  const reading = await loadDocumentReading(terminal, decide);
  const storage = new MemoryStorage([], { parse: (policy) => parsePolicy(policy, reading.parse) });
  await followed.load({
    what: 'policies',
    files: async () => (await findPolicyFiles(terminal, paths)).files,
    load: async () => bring(storage, await loadLinkedPolicies(terminal, paths, reading.parse), 'replace'),
  });
  const count = (await storage.getAll(MOST_COUNTED, 0)).length;
  return { storage, reading, description: `${count} of ${paths.map((path) => quote(path)).join(', ')}` };
}

const MOST_COUNTED = 10_000_000;

/** Brings documents into a store that nothing was ever stored in; tells what became of them. */
async function fill(
  terminal: Terminal,
  storage: Storage,
  { paths, reading }: { readonly paths: readonly string[]; readonly reading: NamedReading },
): Promise<string> {
  const names = paths.map((path) => quote(path)).join(', ');
  const isUsed = `; ${names} not read, since the store is in use`;
  if ((await storage.revision()) > 0) return isUsed;
  const document = await loadLinkedPolicies(terminal, paths, reading.parse);
  try {
    await bring(storage, document, 'add', 0);
    return `, filled with ${document.policies.length} of ${names}`;
  } catch (error) {
    // Another instance was faster.
    if (isCardeaError(error) && error.code === 'CARDEA_CONFLICT') return isUsed;
    throw error;
  }
}

async function bring(storage: Storage, document: PolicyDocument, mode: ImportMode, ifRevision?: number): Promise<void> {
  const positionOf = (uid: string): object => document.positions.get(uid) ?? {};
  await importIntoStore(storage, document, {
    mode,
    ifRevision,
    dryRun: false,
    positionOf,
    onProgress: () => undefined,
  });
}
