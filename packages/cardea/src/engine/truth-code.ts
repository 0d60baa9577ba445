import type { Truth } from '../ast/truth.ts';

/** A {@link Truth} as a small integer, so that deciding allocates nothing. */
export type TruthCode = 0 | 1 | 2 | 3;

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export const ERROR = 3;

/** The truths by their codes. */
export const TRUTHS: readonly Truth[] = ['false', 'true', 'unknown', 'error'];

export function codeOf(value: boolean): TruthCode {
  return value ? TRUE : FALSE;
}

/** `not`: swaps true and false, keeps the others. */
export function notCode(truth: TruthCode): TruthCode {
  return truth <= TRUE ? ((1 - truth) as TruthCode) : truth;
}

/** `sure`: unknown becomes false, an error stays one. */
export function sureCode(truth: TruthCode): TruthCode {
  return truth === UNKNOWN ? FALSE : truth;
}
