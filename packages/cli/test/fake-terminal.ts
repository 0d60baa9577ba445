import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { run } from '../src/run.ts';
import type { Terminal } from '../src/terminal.ts';

/** What a command line did. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may say about the world around a command. */
export interface World {
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Terminal['env'];
  readonly signal?: AbortSignal;
  /** The width of both streams, which are then terminals. */
  readonly columns?: number;
}

/** Runs a command line in this process. */
export async function cardea(argv: readonly string[], world: World = {}): Promise<Ran> {
  const stdout = new Captured(world.columns);
  const stderr = new Captured(world.columns);
  const exitCode = await run(argv, {
    stdin: bytesOf(world.stdin ?? ''),
    stdout,
    stderr,
    cwd: world.cwd ?? tmpdir(),
    env: world.env ?? {},
    clock: stoppedClock(),
    signal: world.signal ?? new AbortController().signal,
  });
  await Promise.all([stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** A directory with some files, gone when the test has ended. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

class Captured extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  #chunks: string[] = [];

  constructor(columns: number | undefined) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 80;
  }

  get text(): string {
    return this.#chunks.join('');
  }

  override _write(chunk: string | Uint8Array, _encoding: string, done: () => void): void {
    this.#chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    // Later, as a real stream does: who does not wait for it is found out.
    setImmediate(done);
  }
}

async function* bytesOf(input: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  // In pieces, so that a line or a character may be cut in two.
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

/** Time goes by, ten milliseconds a question. */
function stoppedClock(): Terminal['clock'] {
  let elapsed = 0;
  return { now: () => Date.UTC(2026, 10, 22, 12), elapsed: () => (elapsed += 10) };
}
