import { type CodePoints, codePointsOf, LAST_CODE_POINT } from './code-points.ts';
import type { SetItem, PatternNode, Place, SetNode } from './node.ts';

/** Whose syntax a pattern is printed in: that of RE2, which is also ours, or that of `RegExp` with the flag `u`. */
export type PatternSyntax = 're2' | 'native';

const PLACES: Readonly<Record<PatternSyntax, Readonly<Record<Place, string>>>> = {
  re2: {
    'text-start': '^',
    'text-end': '$',
    'line-start': '(?m:^)',
    'line-end': '(?m:$)',
    'word-boundary': '\\b',
    'no-word-boundary': '\\B',
  },
  native: {
    'text-start': '^',
    'text-end': '$',
    // JavaScript's flag `m` would also end lines at U+000D, U+2028 and U+2029.
    'line-start': '(?<![^\\n])',
    'line-end': '(?![^\\n])',
    'word-boundary': '\\b',
    'no-word-boundary': '\\B',
  },
};

/**
 * Prints a pattern in a form that means the same wherever it is read: every class as the ranges of
 * its code points, no captures and, in the native syntax, no flag but `u`.
 *
 * @example
 * ```ts
 * printPattern(node, 'native'); // of (?i)a\d: '[Aa][0-9]'
 * ```
 */
export function printPattern(node: PatternNode, syntax: PatternSyntax): string {
  switch (node.kind) {
    case 'concat':
      return node.of.map((part) => printPart(part, syntax)).join('');
    case 'alternation':
      return node.of.map((branch) => printPattern(branch, syntax)).join('|');
    case 'repeat':
      return `${printRepeated(node.of, syntax)}${printBounds(node.min, node.max)}${node.lazy ? '?' : ''}`;
    case 'assertion':
      return PLACES[syntax][node.at];
    case 'set':
      return printSet(node, syntax);
  }
}

function printPart(node: PatternNode, syntax: PatternSyntax): string {
  const text = printPattern(node, syntax);
  return node.kind === 'alternation' ? `(?:${text})` : text;
}

function printRepeated(node: PatternNode, syntax: PatternSyntax): string {
  const text = printPattern(node, syntax);
  return node.kind === 'set' ? text : `(?:${text})`;
}

function printBounds(min: number, max: number): string {
  if (max !== Number.POSITIVE_INFINITY) return `{${min},${max}}`;
  if (min > 1) return `{${min},}`;
  return min === 0 ? '*' : '+';
}

function printSet(node: SetNode, syntax: PatternSyntax): string {
  const points = codePointsOf(node);
  if (points === undefined) return printByTables(node);
  if (points.length === 2 && points[0] === points[1]) return printPoint(points[0] as number, syntax);
  return points.length === 0 ? `[^${printRanges([0, LAST_CODE_POINT], syntax)}]` : `[${printRanges(points, syntax)}]`;
}

function printRanges(points: CodePoints, syntax: PatternSyntax): string {
  let text = '';
  for (let at = 0; at < points.length; at += 2) {
    const [from, to] = [points[at] as number, points[at + 1] as number];
    text += printPoint(from, syntax) + (from === to ? '' : `-${printPoint(to, syntax)}`);
  }
  return text;
}

function printPoint(point: number, syntax: PatternSyntax): string {
  const char = String.fromCodePoint(point);
  return /^[0-9A-Za-z]$/.test(char) ? char : `\\${syntax === 're2' ? 'x' : 'u'}{${point.toString(16)}}`;
}

// Only re2js runs these: see `codePointsOf`.
function printByTables({ items, negated, fold }: SetNode): string {
  const text = `[${negated ? '^' : ''}${items.map(printItem).join('')}]`;
  return fold ? `(?i:${text})` : text;
}

function printItem(item: SetItem): string {
  if (item.kind === 'range') return printRanges([item.from, item.to], 're2');
  const name = item.kind === 'property' ? `p{${item.name}}` : item.name;
  return `\\${item.negated ? name.replace(/^./, (letter) => letter.toUpperCase()) : name}`;
}
