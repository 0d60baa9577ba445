import type { LosslessJson } from 'cardea/vakt';

/**
 * The deliberate differences from vakt that vectors can show, by the numbers of the migration guide. Each names
 * the condition under which a difference is put down to it; a test holds this table against the one there.
 */
export const QUIRKS = {
  Q1: "the answer is vakt's own once phrases of several tagged parts are read as vakt reads them (`severalParts`)",
  Q2: 'a string element of a deny policy of the set cannot be read: its tags are not balanced',
  Q3: 'vakt raised in a context and denied the whole inquiry (`error`), or a context of a deny policy raised here',
  Q4: 'a string checker of vakt raised and denied the whole inquiry (`error`)',
  Q10: 'the query compares raw texts (exact), reads the value as an expression (fuzzy), or its value is no string',
  Q12: 'a number that JSON does not tell apart: a pattern meets a whole `float` (`1.0`), or an integer beyond 2^53 is put in order',
  Q14: 'a network of IPv4 meets an IPv4-mapped IPv6 address (`::ffff:…`)',
  Q16: 'an element or context of the set holds something that is no rule, where a rule belongs, or a uid is empty',
  Q19: 'a text was written again: sorting its keys made references (`py/id`) point elsewhere, or the name of an unknown class was lost',
  Q24: 'the stored expressions are matched by the database in its own dialect',
} as const satisfies Readonly<Record<string, string>>;

/** The number of a quirk: a key of {@link QUIRKS}. */
export type QuirkId = keyof typeof QUIRKS;

/** An IPv4-mapped IPv6 address, in any of the texts that it has. */
export const MAPPED_ADDRESS: RegExp = /(?:::|\b(?:0{1,4}:){1,5}:?)ffff:/i;

/**
 * Whether rules and values meet that Q12 is about: an order and an integer that no double holds, or a pattern and
 * a whole float.
 */
export function meetsNumberQuirk(rules: string, values: LosslessJson): boolean {
  const isLarge = (value: LosslessJson): boolean => typeof value === 'bigint' && BigInt(Number(value)) !== value;
  const isWholeFloat = (value: LosslessJson): boolean => typeof value === 'number' && Number.isInteger(value);
  return (
    (ORDER.test(rules) && holds(values, isLarge)) ||
    (rules.includes('vakt.rules.string.RegexMatch') && holds(values, isWholeFloat))
  );
}

const ORDER = /vakt\.rules\.operator\.(?:Greater|Less)/;

function holds(value: LosslessJson, test: (value: LosslessJson) => boolean): boolean {
  if (test(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const parts = Array.isArray(value)
    ? (value as readonly LosslessJson[])
    : [...(value as ReadonlyMap<string, LosslessJson>).values()];
  return parts.some((part) => holds(part, test));
}
