import { invalidSnapshot } from './binary.ts';

/**
 * A table as one flat list of arrays, first a header of small numbers: the form in which tables are written to
 * snapshots and handed to other threads. The arrays of the parts are not copied.
 */
export function joinArrays(
  header: readonly number[],
  parts: readonly (readonly Int32Array[])[],
): readonly Int32Array[] {
  return [Int32Array.from([...header, ...parts.map((part) => part.length)]), ...parts.flat()];
}

/**
 * The header and the parts that {@link joinArrays} made one list of.
 *
 * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` when the list has another shape
 */
export function splitArrays(
  arrays: readonly Int32Array[],
  shape: { readonly header: number; readonly parts: number },
): { readonly header: readonly number[]; readonly parts: readonly (readonly Int32Array[])[] } {
  const [head] = arrays;
  if (head === undefined || head.length !== shape.header + shape.parts) throw invalidSnapshot('a table has no header');
  const parts: (readonly Int32Array[])[] = [];
  let from = 1;
  for (const length of head.subarray(shape.header)) {
    if (length < 0 || from + length > arrays.length) throw invalidSnapshot('a table lacks a part');
    parts.push(arrays.slice(from, from + length));
    from += length;
  }
  if (from !== arrays.length) throw invalidSnapshot('a table has too many parts');
  return { header: [...head.subarray(0, shape.header)], parts };
}
