const LONGEST = 10_000;
const LARGEST = 2_000_000;

/**
 * Lists in parts that fit into one statement or document: of so many items, and of so much text unless one item alone is
 * longer.
 *
 * @param sizeOf how long the texts of an item are
 */
export function chunksOf<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let size = 0;
  for (const item of items) {
    const last = chunks.at(-1);
    size += sizeOf(item);
    if (last !== undefined && last.length < LONGEST && size <= LARGEST) {
      last.push(item);
      continue;
    }
    chunks.push([item]);
    size = sizeOf(item);
  }
  return chunks;
}
