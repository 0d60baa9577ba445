import { type FileHandle, open, rename } from 'node:fs/promises';

const NEWLINE = 10;
const encoder = new TextEncoder();

/** How large a file may grow, and how many older ones stay. */
export interface Rotation {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/**
 * A file of lines that moves aside before it grows too large. Not for concurrent calls.
 *
 * INVARIANT: a line is never appended to a torn one: what a crash or a full disk cut off gets its line end first.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  #handle: FileHandle | undefined;
  #size = 0;
  #torn = false;

  constructor(path: string, rotation: Rotation) {
    this.#path = path;
    this.#rotation = rotation;
  }

  /** @param lines each with its line end */
  async append(lines: readonly string[]): Promise<void> {
    let chunk: string[] = [];
    let length = 0;
    for (const line of lines) {
      const more = encoder.encode(line).length;
      if (await this.#isFull(length, more)) {
        await this.#write(chunk);
        await this.#rotate();
        [chunk, length] = [[], 0];
      }
      chunk.push(line);
      length += more;
    }
    await this.#write(chunk);
  }

  async sync(): Promise<void> {
    await this.#handle?.sync();
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      await handle?.sync();
    } finally {
      await handle?.close();
    }
  }

  /** A single line longer than the limit still gets a file: nothing is dropped. */
  async #isFull(pending: number, more: number): Promise<boolean> {
    await this.#opened();
    const size = this.#size + pending;
    return size > 0 && size + more > this.#rotation.maxBytes;
  }

  async #write(chunk: readonly string[]): Promise<void> {
    if (chunk.length === 0) return;
    const handle = await this.#opened();
    const bytes = encoder.encode(`${this.#torn ? '\n' : ''}${chunk.join('')}`);
    this.#torn = true;
    await handle.writeFile(bytes);
    this.#torn = false;
    this.#size += bytes.length;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    const handle = await open(this.#path, 'a+', 0o600);
    const { size } = await handle.stat();
    this.#size = size;
    this.#torn =
      size > 0 && (await handle.read({ buffer: new Uint8Array(1), position: size - 1 })).buffer[0] !== NEWLINE;
    this.#handle = handle;
    return handle;
  }

  async #rotate(): Promise<void> {
    await this.close();
    for (let number = this.#rotation.maxFiles - 1; number >= 1; number--) {
      await renameIfThere(`${this.#path}.${number}`, `${this.#path}.${number + 1}`);
    }
    await rename(this.#path, `${this.#path}.1`);
    this.#torn = false;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
