import { RE2JS } from 're2js';
import { LAST_CODE_POINT } from './code-points.ts';
import { accept, type Cursor, fail, readWhile, refuse } from './cursor.ts';
import type { SetItem } from './node.ts';

const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d };

/** Reads what an escape of a class means (`\d`, `\P{Greek}`); undefined, and nothing read, for others. */
export function parseClassEscape(cursor: Cursor): SetItem | undefined {
  const letter = cursor.chars[cursor.at + 1] ?? '';
  const negated = letter < 'a';
  const name = letter.toLowerCase();
  if (name === 'd' || name === 's' || name === 'w') {
    cursor.at += 2;
    return { kind: 'escape', name, negated };
  }
  return name === 'p' ? { kind: 'property', name: parseProperty(cursor), negated } : undefined;
}

/** Reads an escape that stands for one code point. */
export function parseCharEscape(cursor: Cursor): number {
  const from = cursor.at++;
  const char = cursor.chars[cursor.at++];
  if (char === undefined) return fail(cursor, 'nothing follows the backslash', from);
  if (/[1-9k]/.test(char)) return refuse(cursor, 'a back reference', from);
  if (char === 'x' || char === 'u') return parseHex(cursor, char, from);
  if (char === '0' && !/^\d$/.test(cursor.chars[cursor.at] ?? '')) return 0;
  if (Object.hasOwn(CONTROLS, char)) return CONTROLS[char] as number;
  if (/^[ -~]$/.test(char) && !/[0-9A-Za-z]/.test(char)) return char.charCodeAt(0);
  return fail(cursor, `unknown escape \`\\${char}\``, from);
}

// `\xHH` and `\uHHHH`, two of the latter for a surrogate pair, or either with braces.
function parseHex(cursor: Cursor, letter: 'x' | 'u', from: number): number {
  const braced = accept(cursor, '{');
  const digits = braced ? readWhile(cursor, /^[0-9A-Fa-f]$/) : readHexDigits(cursor, letter === 'x' ? 2 : 4);
  const first = Number.parseInt(digits, 16);
  if (digits === '' || (braced && !accept(cursor, '}')) || first > LAST_CODE_POINT)
    return fail(cursor, `\`\\${letter}\` is not followed by the number of a code point`, from);
  const paired = !braced && first >> 10 === 0x36 && accept(cursor, '\\u');
  const second = paired ? Number.parseInt(readHexDigits(cursor, 4), 16) : 0;
  if (second >> 10 === 0x37) return 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff);
  return first >> 11 === 0x1b ? fail(cursor, 'a lone surrogate is no character', from) : first;
}

function readHexDigits(cursor: Cursor, count: number): string {
  const digits = cursor.chars.slice(cursor.at, cursor.at + count).join('');
  if (digits.length !== count || !/^[0-9A-Fa-f]+$/.test(digits)) return '';
  cursor.at += count;
  return digits;
}

// `\pL`, `\p{Lu}`, `\p{Greek}`; JavaScript writes the latter `\p{Script=Greek}`.
function parseProperty(cursor: Cursor): string {
  const from = cursor.at;
  cursor.at += 2;
  if (!accept(cursor, '{')) return knownProperty(cursor, cursor.chars[cursor.at++] ?? '', from);
  const written = readWhile(cursor, /^[A-Za-z_=]$/);
  if (!accept(cursor, '}')) return fail(cursor, 'the name of a property is not closed', from);
  return knownProperty(cursor, written.replace(/^(?:Script|sc|General_Category|gc)=/, ''), from);
}

function knownProperty(cursor: Cursor, name: string, from: number): string {
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return fail(cursor, 'unknown property of characters', from);
  try {
    RE2JS.compile(`\\p{${name}}`);
  } catch {
    // The engine that runs all patterns with properties says which there are.
    return fail(cursor, `unknown property of characters \`${name}\``, from);
  }
  return name;
}
