import type { Comparison } from './columns-target.ts';

/** The types of columns whose values are moments: texts when deciding, that order as time does. */
export type MomentType = 'date' | 'timestamp';

/**
 * Whether a text is one that a column of moments may hold, written as it is when deciding. Years have four digits, and
 * there is no year 0, which some databases do not have.
 *
 * @example
 * ```ts
 * isMoment('date', '2024-02-30'); // false
 * ```
 */
export function isMoment(type: MomentType, text: string): boolean {
  const full = type === 'date' ? `${text}T00:00:00.000Z` : text;
  if (!/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(full)) return false;
  const date = new Date(full);
  return !Number.isNaN(date.getTime()) && date.toISOString() === full;
}

/** A comparison of a column of moments with one that it may hold. */
interface MomentComparison {
  readonly op: Comparison;
  readonly moment: string;
}

/**
 * What a comparison with a text is, as one with a moment of the column's own type: a day is, as a text, less than all of
 * its points in time. Undefined where the text is neither.
 */
export function momentComparison(type: MomentType, op: Comparison, text: string): MomentComparison | undefined {
  if (isMoment(type, text)) return { op, moment: text };
  const isLess = op === 'lt' || op === 'le';
  if (type === 'timestamp' && isMoment('date', text))
    return { op: isLess ? 'lt' : 'ge', moment: `${text}T00:00:00.000Z` };
  if (type === 'date' && isMoment('timestamp', text)) return { op: isLess ? 'le' : 'gt', moment: text.slice(0, 10) };
  return undefined;
}

/** Whether a column of a type holds moments. */
export function isMomentType(type: string): type is MomentType {
  return type === 'date' || type === 'timestamp';
}
