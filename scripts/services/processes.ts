import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';

/** A parent that has not heard by then, as some first processes of containers, never will. */
const LONGEST_HEARING_MS = 2_000;

interface RunOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly account?: Account | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and returns what it printed; throws with its last lines where it fails. */
export async function run(command: readonly string[], options: RunOptions): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    ...options.account,
    cwd: options.cwd,
    timeout: options.timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...options.env },
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return output;
  throw new Error(`\`${command.slice(0, 2).join(' ')}\` ended by ${signal ?? `code ${code}`}: ${lastLines(output)}`);
}

/** Starts a command that outlives this process, and returns its process id. What it prints is appended to a log. */
export async function detach(
  command: readonly string[],
  { cwd, log, account }: { readonly cwd: string; readonly log: string; readonly account?: Account | undefined },
): Promise<number> {
  const [program = '', ...args] = command;
  const output = openSync(log, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      ...account,
      cwd,
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, LC_ALL: 'C' },
    });
    await once(child, 'spawn');
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(output);
  }
}

/** Whether a process runs whose command line names a folder: after a restart of the host its id may be another's. */
export function isRunning(pid: number, folder: string): boolean {
  return (readProcess(pid, 'cmdline') ?? '').includes(folder);
}

/** Sends a signal and waits until the process is gone. What takes longer is killed. */
export async function end(pid: number, folder: string, signal: NodeJS.Signals, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let sent: NodeJS.Signals | undefined;
  while (isRunning(pid, folder)) {
    const next = performance.now() < deadline ? signal : 'SIGKILL';
    if (next !== sent) send(pid, next);
    sent = next;
    await sleep(20);
  }
}

/** Kills a process and all that it started, at once: nothing is finished, nothing is told to clients. */
export async function kill(pid: number, folder: string): Promise<void> {
  if (!isRunning(pid, folder)) return;
  send(pid, 'SIGSTOP'); // so that it starts no further one
  const family = [pid, ...childrenOf(pid)];
  for (const member of family) send(member, 'SIGKILL');
  // PostgreSQL takes one that has ended for one that runs, until its parent has heard of it.
  const heardAtLast = performance.now() + LONGEST_HEARING_MS;
  while (family.some((member) => isAlive(member)) || (statusOf(pid) && performance.now() < heardAtLast)) await sleep(5);
}

/** The last lines of a text, on one line. */
export function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-3).join(' | ').slice(-400);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    // it ended by itself: that is what was wanted
  }
}

function childrenOf(parent: number): readonly number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map(Number).filter((pid) => statusOf(pid)?.parent === parent);
}

/** A process that has ended and whose parent has not heard of it yet is as good as gone. */
function isAlive(pid: number): boolean {
  const state = statusOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The fields after the command of `/proc/<pid>/stat`; a command may contain spaces and brackets itself. */
function statusOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  const [state = '', parent] = readProcess(pid, 'stat')?.split(') ').at(-1)?.split(' ') ?? [];
  return parent === undefined ? undefined : { state, parent: Number(parent) };
}

function readProcess(pid: number, file: 'cmdline' | 'stat'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
}
