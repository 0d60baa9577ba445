import type { SetItem, SetNode } from './node.ts';

/** A set of code points: the bounds of its ranges in turn (`[from, to, from, to, …]`), sorted and disjoint. */
export type CodePoints = readonly number[];

/** The last code point of Unicode. */
export const LAST_CODE_POINT = 0x10ffff;

const DIGIT: CodePoints = [0x30, 0x39];
const SPACE: CodePoints = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];
const WORD: CodePoints = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const ESCAPES = { d: DIGIT, s: SPACE, w: WORD } as const;

/**
 * The code points that a node matches, or undefined where that takes tables of Unicode: properties,
 * and letters outside ASCII without regard to case. Those tables differ between runtimes, so that
 * such sets are left to the one engine that brings its own.
 */
export function codePointsOf({ items, negated, fold }: SetNode): CodePoints | undefined {
  const bounds: number[] = [];
  for (const item of items) {
    const found = itemOf(item, fold);
    if (found === undefined) return undefined;
    bounds.push(...found);
  }
  return negated ? complement(union(bounds)) : union(bounds);
}

/** Whether no code point is in two of the sets. */
export function areDisjoint(sets: readonly CodePoints[]): boolean {
  const ranges = rangesOf(sets.flat());
  return ranges.every(([from], at) => at === 0 || from > (ranges[at - 1]?.[1] ?? -1));
}

function itemOf(item: SetItem, fold: boolean): CodePoints | undefined {
  if (item.kind === 'property') return undefined;
  const bounds = item.kind === 'range' ? [item.from, item.to] : ESCAPES[item.name];
  const folded = fold ? foldAscii(bounds) : bounds;
  // As in RE2, a negated escape excludes what its positive form matches under the same flags.
  return folded !== undefined && item.kind === 'escape' && item.negated ? complement(union(folded)) : folded;
}

// Simple case folding leaves ASCII at two letters only: `k` ~ U+212A (kelvin), `s` ~ U+017F (long s).
function foldAscii(bounds: CodePoints): CodePoints | undefined {
  if (bounds.some((bound) => bound > 0x7f)) return undefined;
  const folded = [...bounds];
  for (let at = 0; at < bounds.length; at += 2) {
    for (let point = bounds[at] as number; point <= (bounds[at + 1] as number); point++) {
      const letter = point | 0x20;
      if (letter < 0x61 || letter > 0x7a) continue;
      folded.push(point ^ 0x20, point ^ 0x20);
      if (letter === 0x6b) folded.push(0x212a, 0x212a);
      if (letter === 0x73) folded.push(0x17f, 0x17f);
    }
  }
  return folded;
}

function union(bounds: CodePoints): CodePoints {
  const merged: number[] = [];
  for (const [from, to] of rangesOf(bounds)) {
    const end = merged.length - 1;
    if (end > 0 && from <= (merged[end] as number) + 1) merged[end] = Math.max(merged[end] as number, to);
    else merged.push(from, to);
  }
  return merged;
}

function complement(sorted: CodePoints): CodePoints {
  const bounds = [-1, ...sorted, LAST_CODE_POINT + 1];
  const gaps: number[] = [];
  for (let at = 0; at < bounds.length; at += 2) {
    const from = (bounds[at] as number) + 1;
    const to = (bounds[at + 1] as number) - 1;
    if (from <= to) gaps.push(from, to);
  }
  return gaps;
}

function rangesOf(bounds: CodePoints): readonly (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at < bounds.length; at += 2) ranges.push([bounds[at] as number, bounds[at + 1] as number]);
  return ranges.sort(([a], [b]) => a - b);
}
