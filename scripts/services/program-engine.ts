import { chmodSync, chownSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Account, accountOf } from './account.ts';
import { untilAnswers } from './answers.ts';
import { isReachable, makeFolder } from './control.ts';
import { ferretdb } from './ferretdb.ts';
import { mariadb } from './mariadb.ts';
import { nats } from './nats.ts';
import { postgres } from './postgres.ts';
import { detach, end, isRunning, kill, lastLines, run } from './processes.ts';
import type { ProgramRecord } from './records.ts';
import { redis } from './redis.ts';
import type { ServerName, ServerProgram, Site } from './server.ts';
import { urlOf } from './server-url.ts';

/** The programs that are servers. */
export const PROGRAMS: Readonly<Record<ServerName, ServerProgram>> = {
  postgres,
  mariadb,
  redis,
  mongodb: ferretdb,
  nats,
};

const LONGEST_PREPARATION_MS = 120_000;
const LONGEST_START_MS = 60_000;

/** Starts a server with a new folder of its own. Throws where it does not answer. */
export async function startProgram(
  name: ServerName,
  programs: readonly string[],
  { port, password }: { readonly port: number; readonly password: string },
): Promise<ProgramRecord> {
  const program = PROGRAMS[name];
  const account = accountOf(program.accounts);
  const site: Site = { folder: makeFolder(name), port, password };
  try {
    own(site.folder, 0o700, account);
    await prepare(program, site, programs, account);
    const command = [reachable(programs.at(-1) ?? '', site, account), ...program.serve(site)];
    return await launch({ engine: 'program', name, url: urlOf(name, site), site, command, account });
  } catch (error) {
    rmSync(site.folder, { recursive: true, force: true });
    throw error;
  }
}

/** Whether its process is there. */
export function isProgramUp({ pid, site }: ProgramRecord): boolean {
  return isRunning(pid, site.folder);
}

/** Ends a server and throws its data away. */
export async function stopProgram(record: ProgramRecord): Promise<void> {
  await end(record.pid, record.site.folder, PROGRAMS[record.name].stopSignal);
  rmSync(record.site.folder, { recursive: true, force: true });
}

/** Ends a server in order and starts it again with its data, on its port. */
export async function restartProgram(record: ProgramRecord): Promise<ProgramRecord> {
  await end(record.pid, record.site.folder, PROGRAMS[record.name].stopSignal);
  return launch(record);
}

/** Kills a server and starts it again with what it had written, on its port. */
export async function killProgram(record: ProgramRecord): Promise<ProgramRecord> {
  await kill(record.pid, record.site.folder);
  return launch(record);
}

async function launch(record: Omit<ProgramRecord, 'pid'>): Promise<ProgramRecord> {
  const { site, account, command, name, url } = record;
  const log = join(site.folder, 'log');
  const pid = await detach(command, { cwd: site.folder, log, account });
  const isHopeless = (): string | undefined =>
    isRunning(pid, site.folder) ? undefined : `it ended: ${lastLines(readFileSync(log, 'utf8'))}`;
  try {
    await untilAnswers(name, url, { timeoutMs: LONGEST_START_MS, isHopeless });
  } catch (error) {
    await kill(pid, site.folder);
    throw error;
  }
  return { ...record, pid };
}

async function prepare(
  program: ServerProgram,
  site: Site,
  programs: readonly string[],
  account: Account | undefined,
): Promise<void> {
  const { files = {}, commands = [] } = program.prepare(site, programs);
  for (const [name, text] of Object.entries(files)) {
    const path = join(site.folder, name);
    writeFileSync(path, text);
    own(path, 0o600, account);
  }
  for (const command of commands) {
    await run(command, { cwd: site.folder, timeoutMs: LONGEST_PREPARATION_MS, account });
  }
}

/** A program below a folder that its account cannot enter is copied to where it can. */
function reachable(program: string, { folder }: Site, account: Account | undefined): string {
  if (account === undefined || isReachable(program)) return program;
  const copy = join(folder, basename(program));
  copyFileSync(program, copy);
  own(copy, 0o700, account);
  return copy;
}

function own(path: string, mode: number, account: Account | undefined): void {
  chmodSync(path, mode);
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}
