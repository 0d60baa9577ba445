/** The kind of a text: up to 24 it is the length of a Latin-1 text that lies in the slot. */
export const LATIN_INLINE = 24;
/** Above this, the length of a text in UTF-16 code units that lies in the slot. */
export const WIDE_INLINE = 32;
const WIDE_AT_MOST = 12;
/** A text that lies elsewhere, of one byte or of two a unit. */
export const LATIN_SPILLED = 254;
export const WIDE_SPILLED = 255;

/** Where {@link packText} leaves the hash, behind the six words of text. */
export const HASH = 6;
export const PACKED_WORDS = 7;

const MINUS = 0x2d;
const ZERO = 0x30;

/**
 * A text as words: four Latin-1 characters to a word, or two UTF-16 code units where one is beyond Latin-1.
 * A text has one kind only, so that equal texts have equal words. Answers the kind; a spilled text leaves no words.
 */
export function packText(text: string, seed: number, into: Int32Array): number {
  const { length } = text;
  if (length > LATIN_INLINE) return hashSpilled(text, seed, into);
  if (packPart(text, 0, length, seed, into)) return length;
  return length > WIDE_AT_MOST ? hashSpilled(text, seed, into) : packWide(text, seed, into);
}

/** As `packText` for a part of a text of at most 24 characters. False where one of them is beyond Latin-1. */
export function packPart(text: string, from: number, end: number, seed: number, into: Int32Array): boolean {
  let hash = seed ^ (end - from);
  let bits = 0;
  let at = from;
  let word = 0;
  for (; at + 4 <= end; word++, at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    const packed = a | (b << 8) | (c << 16) | (d << 24);
    bits |= a | b | c | d;
    into[word] = packed;
    hash = mix(hash, packed);
  }
  if (at < end) {
    const a = text.charCodeAt(at);
    const b = at + 1 < end ? text.charCodeAt(at + 1) : 0;
    const c = at + 2 < end ? text.charCodeAt(at + 2) : 0;
    const packed = a | (b << 8) | (c << 16);
    bits |= a | b | c;
    into[word] = packed;
    hash = mix(hash, packed);
  }
  into[HASH] = finish(hash);
  return bits <= 0xff;
}

/** As `packText` for the text that an integer of at most nine digits is written as. */
export function packInteger(value: number, seed: number, into: Int32Array): number {
  let rest = value < 0 ? -value : value;
  let length = value < 0 ? 2 : 1;
  for (let limit = 10; limit <= rest; limit *= 10) length += 1;
  const words = (length + 3) >> 2;
  for (let word = 0; word < words; word++) into[word] = 0;
  if (value < 0) into[0] = MINUS;
  // From the last digit to the first one.
  for (let at = length - 1; at >= Number(value < 0); at--) {
    const next = (rest / 10) | 0;
    into[at >> 2] = (into[at >> 2] as number) | ((ZERO + rest - next * 10) << ((at & 3) << 3));
    rest = next;
  }
  into[HASH] = hashInline(into, 0, length, seed);
  return length;
}

/** The words of a text of such a kind that lies in its slot. */
export function inlineWords(kind: number): number {
  return kind <= LATIN_INLINE ? (kind + 3) >> 2 : (kind - WIDE_INLINE + 1) >> 1;
}

/** The hash of a text that lies in its slot, the same as {@link packText} gave it. */
export function hashInline(words: Int32Array, from: number, kind: number, seed: number): number {
  let hash = seed ^ kind;
  const end = from + inlineWords(kind);
  for (let at = from; at < end; at++) hash = mix(hash, words[at] as number);
  return finish(hash);
}

/** The text of such a kind that lies in its slot. */
export function unpackInline(words: Int32Array, from: number, kind: number): string {
  return unpackWords(words, from, kind <= LATIN_INLINE ? kind : kind - WIDE_INLINE, kind <= LATIN_INLINE);
}

/** How many words a spilled text has. */
export function spilledWords(length: number, kind: number): number {
  return kind === LATIN_SPILLED ? (length + 3) >>> 2 : (length + 1) >>> 1;
}

/** Word `at` of a spilled text. */
export function spilledWord(text: string, at: number, kind: number): number {
  if (kind === WIDE_SPILLED) return unitAt(text, at * 2) | (unitAt(text, at * 2 + 1) << 16);
  const from = at * 4;
  const low = unitAt(text, from) | (unitAt(text, from + 1) << 8);
  return low | (unitAt(text, from + 2) << 16) | (unitAt(text, from + 3) << 24);
}

/** Whether a text is the one whose words of such a kind lie in `words`. They must be of as long a text. */
export function isSpilledAt(words: Int32Array, from: number, text: string, kind: number): boolean {
  const { length } = text;
  const whole = kind === LATIN_SPILLED ? length >> 2 : 0;
  for (let word = 0, at = 0; word < whole; word++, at += 4) {
    const low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8);
    if (words[from + word] !== (low | (text.charCodeAt(at + 2) << 16) | (text.charCodeAt(at + 3) << 24))) return false;
  }
  const end = spilledWords(length, kind);
  for (let word = whole; word < end; word++) if (words[from + word] !== spilledWord(text, word, kind)) return false;
  return true;
}

/** The text of a spilled one's words. */
export function unpackSpilled(words: Int32Array, from: number, length: number, kind: number): string {
  return unpackWords(words, from, length, kind === LATIN_SPILLED);
}

function packWide(text: string, seed: number, into: Int32Array): number {
  const kind = WIDE_INLINE + text.length;
  const words = inlineWords(kind);
  let hash = seed ^ kind;
  for (let word = 0; word < words; word++) {
    const packed = spilledWord(text, word, WIDE_SPILLED);
    into[word] = packed;
    hash = mix(hash, packed);
  }
  into[HASH] = finish(hash);
  return kind;
}

function hashSpilled(text: string, seed: number, into: Int32Array): number {
  const { length } = text;
  const whole = length & ~3;
  let hash = seed ^ length;
  let bits = 0;
  for (let at = 0; at < whole; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    bits |= a | b | c | d;
    hash = mix(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  if (whole < length) hash = mix(hash, spilledWord(text, whole >> 2, LATIN_SPILLED));
  for (let at = whole; at < length; at++) bits |= text.charCodeAt(at);
  if (bits > 0xff) return hashWide(text, seed, into);
  into[HASH] = finish(hash);
  return LATIN_SPILLED;
}

function hashWide(text: string, seed: number, into: Int32Array): number {
  const words = spilledWords(text.length, WIDE_SPILLED);
  let hash = seed ^ text.length;
  for (let word = 0; word < words; word++) hash = mix(hash, spilledWord(text, word, WIDE_SPILLED));
  into[HASH] = finish(hash);
  return WIDE_SPILLED;
}

/** Whether no unit is beyond Latin-1. */
export function isLatin(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

function unitAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

function unpackWords(words: Int32Array, from: number, length: number, latin: boolean): string {
  let text = '';
  const units: number[] = [];
  for (let at = 0; at < length; at++) {
    const word = words[from + (latin ? at >>> 2 : at >>> 1)] as number;
    units.push(latin ? (word >>> ((at & 3) << 3)) & 0xff : (word >>> ((at & 1) << 4)) & 0xffff);
    // In pieces: the arguments of one call are limited.
    if (units.length < 4096 && at + 1 < length) continue;
    text += String.fromCharCode(...units);
    units.length = 0;
  }
  return text;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** The finaliser of MurmurHash3: every bit of the hash counts for the segment, the slot and the tag. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
