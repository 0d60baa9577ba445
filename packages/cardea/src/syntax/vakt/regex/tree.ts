import type { CharSet } from './char-set.ts';

/**
 * A regular expression of Python as a tree. Whether a quantifier is lazy is forgotten: it changes what a group
 * captures, never whether the expression matches.
 */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly of: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly of: RegexNode; readonly index: number }
  | { readonly kind: 'backreference'; readonly index: number; readonly fold: 'none' | 'ascii' | 'unicode' }
  | { readonly kind: 'look'; readonly of: RegexNode; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: 'position'; readonly at: Position };

/**
 * A condition on a position: `start` and `end` of the text, `beforeFinalNewline` (Python's `$`: the end, or
 * before a last line break), of a line, or a word boundary.
 */
export type Position =
  | 'start'
  | 'end'
  | 'beforeFinalNewline'
  | 'lineStart'
  | 'lineEnd'
  | 'wordBoundary'
  | 'notWordBoundary'
  | 'asciiWordBoundary'
  | 'notAsciiWordBoundary';

/** An expression that is not one: Python refuses it too. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';
}

/** An expression that Python accepts and a linear-time engine cannot run. */
export class RegexUnsupportedError extends Error {
  override readonly name = 'RegexUnsupportedError';
}
