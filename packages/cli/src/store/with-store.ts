import { stat } from 'node:fs/promises';
import { CardeaError, quote } from 'cardea';
import type { MigrationStatus } from 'cardea/storage/migration';
import type { StoredStorage } from 'cardea/storage/sql';
import type { Terminal } from '../terminal.ts';
import { openDatabase } from './open-database.ts';
import type { StoreDatabase, StoreReading } from './store-database.ts';
import { storeError } from './store-error.ts';
import type { StoreAddress } from './store-url.ts';

/** What a command does with a store: one that only reads, or follows its changes, neither makes nor migrates it. */
export type StoreUse = 'read' | 'write' | 'follow';

/**
 * Works with the policies of a store, and closes it, whatever happens.
 *
 * @throws CARDEA_IO when a store to be read is not there, or its database cannot be reached; CARDEA_MIGRATION and
 *   CARDEA_UNSUPPORTED when it is of another version. No message repeats a secret
 */
export async function withStore<T>(
  terminal: Terminal,
  address: StoreAddress,
  { use, reading }: { readonly use: StoreUse; readonly reading: StoreReading },
  work: (storage: StoredStorage, database: StoreDatabase) => Promise<T>,
): Promise<T> {
  return withDatabase(terminal, address, use, async (database) => {
    const migrator = database.migrator();
    if (use === 'write') await migrator.up();
    else requireCurrent(await migrator.status(), address);
    const storage = database.storage(reading);
    try {
      await storage.prepare();
      return await work(storage, database);
    } finally {
      await storage.close();
    }
  });
}

/**
 * Works with a database, whatever is in it, and closes it.
 *
 * @param use to write makes the file of SQLite where there is none
 */
export async function withDatabase<T>(
  { signal, env }: Terminal,
  address: StoreAddress,
  use: StoreUse,
  work: (database: StoreDatabase) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    if (use !== 'write' && address.kind === 'sqlite') await requireFile(address);
    const database = await openDatabase(address, use === 'follow' ? 'lasting' : 'briefly');
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    const { PGPASSWORD: password = '' } = env;
    throw storeError(error, address, password === '' ? [] : [password]);
  }
}

/** @throws unless what is stored can be read as it is */
function requireCurrent({ state, version, latest, claim }: MigrationStatus, { label }: StoreAddress): void {
  if (state === 'current') return;
  const where = quote(label);
  if (state === 'newer')
    throw new CardeaError(
      'CARDEA_UNSUPPORTED',
      `the store ${where} is of version ${version}, and ${latest} is the last that is known`,
    );
  if (state === 'outdated' && version === 0 && claim === undefined)
    throw new CardeaError('CARDEA_MIGRATION', `there is no store in ${where}: \`cardea store init\` makes one`);
  const what = state === 'outdated' ? `of version ${version} of ${latest}` : 'in the middle of a migration';
  throw new CardeaError('CARDEA_MIGRATION', `the store ${where} is ${what}: run \`cardea store migrate up\``);
}

// SQLite makes a file where there is none, and a set without denials must not come from a name that was mistyped.
async function requireFile({ target, label }: StoreAddress): Promise<void> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new CardeaError('CARDEA_IO', `there is no store at ${quote(label)}: \`cardea store init\` makes one`);
  });
  if (found.isFile()) return;
  throw new CardeaError('CARDEA_IO', `the store ${quote(label)} is no file`);
}
