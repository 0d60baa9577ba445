import type { Json } from 'cardea';
import type { Statement } from 'cardea/statements';
import type { LosslessJson } from 'cardea/vakt';

/**
 * The deliberate differences from the prototype. An answer that differs is put down to one where reading as the
 * prototype did gives the recorded answer.
 */
export const DIFFERENCES = {
  S1: 'an escape for what is *not* in a class keeps its meaning: the prototype put patterns in lower case, so that `\\D` became `\\d`',
  S2: 'a number has no text but its value: to JSON in JavaScript `79.0` is `79`, and the prototype wrote `79.0`',
} as const satisfies Readonly<Record<string, string>>;

/** The number of a difference: a key of {@link DIFFERENCES}. */
export type DifferenceId = keyof typeof DIFFERENCES;

/** A recorded statement: each member is one text. */
export interface RecordedStatement extends Statement {
  readonly Action: string;
  readonly Resource: string;
}

/** A statement whose patterns mean what the prototype made of them. */
export function lowerCased(statement: RecordedStatement): RecordedStatement {
  const { Action, Resource } = statement;
  return { ...statement, Action: Action.toLowerCase(), Resource: Resource.toLowerCase() };
}

/** A value that JSON cannot tell apart is a text here: its document is that of the prototype. */
export function keepingFloats(value: LosslessJson): Json {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly LosslessJson[]).map(keepingFloats);
  const members = [...(value as ReadonlyMap<string, LosslessJson>)];
  return Object.fromEntries(members.map(([name, member]) => [name, keepingFloats(member)]));
}
