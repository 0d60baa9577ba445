import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CardeaError, type Inquiry, type Issue, quote } from 'cardea';
import { parseInquiryDocument } from 'cardea/document';
import { type InputLine, readLines } from './line-reader.ts';
import { inputLabel, reasonOf, STDIN } from './read-input.ts';
import type { Terminal } from './terminal.ts';

/** One line of a file of inquiries. */
export type InquiryLine =
  | { readonly line: number; readonly inquiry: Inquiry }
  | { readonly line: number; readonly issues: readonly Issue[] };

/** A file of inquiries, one in JSON a line, as a stream. */
export interface InquiryStream {
  /** The size of the file; undefined where nobody can know. */
  readonly bytes: number | undefined;
  /** How much of it was read. */
  readonly bytesRead: () => number;
  /** The lines that are not empty, those of one chunk at a time. */
  readonly lines: AsyncIterable<readonly InquiryLine[]>;
}

const LONGEST_LINE = 1024 * 1024;

/**
 * Opens a file of inquiries, `-` for the standard input.
 *
 * @throws CARDEA_IO when it cannot be opened; reading throws the same when it fails on the way
 */
export async function openInquiries(terminal: Terminal, path: string): Promise<InquiryStream> {
  let read = 0;
  const bytes = path === STDIN ? undefined : await sizeOf(resolve(terminal.cwd, path), path);
  const input =
    path === STDIN ? terminal.stdin : createReadStream(resolve(terminal.cwd, path), { highWaterMark: 256 * 1024 });
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      terminal.signal.throwIfAborted();
      read += chunk.length;
      yield chunk;
    }
  }
  async function* parsed(): AsyncGenerator<readonly InquiryLine[]> {
    try {
      for await (const lines of readLines(counted(), { maxBytes: LONGEST_LINE }))
        yield lines.flatMap((line) => parseLine(line, inputLabel(path)));
    } catch (error) {
      terminal.signal.throwIfAborted();
      throw unreadable(path, error);
    }
  }
  return { bytes, bytesRead: () => read, lines: parsed() };
}

function parseLine(line: InputLine, file: string): readonly InquiryLine[] {
  if ('problem' in line)
    return [wrong(line.number, [{ code: 'CARDEA_INVALID_DOCUMENT', message: line.problem, path: [] }], file)];
  if (line.text.trim() === '') return [];
  const parsed = parseInquiryDocument(line.text, { format: 'json' });
  return [parsed.ok ? { line: line.number, inquiry: parsed.value } : wrong(line.number, parsed.issues, file)];
}

function wrong(line: number, issues: readonly Issue[], file: string): InquiryLine {
  return { line, issues: issues.map((issue) => ({ ...issue, file, line })) };
}

async function sizeOf(absolute: string, path: string): Promise<number | undefined> {
  const found = await stat(absolute).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) throw unreadable(path, new Error('it is a directory'));
  return found.isFile() ? found.size : undefined;
}

function unreadable(path: string, error: unknown): CardeaError {
  return new CardeaError('CARDEA_IO', `${quote(path)} cannot be read: ${reasonOf(error)}`, { cause: error });
}
