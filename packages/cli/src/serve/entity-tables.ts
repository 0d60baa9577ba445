import { stat } from 'node:fs/promises';
import type { ServerConfig } from '@cardea/server/config';
import { CardeaError, quote } from 'cardea';
import type { Kysely } from 'kysely';
import { parseStoreUrl, type StoreAddress } from '../store/store-url.ts';
import { withDatabase } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Works with the database of the tables of entities, where the configuration names some: that of the store, or one of its own.
 *
 * @throws CARDEA_IO when it is a file and not there
 */
export async function withTables<T>(
  terminal: Terminal,
  { attributes: { sql } }: ServerConfig,
  ofStore: Kysely<unknown> | undefined,
  work: (tables: Kysely<unknown> | undefined) => Promise<T>,
): Promise<T> {
  if (sql?.database === undefined) return work(sql && ofStore);
  const address = parseStoreUrl(sql.database, terminal.cwd);
  if (address.kind === 'sqlite') await requireFile(address);
  return withDatabase(terminal, address, 'follow', ({ kysely }) => work(kysely));
}

async function requireFile({ target, label }: StoreAddress): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found?.isFile() === true) return;
  throw new CardeaError('CARDEA_IO', `\`attributes.sql.database\`: there is no file ${quote(label)}`);
}
