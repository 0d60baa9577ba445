import { type Fold, foldedRanges, foldOf } from './case-fold.ts';

/** A set of code points: one position of a regular expression. */
export interface CharSet {
  /** Pairs of first and last code point, sorted, without overlap, of the folded code points. */
  readonly ranges: readonly number[];
  readonly classes: readonly CharClass[];
  readonly negative: boolean;
  /** How a code point is folded before it is looked up. */
  readonly fold: Fold;
}

/** A class of characters, as `\d` in Unicode or ASCII mode, or its complement. */
export interface CharClass {
  readonly name: 'digit' | 'space' | 'word';
  readonly ascii: boolean;
  readonly negative: boolean;
}

/** A set of code points from pairs of first and last. */
export function charSet(
  ranges: readonly number[],
  options: { readonly classes?: readonly CharClass[]; readonly negative?: boolean; readonly fold?: Fold } = {},
): CharSet {
  const { classes = [], negative = false, fold = 'none' } = options;
  return { ranges: merged(fold === 'none' ? ranges : foldedRanges(ranges, fold)), classes, negative, fold };
}

/** The set of one code point. */
export function single(codePoint: number, fold: Fold = 'none'): CharSet {
  return charSet([codePoint, codePoint], { fold });
}

/** Whether a set holds a code point. */
export function contains(set: CharSet, codePoint: number): boolean {
  const folded = foldOf(codePoint, set.fold);
  const found = inRanges(set.ranges, folded) || set.classes.some((part) => inClass(part, folded));
  return found !== set.negative;
}

/** Whether a code point is a word character for `\w` and `\b`. */
export function isWord(codePoint: number, ascii: boolean): boolean {
  return inClass({ name: 'word', ascii, negative: false }, codePoint);
}

// Python: str.isdecimal, str.isspace, str.isalnum or `_`. ASCII mode knows `\t\n\r\f\v` and the space.
const ASCII = { digit: /^[0-9]$/, space: /^[\t-\r ]$/, word: /^[0-9A-Za-z_]$/ };
const UNICODE = { digit: /^\p{Nd}$/u, space: /^[\t-\r\x1c-\x20\x85\p{Z}]$/u, word: /^[\p{L}\p{N}_]$/u };

function inClass({ name, ascii, negative }: CharClass, codePoint: number): boolean {
  return (ascii ? ASCII : UNICODE)[name].test(String.fromCodePoint(codePoint)) !== negative;
}

function inRanges(ranges: readonly number[], codePoint: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    if (codePoint < (ranges[at] as number)) return false;
    if (codePoint <= (ranges[at + 1] as number)) return true;
  }
  return false;
}

function merged(ranges: readonly number[]): readonly number[] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += 2) pairs.push([ranges[at] as number, ranges[at + 1] as number]);
  const result: number[] = [];
  for (const [first, last] of pairs.sort(([a], [b]) => a - b)) {
    const previous = result.at(-1);
    if (previous !== undefined && first <= previous + 1) result[result.length - 1] = Math.max(previous, last);
    else result.push(first, last);
  }
  return result;
}
