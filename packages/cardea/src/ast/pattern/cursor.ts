import { type ErrorCode, quote } from '../../errors.ts';

/** Why a text is no pattern, and where. */
export interface PatternProblem {
  readonly code: Extract<ErrorCode, 'CARDEA_INVALID_PATTERN' | 'CARDEA_UNSUPPORTED_PATTERN'>;
  /** Names the reason, the position and the pattern. */
  readonly message: string;
  /** Of the first code point that cannot be read, counted in code points from one. */
  readonly position: number;
}

/** A place in a pattern that is being read, by code point. */
export interface Cursor {
  readonly source: string;
  readonly chars: readonly string[];
  at: number;
  /** The names of groups so far. */
  readonly names: Set<string>;
}

/** What the reader throws to leave its recursion; {@link parsePattern} turns it into a result. */
export class PatternFailure extends Error {
  readonly problem: PatternProblem;

  constructor(problem: PatternProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Gives up: the text is no pattern. */
export function fail(cursor: Cursor, reason: string, at: number = cursor.at): never {
  throw failure(cursor, 'CARDEA_INVALID_PATTERN', reason, at);
}

/** Gives up: the text is a pattern of other dialects that only a backtracking engine can run. */
export function refuse(cursor: Cursor, construct: string, at: number): never {
  throw failure(cursor, 'CARDEA_UNSUPPORTED_PATTERN', `${construct} needs backtracking, which is never run`, at);
}

function failure(cursor: Cursor, code: PatternProblem['code'], reason: string, at: number): PatternFailure {
  const position = at + 1;
  return new PatternFailure({
    code,
    message: `${reason}, at position ${position} of ${quote(cursor.source)}`,
    position,
  });
}

/** Whether the pattern goes on with this text, which is of ASCII. */
export function looksAt({ chars, at }: Cursor, text: string): boolean {
  for (let unit = 0; unit < text.length; unit++) if (chars[at + unit] !== text[unit]) return false;
  return true;
}

/** Reads this text where the pattern goes on with it. */
export function accept(cursor: Cursor, text: string): boolean {
  const found = looksAt(cursor, text);
  if (found) cursor.at += text.length;
  return found;
}

/** Reads the code points that follow and fit; the expression is to test one. */
export function readWhile(cursor: Cursor, fits: RegExp): string {
  const from = cursor.at;
  while (cursor.at < cursor.chars.length && fits.test(cursor.chars[cursor.at] as string)) cursor.at++;
  return cursor.chars.slice(from, cursor.at).join('');
}
