/** `Truth` as a number: of those that decide nothing the greater one wins, in a conjunction and in a disjunction. */
export type Code = 0 | 1 | 2 | 3;

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export const ERROR = 3;

/** The code of a boolean. */
export function codeOf(holds: boolean): Code {
  return holds ? TRUE : FALSE;
}
