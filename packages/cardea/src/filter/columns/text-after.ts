/**
 * The first text, by code points, after all that start with another one; undefined where none comes after them.
 *
 * @example
 * ```ts
 * textAfter('ab'); // 'ac'
 * ```
 */
export function textAfter(start: string): string | undefined {
  const points = Array.from(start);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = nextPoint(last.codePointAt(0) as number);
    if (next !== undefined) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

function nextPoint(point: number): number | undefined {
  if (point === 0x10ffff) return undefined;
  // Halves of pairs are no texts.
  return point === 0xd7ff ? 0xe000 : point + 1;
}
