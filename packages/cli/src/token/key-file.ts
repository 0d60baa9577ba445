import { open, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ApiKeyDocument, ApiKeyRecord } from '@cardea/server';
import { CardeaError, quote } from 'cardea';
import { reasonOf } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import type { ServerPackage } from '../serve/load-server.ts';
import { readDocument } from '../serve/read-data.ts';
import type { Terminal } from '../terminal.ts';
import { writeAtomically } from '../write-atomically.ts';

/** Which file of keys a command works with. */
export interface KeyFileFlags {
  readonly apiKeys?: string;
}

/** What is meant where nobody names a file: what `cardea serve` reads. */
const VARIABLE = 'CARDEA_AUTHENTICATION__API_KEYS';
const STANDARD = 'keys.json';

/** How options and help call the file. */
export const KEY_FILE_OPTION: string = `the file of keys; ${VARIABLE}, or else ${STANDARD}, when absent`;

/** The records of API keys in a file: digests, no keys. */
export class KeyFile {
  readonly path: string;
  readonly #terminal: Terminal;
  readonly #server: Pick<ServerPackage, 'parseApiKeyDocument'>;

  constructor(terminal: Terminal, { apiKeys }: KeyFileFlags, server: Pick<ServerPackage, 'parseApiKeyDocument'>) {
    this.path = apiKeys ?? (terminal.env[VARIABLE] || STANDARD);
    this.#terminal = terminal;
    this.#server = server;
  }

  /** @throws with every issue, also when the file is not there */
  async read(): Promise<readonly ApiKeyRecord[]> {
    const { keys } = await readDocument(this.#terminal, this.path, this.#server.parseApiKeyDocument);
    return keys;
  }

  /**
   * Replaces the records, while no other command does; whoever reads the file finds the old ones or the new.
   *
   * @param change gets what is there, nothing where there is no file, and gives what is to be there
   * @throws CARDEA_IO, or what `change` throws; the file is then unchanged
   */
  async change(change: (records: readonly ApiKeyRecord[]) => Promise<readonly ApiKeyRecord[]>): Promise<void> {
    const absolute = resolve(this.#terminal.cwd, this.path);
    const lock = `${absolute}.lock`;
    await take(lock, this.path);
    try {
      const isThere = (await stat(absolute).catch(() => undefined)) !== undefined;
      const keys = await change(isThere ? await this.read() : []);
      const document: ApiKeyDocument = { keys };
      await writeAtomically(absolute, `${JSON.stringify(document, null, 2)}\n`);
    } finally {
      await rm(lock, { force: true });
    }
  }
}

async function take(lock: string, path: string): Promise<void> {
  try {
    await (await open(lock, 'wx')).close();
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = isTaken
      ? `another command changes it; where none does, remove ${quote(`${path}.lock`)}`
      : reasonOf(error);
    throw new CardeaError('CARDEA_IO', `cannot write ${quote(path)}: ${reason}`, { cause: error });
  }
}

/**
 * The record of an id.
 *
 * @throws CARDEA_INVALID_ARGUMENT when there is none
 */
export function requireRecord(records: readonly ApiKeyRecord[], id: string): ApiKeyRecord {
  const record = records.find((each) => each.id === id);
  if (record === undefined) throw usageError(`there is no key ${quote(id)}: \`cardea token list\` names them`);
  return record;
}
