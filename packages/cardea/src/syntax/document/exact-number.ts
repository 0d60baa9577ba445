import { quote } from '../../errors.ts';

/**
 * What keeps a number of a text from being read exactly enough: no finite number, an integer beyond
 * ±(2^53 − 1), or so small that it would become zero. Fractions are rounded to the nearest double.
 *
 * @param value the number as it was read
 * @param literal how the text wrote it
 * @returns the message, or undefined when the number can be used
 */
export function numberProblem(value: number, literal: string): string | undefined {
  if (!Number.isFinite(value)) return `${quote(literal)} is no finite number`;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return `${quote(literal)} is beyond 2^53 - 1 and cannot be represented exactly; write it as a string`;
  }
  // The digits before an exponent tell a zero from a number that is too small to be held.
  const tiny = value === 0 && /[1-9]/.test(literal.replace(/[eE].*$/, ''));
  return tiny ? `${quote(literal)} is too small and would be read as 0` : undefined;
}
