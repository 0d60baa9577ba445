import { checkPattern } from '../../../ast/pattern/compile.ts';
import { unfoldedRanges } from './case-fold.ts';
import type { CharClass, CharSet } from './char-set.ts';
import type { RegexNode } from './tree.ts';

/**
 * An expression of Python, matched from the start, as one of our own patterns (searched, absolute anchors), or
 * undefined where only the functions of the import can match it: look-around, word boundaries, anchors of
 * lines.
 *
 * Python's final `$` also holds before a last line break, so it becomes `\n?$`.
 */
export function nativePattern(node: RegexNode): string | undefined {
  const body = print(node, true);
  const source =
    body === undefined ? undefined : `^${node.kind === 'choice' ? `(?:${body})` : body}`.replace(/^\^+/, '^');
  return source === undefined || checkPattern(source) !== undefined ? undefined : source;
}

// Counted repetitions beyond this are refused by engines without backtracking.
const MAX_COUNT = 1000;

/** @param last whether nothing but the end of the text follows */
function print(node: RegexNode, last: boolean): string | undefined {
  switch (node.kind) {
    case 'set':
      return printSet(node.set);
    case 'sequence':
      return printSequence(node.of, last);
    case 'choice':
      return node.of.length === 0
        ? undefined
        : joined(
            node.of.map((branch) => print(branch, last)),
            '|',
          );
    case 'group':
      return wrapped(print(node.of, last));
    case 'repeat':
      return printRepeat(node);
    case 'position':
      if (node.at === 'start') return '^';
      if (node.at === 'end') return '$';
      return node.at === 'beforeFinalNewline' && last ? '\\n?$' : undefined;
    case 'look':
    case 'backreference':
      return undefined;
  }
}

function printSequence(parts: readonly RegexNode[], last: boolean): string | undefined {
  const isEnd = (part: RegexNode): boolean => part.kind === 'position' && part.at === 'beforeFinalNewline';
  const printed = parts.map((part, at) => {
    const text = print(part, last && parts.slice(at + 1).every(isEnd));
    return part.kind === 'choice' ? wrapped(text) : text;
  });
  return joined(printed, '');
}

function printRepeat({ of, min, max }: RegexNode & { readonly kind: 'repeat' }): string | undefined {
  const inner = print(of, false);
  if (inner === undefined || min > MAX_COUNT || (max > MAX_COUNT && Number.isFinite(max))) return undefined;
  const unit = of.kind === 'set' || of.kind === 'group' ? inner : wrapped(inner);
  return `${unit}${quantifier(min, max)}`;
}

function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet({ ranges, classes, negative, fold }: CharSet): string | undefined {
  const members = fold === 'none' ? ranges : unfoldedRanges(ranges, fold);
  const [only] = classes;
  // A complement within a set is a set of its own only when it stands alone.
  if (classes.length === 1 && members.length === 0 && only !== undefined)
    return `[${only.negative === negative ? '' : '^'}${classText(only)}]`;
  if (classes.some((part) => part.negative)) return undefined;
  const single = classes.length === 0 && members.length === 2 && members[0] === members[1] && !negative;
  if (single) return charText(members[0] as number);
  if (classes.length === 0 && members.length === 0) return negative ? '(?s:.)' : undefined;
  return `[${negative ? '^' : ''}${rangesText(members)}${classes.map(classText).join('')}]`;
}

const ASCII = { digit: '0-9', space: '\\t-\\r ', word: '0-9A-Za-z_' };
const UNICODE = { digit: '\\p{Nd}', space: '\\t-\\r\\x1c-\\x20\\x85\\p{Z}', word: '\\p{L}\\p{N}_' };

function classText({ name, ascii }: CharClass): string {
  return (ascii ? ASCII : UNICODE)[name];
}

function rangesText(ranges: readonly number[]): string {
  let text = '';
  for (let at = 0; at < ranges.length; at += 2) {
    const [first, last] = [ranges[at] as number, ranges[at + 1] as number];
    text += first === last ? charText(first) : `${charText(first)}-${charText(last)}`;
  }
  return text;
}

const CONTROLS: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [12, '\\f'],
  [13, '\\r'],
]);

function charText(codePoint: number): string {
  const control = CONTROLS.get(codePoint);
  if (control !== undefined) return control;
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${codePoint.toString(16).padStart(2, '0')}`;
  const char = String.fromCodePoint(codePoint);
  return /^[\\^$.*+?()[\]{}|/-]$/.test(char) && char !== '/' ? (char === '-' ? '\\x2d' : `\\${char}`) : char;
}

function wrapped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `(?:${text})`;
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(separator);
}
