/** How upper and lower case are made equal: not at all, for ASCII letters, or for all of Unicode. */
export type Fold = 'none' | 'ascii' | 'unicode';

/** The code point under which one is looked up: its simple lower case, as Python's `re` folds (no `ß`/`SS`). */
export function foldOf(codePoint: number, fold: Fold): number {
  if (fold === 'none') return codePoint;
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 0x20 : codePoint;
  return fold === 'ascii' ? codePoint : lower(codePoint);
}

/**
 * Pairs of code points closed under folding: every folded form of a member, and the lower-case letters that
 * Python holds equal although lower-casing keeps them apart (`s` and `ſ`, `µ` and `μ`, the forms of `σ`).
 */
export function foldedRanges(ranges: readonly number[], fold: Exclude<Fold, 'none'>): readonly number[] {
  const folded: number[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    const [first, last] = [ranges[at] as number, ranges[at + 1] as number];
    folded.push(first, last);
    for (const [upper, small] of fold === 'ascii' ? asciiPairs() : lowerPairs())
      if (upper >= first && upper <= last) folded.push(small, small);
  }
  if (fold === 'ascii') return folded;
  const within = (codePoint: number): boolean =>
    folded.some((first, at) => at % 2 === 0 && codePoint >= first && codePoint <= (folded[at + 1] as number));
  const extra = EQUAL.filter((letters) => letters.some(within)).flatMap((letters) =>
    letters.flatMap((letter) => [letter, letter]),
  );
  return [...folded, ...extra];
}

/** The code points that fold to one of these: what a set means without folding. */
export function unfoldedRanges(ranges: readonly number[], fold: Exclude<Fold, 'none'>): readonly number[] {
  const within = (codePoint: number): boolean =>
    ranges.some((first, at) => at % 2 === 0 && codePoint >= first && codePoint <= (ranges[at + 1] as number));
  const result: number[] = [];
  const pairs = fold === 'ascii' ? asciiPairs() : lowerPairs();
  for (const [upper, small] of pairs) if (within(small)) result.push(upper, upper);
  for (let at = 0; at < ranges.length; at += 2)
    result.push(...without([ranges[at] as number, ranges[at + 1] as number], pairs));
  return result;
}

// Letters of lower case that differ only by how they are written: Python's re/_casefix.py derives them from
// the Unicode data (characters whose upper case is the same).
const EQUAL: readonly (readonly number[])[] = [
  [0x69, 0x131], [0x73, 0x17f], [0xb5, 0x3bc], [0x345, 0x3b9, 0x1fbe], [0x390, 0x1fd3], [0x3b0, 0x1fe3],
  [0x3b2, 0x3d0], [0x3b5, 0x3f5], [0x3b8, 0x3d1], [0x3ba, 0x3f0], [0x3c0, 0x3d6], [0x3c1, 0x3f1],
  [0x3c2, 0x3c3], [0x3c6, 0x3d5], [0x432, 0x1c80], [0x434, 0x1c81], [0x43e, 0x1c82], [0x441, 0x1c83],
  [0x442, 0x1c84, 0x1c85], [0x44a, 0x1c86], [0x463, 0x1c87], [0x1c88, 0xa64b], [0x1e61, 0x1e9b], [0xfb05, 0xfb06],
]; // biome-ignore format: a table

function lower(codePoint: number): number {
  // The one letter whose full lower case is two code points, İ, has the simple lower case i.
  return String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) as number;
}

function asciiPairs(): readonly (readonly [number, number])[] {
  return Array.from({ length: 26 }, (_, at) => [0x41 + at, 0x61 + at] as const);
}

let knownPairs: readonly (readonly [number, number])[] | undefined;

/** Every code point with another lower case; all letters with case lie below U+20000. */
function lowerPairs(): readonly (readonly [number, number])[] {
  if (knownPairs !== undefined) return knownPairs;
  const pairs: [number, number][] = [];
  for (let codePoint = 0; codePoint < 0x20000; codePoint++) {
    const small = codePoint >= 0xd800 && codePoint <= 0xdfff ? codePoint : lower(codePoint);
    if (small !== codePoint) pairs.push([codePoint, small]);
  }
  knownPairs = pairs;
  return pairs;
}

function without(
  [first, last]: readonly [number, number],
  pairs: readonly (readonly [number, number])[],
): readonly number[] {
  const result: number[] = [];
  let from = first;
  for (const [upper] of pairs) {
    if (upper < from || upper > last) continue;
    if (upper > from) result.push(from, upper - 1);
    from = upper + 1;
  }
  if (from <= last) result.push(from, last);
  return result;
}
