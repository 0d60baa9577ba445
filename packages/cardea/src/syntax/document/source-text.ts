import type { ErrorCode, Issue } from '../../errors.ts';

/** A text that is being read, and what was found wrong with it. */
export interface SourceText {
  readonly text: string;
  readonly issues: Issue[];
  /** The one-based line and column (in UTF-16 units, as editors count) of an offset. */
  readonly positionOf: (offset: number) => Position;
  /** Notes that something is wrong at an offset. */
  readonly report: (code: ErrorCode, message: string, path: readonly (string | number)[], offset: number) => void;
}

/** A place in a text. */
export interface Position {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Wraps a text, without its byte order mark, for a reader that needs positions.
 */
export function sourceText(input: string, file: string | undefined): SourceText {
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input;
  const issues: Issue[] = [];
  let starts: readonly number[] | undefined;
  const positionOf = (offset: number): Position => {
    starts ??= lineStarts(text);
    const line = lineOf(starts, Math.min(offset, text.length));
    return { ...(file === undefined ? {} : { file }), line: line + 1, column: offset - (starts[line] as number) + 1 };
  };
  return {
    text,
    issues,
    positionOf,
    report: (code, message, path, offset) => {
      issues.push({ code, message, path, ...positionOf(Math.min(offset, text.length)) });
    },
  };
}

/**
 * Reports what no reader should meet: a text that is too long, control characters, halves of surrogate pairs.
 *
 * @returns whether the text can be read
 */
export function checkText({ text, report }: SourceText, maxLength: number): boolean {
  if (text.length > maxLength) {
    report(
      'CARDEA_DOCUMENT_LIMIT',
      `the text has ${text.length} characters, more than the ${maxLength} allowed`,
      [],
      0,
    );
    return false;
  }
  // Control characters before the space, apart from tab and line breaks (YAML 1.2.2 §5.1, RFC 8259 §7).
  const found = /[^\P{Cc}\t\n\r\x7f-\x9f]|\p{Surrogate}/u.exec(text);
  if (found === null) return true;
  const code = (found[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  report(
    'CARDEA_INVALID_DOCUMENT',
    `the character U+${code} is not allowed in a text; write it as an escape`,
    [],
    found.index,
  );
  return false;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The last line that starts at the offset or before, by bisection. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
