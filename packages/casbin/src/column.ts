import { patternError } from './pattern.ts';

/** What a rule is filed under: something that is made of one of its fields. */
export interface Column {
  /** Columns with one key are one column. */
  readonly key: string;
  readonly position: number;
  /** False where only rules that are no plain ones are told from others. */
  readonly isFiled: boolean;
  /** Undefined where the rule must be looked at for every request. */
  tokenOf(rule: readonly unknown[]): string | undefined;
  /** For tokens that are the beginnings of texts: how long. */
  readonly lengthOf?: (token: string) => number;
}

/** The text of a field, where fields are compared. */
export function valueColumn(position: number): Column {
  return { key: `value ${position}`, position, isFiled: true, tokenOf: (rule) => plainText(rule[position]) };
}

/** Tells rules whose pattern is none, so that what evaluates it throws. */
export function patternCheckColumn(position: number, functionName: string): Column {
  return {
    key: `check ${functionName} ${position}`,
    position,
    isFiled: false,
    tokenOf: (rule) => {
      const text = plainText(rule[position]);
      return text === undefined || patternError(functionName, text) !== undefined ? undefined : '';
    },
  };
}

/** Tells rules with a field that is missing or no text. */
export function presenceColumn(position: number): Column {
  return {
    key: `text ${position}`,
    position,
    isFiled: false,
    tokenOf: (rule) => (typeof rule[position] === 'string' ? '' : undefined),
  };
}

// A field that is missing is `''` for functions, and equal to no text.
function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : undefined;
}

/** The beginning of a pattern that is no pattern, by which texts that fit begin as well. */
export function prefixColumn(position: number, functionName: string, prefixOf: (pattern: string) => string): Column {
  return {
    key: `prefix ${functionName} ${position}`,
    position,
    isFiled: true,
    tokenOf: (rule) => {
      const text = plainText(rule[position]);
      if (text === undefined || patternError(functionName, text) !== undefined) return undefined;
      return prefixOf(text);
    },
    lengthOf: (token) => token.length,
  };
}
