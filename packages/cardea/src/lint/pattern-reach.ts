import { LruMap } from '../ast/lru.ts';
import { codePointsOf } from '../ast/pattern/code-points.ts';
import type { PatternNode, Place } from '../ast/pattern/node.ts';
import { parsePattern } from '../ast/pattern/parse.ts';

/** How much of all texts a pattern finds something in; `some` where neither of the others is proven. */
export type PatternReach = 'none' | 'some' | 'every-line' | 'every-text';

/**
 * How much a pattern matches. `none` is proven from sets without members and from anchors that stand
 * where something was already, or must yet be, consumed: `a^b`, `$x`. `every-line` is every text without
 * line breaks: `^.*$`.
 *
 * @param source a pattern that is searched for in a text
 */
export function patternReach(source: string): PatternReach {
  const known = REACHES.get(source) ?? reachOf(source);
  REACHES.set(source, known);
  return known;
}

const REACHES = new LruMap<string, PatternReach>(1024);

function reachOf(source: string): PatternReach {
  const parsed = parsePattern(source);
  if (!parsed.ok) return 'some';
  if (isDead(parsed.node, false, false)) return 'none';
  const branches = parsed.node.kind === 'alternation' ? parsed.node.of : [parsed.node];
  if (branches.some(matchesEveryText)) return 'every-text';
  return branches.some(matchesEveryLine) ? 'every-line' : 'some';
}

/**
 * The text `abc` of a pattern `^abc.*$`, where `.` stands for no line feed; undefined for all others.
 *
 * @example
 * ```ts
 * linePrefix('^(?:books:.*)$'); // 'books:'
 * ```
 */
export function linePrefix(source: string): string | undefined {
  const parsed = parsePattern(source);
  const parts = parsed.ok ? partsOf(parsed.node) : [];
  const [rest, end] = parts.slice(-2);
  if (parts.length < 3 || !isAnchor(parts[0], 'text-start') || !isAnchor(end, 'text-end') || !isLineOnly(rest))
    return undefined;
  const chars = parts.slice(1, -2).map(charOf);
  return chars.includes(undefined) ? undefined : chars.join('');
}

function isLineOnly(part: PatternNode | undefined): boolean {
  return (
    part !== undefined &&
    isRestOfLine(part) &&
    part.kind === 'repeat' &&
    part.of.kind === 'set' &&
    codePointsOf(part.of)?.length === 4
  );
}

function charOf(part: PatternNode): string | undefined {
  const [from, to, more] = (part.kind === 'set' ? codePointsOf(part) : undefined) ?? [];
  return from === undefined || from !== to || more !== undefined ? undefined : String.fromCodePoint(from);
}

/**
 * Whether a node can never match.
 *
 * @param consumed whether at least one code point was matched before it
 * @param consumes whether at least one code point must be matched after it
 */
function isDead(node: PatternNode, consumed: boolean, consumes: boolean): boolean {
  switch (node.kind) {
    case 'set':
      return codePointsOf(node)?.length === 0;
    case 'assertion':
      return (consumed && node.at === 'text-start') || (consumes && node.at === 'text-end');
    case 'alternation':
      return node.of.every((branch) => isDead(branch, consumed, consumes));
    case 'repeat':
      return node.min > 0 && isDead(node.of, consumed, consumes);
    case 'concat': {
      const lengths = node.of.map(leastLength);
      return node.of.some((part, at) =>
        isDead(part, consumed || anyLength(lengths.slice(0, at)), consumes || anyLength(lengths.slice(at + 1))),
      );
    }
  }
}

function anyLength(lengths: readonly number[]): boolean {
  return lengths.some((length) => length > 0);
}

function leastLength(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'assertion':
      return 0;
    case 'concat':
      return node.of.reduce((sum, part) => sum + leastLength(part), 0);
    case 'alternation':
      return Math.min(...node.of.map(leastLength));
    case 'repeat':
      return node.min === 0 ? 0 : node.min * leastLength(node.of);
  }
}

// What matches the empty text anywhere is found in every text; so it is with one anchor beside it.
function matchesEveryText(branch: PatternNode): boolean {
  const parts = partsOf(branch);
  const anchors = parts.filter(({ kind }) => kind === 'assertion');
  const [anchor] = anchors;
  if (anchor !== undefined && (anchors.length > 1 || anchor.kind !== 'assertion')) return false;
  const free =
    anchor === undefined ||
    (anchor.at === 'text-start' && parts[0] === anchor) ||
    (anchor.at === 'text-end' && parts.at(-1) === anchor);
  return free && parts.every((part) => part === anchor || isEmptyAnywhere(part));
}

function isEmptyAnywhere(node: PatternNode): boolean {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return false;
    case 'concat':
      return node.of.every(isEmptyAnywhere);
    case 'alternation':
      return node.of.some(isEmptyAnywhere);
    case 'repeat':
      return node.min === 0 || isEmptyAnywhere(node.of);
  }
}

function matchesEveryLine(branch: PatternNode): boolean {
  const parts = partsOf(branch);
  const inner = parts.slice(
    isAnchor(parts[0], 'text-start') ? 1 : 0,
    isAnchor(parts.at(-1), 'text-end') ? -1 : undefined,
  );
  return inner.length === 1 && inner.every(isRestOfLine);
}

function isRestOfLine(part: PatternNode): boolean {
  return part.kind === 'repeat' && part.min === 0 && part.max === Number.POSITIVE_INFINITY && holdsMost(part.of);
}

function isAnchor(part: PatternNode | undefined, at: Place): boolean {
  return part?.kind === 'assertion' && part.at === at;
}

// All code points, or all but the line feed: what `.` stands for.
function holdsMost(node: PatternNode): boolean {
  const points = node.kind === 'set' ? codePointsOf(node) : undefined;
  return (
    points !== undefined &&
    points[0] === 0 &&
    points.at(-1) === 0x10ffff &&
    (points.length === 2 || (points.length === 4 && points[1] === 9 && points[2] === 11))
  );
}

function partsOf(branch: PatternNode): readonly PatternNode[] {
  return branch.kind === 'concat' ? branch.of : [branch];
}
