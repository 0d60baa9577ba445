import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answered, Contestant } from '../contestant.ts';
import { pythonWithPeers } from './install.ts';

/** Which library, and what its loader is told. */
export interface PythonPeer {
  readonly subject: string;
  readonly variant: string;
  readonly kind: 'vakt' | 'fast-enforcer';
  readonly argument: string;
}

/** A library of Python in a process of its own, which times itself. */
export async function pythonPeer(peer: PythonPeer, items: Iterable<unknown>): Promise<Contestant> {
  const child = spawn(pythonWithPeers(), [join(import.meta.dirname, 'python/peer.py'), peer.kind, peer.argument], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(request: unknown): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${peer.subject} ended without an answer`);
    return JSON.parse(value) as T;
  };
  const folder = mkdtempSync(join(tmpdir(), 'cardea-bench-'));
  try {
    const file = join(folder, 'items.jsonl');
    await writeLines(file, items);
    const loaded = await ask<{ readonly bytesPerItem: number; readonly itemsPerSecond: number }>({ load: file });
    const { subject, variant } = peer;
    return {
      subject,
      variant,
      elsewhere: true,
      ...loaded,
      decide: (inquiries, timed) =>
        ask<Answered>({
          inquiries,
          alone: timed === 'alone',
        }),
      close: () => void child.stdin.end(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeLines(file: string, items: Iterable<unknown>): Promise<void> {
  const stream = createWriteStream(file);
  for (const item of items) if (!stream.write(`${JSON.stringify(item)}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}
