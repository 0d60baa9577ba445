import { once } from 'node:events';
import type { OutputStream, Terminal } from './terminal.ts';

/**
 * Writes a text, and waits while the reader is slower than we are, so that the output of a million
 * inquiries never piles up in memory.
 *
 * @throws Interrupted when nobody reads any more
 */
export async function writeText(terminal: Terminal, stream: OutputStream, text: string): Promise<void> {
  terminal.signal.throwIfAborted();
  if (stream.write(text)) return;
  await once(stream, 'drain', { signal: terminal.signal }).catch((error: unknown) => {
    terminal.signal.throwIfAborted();
    throw error;
  });
}

/** Writes lines to the standard output. */
export async function writeLines(terminal: Terminal, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await writeText(terminal, terminal.stdout, `${lines.join('\n')}\n`);
}

/** Writes one value as one line of JSON to the standard output. */
export async function writeJson(terminal: Terminal, value: unknown): Promise<void> {
  await writeText(terminal, terminal.stdout, `${JSON.stringify(value)}\n`);
}
