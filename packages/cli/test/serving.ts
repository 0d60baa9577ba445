import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const BIN = join(import.meta.dirname, '../src/bin.ts');

/** A `cardea serve` that runs as a process of its own, and ends with the test. */
export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it wrote on the standard error so far. */
  readonly log: () => string;
  /** What the process ended with. */
  readonly ended: Promise<number | null>;
  readonly ask: (path: string, body?: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Starts a server and waits until it listens. */
export async function serve(
  argv: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Served> {
  const words = ['--conditions=cardea-source', BIN, 'serve', '--port', '0', '--json', ...argv];
  const child = spawn(process.execPath, words, { cwd, stdio: 'pipe', env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const told = await Promise.race([once(child.stdout, 'data'), ended]);
  if (!Array.isArray(told)) throw new Error(`it ended before it listened: ${log}`);
  const { url } = JSON.parse(String(told[0])) as { readonly url: string };
  const ask: Served['ask'] = async (path, body, headers = {}) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, {
      ...(body === undefined ? {} : sent),
      headers: { ...(body === undefined ? {} : sent.headers), ...headers },
    });
    return { status: response.status, body: await response.json() };
  };
  return { url, child, log: () => log, ended, ask };
}

/** Waits until something is so; rejects when it does not come to be. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come to be in 30 seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
