import type { CharClass } from './char-set.ts';
import { ASCII, type RegexSource } from './source.ts';
import { type Position, RegexUnsupportedError } from './tree.ts';

/** What a backslash stands for. */
export type Escape =
  | { readonly kind: 'char'; readonly codePoint: number }
  | { readonly kind: 'class'; readonly class: CharClass }
  | { readonly kind: 'position'; readonly at: Position }
  | { readonly kind: 'backreference'; readonly index: number };

/** The code point of an escaped character. */
export function escapeValue(escape: Escape & { readonly kind: 'char' }): number {
  return escape.codePoint;
}

/** Reads what follows a backslash outside of `[…]`. */
export function readEscape(source: RegexSource): Escape {
  const char = source.next();
  const ascii = (source.flags & ASCII) !== 0;
  const at = POSITIONS.get(char);
  if (at !== undefined) return { kind: 'position', at: ascii ? (ASCII_POSITIONS.get(at) ?? at) : at };
  if (char >= '1' && char <= '9') return readReference(source, char);
  return readCommon(source, char);
}

/** Reads what follows a backslash within `[…]`. */
export function readClassEscape(source: RegexSource): Escape {
  const char = source.next();
  if (char === 'b') return { kind: 'char', codePoint: 8 };
  if (POSITIONS.has(char) || char === '8' || char === '9') throw source.error(`bad escape \\${char}`);
  if (char >= '1' && char <= '7') return octal(source, char);
  return readCommon(source, char);
}

const POSITIONS: ReadonlyMap<string, Position> = new Map<string, Position>([
  ['A', 'start'],
  ['Z', 'end'],
  ['b', 'wordBoundary'],
  ['B', 'notWordBoundary'],
]);

const ASCII_POSITIONS: ReadonlyMap<Position, Position> = new Map<Position, Position>([
  ['wordBoundary', 'asciiWordBoundary'],
  ['notWordBoundary', 'notAsciiWordBoundary'],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

const CLASSES: ReadonlyMap<string, CharClass['name']> = new Map<string, CharClass['name']>([
  ['d', 'digit'],
  ['s', 'space'],
  ['w', 'word'],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function readCommon(source: RegexSource, char: string): Escape {
  const name = CLASSES.get(char.toLowerCase());
  if (name !== undefined && char.length === 1)
    return {
      kind: 'class',
      class: { name, ascii: (source.flags & ASCII) !== 0, negative: char !== char.toLowerCase() },
    };
  const control = CONTROLS.get(char);
  if (control !== undefined) return { kind: 'char', codePoint: control };
  const digits = HEX_DIGITS.get(char);
  if (digits !== undefined) return hexadecimal(source, char, digits);
  if (char === '0') return octal(source, char);
  if (char === 'N') throw new RegexUnsupportedError('a character by its name, `\\N{…}`');
  if (/^[A-Za-z]$/.test(char)) throw source.error(`bad escape \\${char}`);
  return { kind: 'char', codePoint: char.codePointAt(0) as number };
}

function hexadecimal(source: RegexSource, char: string, digits: number): Escape {
  const found = source.takeMatch(new RegExp(`^[0-9a-fA-F]{${digits}}`));
  const codePoint = found === undefined ? Number.NaN : Number.parseInt(found[0], 16);
  if (!(codePoint <= 0x10ffff)) throw source.error(`bad escape \\${char}`);
  return { kind: 'char', codePoint };
}

function octal(source: RegexSource, first: string): Escape {
  const codePoint = Number.parseInt(first + (source.takeMatch(/^[0-7]{1,2}/)?.[0] ?? ''), 8);
  if (codePoint > 0o377) throw source.error('octal escape value outside of range 0-0o377');
  return { kind: 'char', codePoint };
}

// Up to two digits are a group; three octal digits are a character.
function readReference(source: RegexSource, first: string): Escape {
  if (first <= '7') {
    const rest = source.takeMatch(/^[0-7]{2}/)?.[0];
    if (rest !== undefined) {
      const codePoint = Number.parseInt(first + rest, 8);
      if (codePoint > 0o377) throw source.error('octal escape value outside of range 0-0o377');
      return { kind: 'char', codePoint };
    }
  }
  return { kind: 'backreference', index: Number(first + (source.takeMatch(/^[0-9]/)?.[0] ?? '')) };
}
