import type { Json } from './json.ts';

/**
 * Whether no object of a JSON text names a member twice. `JSON.parse` keeps the last of them silently, and whatever stands
 * between here and the decision point may have kept the first (AuthZEN 1.0 §11, RFC 7493 §2.3).
 *
 * @param value what `JSON.parse` made of the text
 */
export function hasUniqueMembers(text: string, value: Json): boolean {
  return countNames(text) === countMembers(value);
}

// A list of what is left rather than a recursion: nobody says how deep an answer is.
function countMembers(value: Json): number {
  let members = 0;
  const left: unknown[] = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const values = Object.values(next) as readonly unknown[];
    if (!Array.isArray(next)) members += values.length;
    for (const each of values) left.push(each);
  }
  return members;
}

/** The strings that a colon follows. */
function countNames(text: string): number {
  let names = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start);
    COLON.lastIndex = end;
    if (COLON.test(text)) names += 1;
    start = text.indexOf('"', end);
  }
  return names;
}

const COLON = /[ \t\r\n]*:/y;

/** What stands behind the closing quote; a quote behind an odd number of backslashes closes nothing. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}
