import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorMessage, type Issue, type Parsed } from 'cardea';
import { DOCUMENT_LIMITS } from 'cardea/document';
import type { Terminal } from './terminal.ts';

/** The name of the standard input on the command line. */
export const STDIN = '-';

/** Why two inputs cannot both be the standard input. */
export const STDIN_ONCE = 'stdin can be read once: as policies or as inquiries';

/** How messages call an input. */
export function inputLabel(path: string): string {
  return path === STDIN ? '<stdin>' : path;
}

// A document may have this many characters, and a character at most three bytes in UTF-8 for each unit in UTF-16.
const MOST_BYTES = DOCUMENT_LIMITS.maxLength * 3;

/**
 * Reads a text in UTF-8 from a file, or from the standard input for `-`: never more than a document may have,
 * so that a device or a pipe without end is no trap.
 *
 * @param path relative to the directory of the terminal
 */
export async function readInput(terminal: Terminal, path: string): Promise<Parsed<string>> {
  const bytes = await readBytes(terminal, path, { maxBytes: MOST_BYTES });
  return bytes.ok ? decodeInput(path, bytes.value) : bytes;
}

/** Reads the bytes of a file, or of the standard input for `-`, unless there are too many. */
export async function readBytes(
  terminal: Terminal,
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Parsed<Uint8Array>> {
  try {
    const chunks = path === STDIN ? terminal.stdin : fileChunks(resolve(terminal.cwd, path));
    const bytes = await collect(chunks, maxBytes);
    return bytes
      ? { ok: true, value: bytes }
      : failed(path, `has more than ${maxBytes} bytes`, 'CARDEA_DOCUMENT_LIMIT');
  } catch (error) {
    terminal.signal.throwIfAborted();
    return failed(path, `cannot be read: ${reasonOf(error)}`);
  }
}

/** What the system says of a failure, without its code and the path that the message names anyway. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? errorMessage(error);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is no directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ELOOP: 'symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  ERR_INVALID_ARG_VALUE: 'the path contains a null character',
};

async function collect(input: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) return undefined;
  }
  return Buffer.concat(chunks);
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(256 * 1024));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The text of bytes in UTF-8. */
export function decodeInput(path: string, bytes: Uint8Array): Parsed<string> {
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    // The decoder's own message says no more than this.
    return failed(path, 'is not a text in UTF-8', 'CARDEA_INVALID_DOCUMENT');
  }
}

function failed(path: string, message: string, code: Issue['code'] = 'CARDEA_IO'): Parsed<never> {
  return { ok: false, issues: [{ code, message, path: [], file: inputLabel(path) }] };
}
