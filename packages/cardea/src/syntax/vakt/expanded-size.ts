import { isDict, isList, type Python } from './python-value.ts';

/** How many values a value may hold, each shared part counted as often as it occurs. */
export const MAX_EXPANDED_SIZE = 500_000;

/**
 * How many values a value holds when its shared parts are written out: a few dozen references can make billions
 * of them.
 */
export function expandedSize(value: Python): number {
  return sizeOf(value, new Map());
}

function sizeOf(value: Python, known: Map<Python, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const found = known.get(value);
  if (found !== undefined) return found;
  const size = partsOf(value).reduce<number>((sum, part) => sum + sizeOf(part, known), 1);
  known.set(value, size);
  return size;
}

function partsOf(value: Exclude<Python, string | number | bigint | boolean | null>): readonly Python[] {
  if (isList(value)) return value;
  if (isDict(value)) return [...value.values()];
  if (value.py === 'instance') return [...value.attributes.values()];
  return value.py === 'bytes' ? [] : value.items;
}
