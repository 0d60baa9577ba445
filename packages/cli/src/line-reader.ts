/** A line of an input, or the fact that it cannot be one. */
export type InputLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly problem: string };

const NEWLINE = 10;

/**
 * Splits bytes into lines, those of one chunk at a time, so that an input of any size passes through. A line
 * that is too long or no UTF-8 is told as such and costs no more memory than the limit.
 *
 * @param maxBytes the longest line
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  { maxBytes }: { readonly maxBytes: number },
): AsyncGenerator<readonly InputLine[]> {
  const line = new PendingLine(maxBytes);
  for await (const chunk of input) {
    const lines: InputLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      lines.push(line.take());
      start = end + 1;
    }
    line.add(chunk.subarray(start));
    yield lines;
  }
  if (!line.isEmpty) yield [line.take()];
}

/** The line that is being read, in the pieces in which it came. */
class PendingLine {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #pieces: Uint8Array[] = [];
  #length = 0;
  #number = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  take(): InputLine {
    const number = ++this.#number;
    const [first = new Uint8Array(), ...rest] = this.#pieces;
    const isTooLong = this.#length > this.#maxBytes;
    this.#pieces = [];
    this.#length = 0;
    if (isTooLong) return { number, problem: `the line has more than ${this.#maxBytes} bytes` };
    try {
      return { number, text: this.#decoder.decode(rest.length === 0 ? first : Buffer.concat([first, ...rest])) };
    } catch {
      // The decoder's own message says no more than this.
      return { number, problem: 'the line is not a text in UTF-8' };
    }
  }
}
