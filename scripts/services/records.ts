import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { CONTROL } from './control.ts';
import type { ServerName, Site } from './server.ts';

/** A server that this checkout started. */
export type ServerRecord = ProgramRecord | ContainerRecord;

/** A process of this host. */
export interface ProgramRecord {
  readonly engine: 'program';
  readonly name: ServerName;
  readonly url: string;
  readonly site: Site;
  /** What starts it again. */
  readonly command: readonly string[];
  readonly account?: Account | undefined;
  readonly pid: number;
}

/** A container that is a compose project of its own. */
export interface ContainerRecord {
  readonly engine: 'container';
  readonly name: ServerName;
  readonly url: string;
  readonly project: string;
}

/** What a test gets: where a server is, or why there is none. */
export type ServiceAddress = { readonly url: string } | { readonly skipped: string };

const ADDRESSES = join(CONTROL, 'env.json');
const SUFFIX = '.server.json';

/** Every server that was started and not stopped, by its identity: the name of a shared one, a longer one of the others. */
export function readRecords(): ReadonlyMap<string, ServerRecord> {
  const files = readdirSync(CONTROL).filter((file) => file.endsWith(SUFFIX));
  return new Map(files.map((file) => [file.slice(0, -SUFFIX.length), readJson(join(CONTROL, file)) as ServerRecord]));
}

/** Keeps a record. */
export function writeRecord(identity: string, record: ServerRecord): void {
  writeJson(join(CONTROL, identity + SUFFIX), record);
}

/** Forgets a record. */
export function removeRecord(identity: string): void {
  rmSync(join(CONTROL, identity + SUFFIX), { force: true });
}

/** What tests were told last; undefined where nothing was started since the last stop. */
export function readAddresses(): Readonly<Partial<Record<ServerName, ServiceAddress>>> | undefined {
  return readJson(ADDRESSES) as Readonly<Partial<Record<ServerName, ServiceAddress>>> | undefined;
}

/** Tells tests where the servers are. */
export function writeAddresses(addresses: Readonly<Partial<Record<ServerName, ServiceAddress>>>): void {
  writeJson(ADDRESSES, addresses);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** They hold passwords: nobody else reads them. And whoever reads sees the old one or the new one. */
function writeJson(file: string, value: unknown): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}
