import type { Fold } from './case-fold.ts';
import { RegexSyntaxError } from './tree.ts';

/** Python's flag bits. */
export const IGNORE_CASE = 2;
export const MULTILINE = 8;
export const DOT_ALL = 16;
export const VERBOSE = 64;
export const ASCII = 256;

/** Thrown where `(?x)` is met: the expression must be read again as verbose. */
export class VerboseRequest extends Error {
  override readonly name = 'VerboseRequest';
}

/** How letters are folded under flags. */
export function foldFor(flags: number): Fold {
  if ((flags & IGNORE_CASE) === 0) return 'none';
  return (flags & ASCII) === 0 ? 'unicode' : 'ascii';
}

/** The text of an expression while it is read, and the groups opened so far. */
export class RegexSource {
  flags: number;
  readonly names: Map<string, number> = new Map();
  readonly #chars: readonly string[];
  readonly #closed = new Set<number>();
  #at = 0;
  #groups = 0;

  constructor(text: string, flags: number) {
    this.#chars = Array.from(text);
    this.flags = flags;
  }

  get done(): boolean {
    return this.#at >= this.#chars.length;
  }

  peek(): string | undefined {
    return this.#chars[this.#at];
  }

  next(): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.error('unexpected end of pattern');
    return char;
  }

  take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** Takes what the expression (of ASCII characters, anchored) finds here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#chars.slice(this.#at, this.#at + 64).join(''));
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** Takes everything up to a character, and that character. */
  takeUntil(char: string): string {
    const end = this.#chars.indexOf(char, this.#at);
    if (end < 0) throw this.error(`missing ${char}`);
    const text = this.#chars.slice(this.#at, end).join('');
    this.#at = end + 1;
    return text;
  }

  /** Skips white space and comments where the expression is verbose. */
  skipVerbose(): boolean {
    if ((this.flags & VERBOSE) === 0) return false;
    const char = this.peek() ?? '';
    if (char === '#') {
      while (!this.done && this.next() !== '\n');
      return true;
    }
    return /^[ \t\n\r\v\f]$/.test(char) && this.take(char);
  }

  openGroup(name: string | undefined): number {
    this.#groups++;
    if (name === undefined) return this.#groups;
    if (!/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(name))
      throw this.error('bad character in group name');
    if (this.names.has(name)) throw this.error('redefinition of group name');
    this.names.set(name, this.#groups);
    return this.#groups;
  }

  closeGroup(index: number): void {
    this.#closed.add(index);
  }

  /** The group that a reference means; it must have ended. */
  reference(index: number): number {
    if (index > this.#groups) throw this.error(`invalid group reference ${index}`);
    if (!this.#closed.has(index)) throw this.error('cannot refer to an open group');
    return index;
  }

  error(message: string): RegexSyntaxError {
    return new RegexSyntaxError(`${message} at position ${this.#at}`);
  }
}
