import { CardeaError } from '../errors.ts';
import { isLatin, LATIN_SPILLED, spilledWord, spilledWords, WIDE_SPILLED } from './packed-text.ts';
import type { WordBuffer } from './word-buffer.ts';

// A record: flags and the length of the program; the sequence; the program; where it is a template the length of
// what else it demands and that; sizes; the uid; priority, obligations, slots and the names of attributes where
// the flags say so; the words of the filing to the end.
export const SEQUENCE = 1;
export const PROGRAM = 2;
const LENGTH_BITS = 20;
const LENGTH = (1 << LENGTH_BITS) - 1;
export const DENY: number = 1 << LENGTH_BITS;
export const ONE_SUBJECT: number = DENY << 1;
export const ONE_ACTION: number = DENY << 2;
export const ONE_RESOURCE: number = DENY << 3;
export const PRIORITY: number = DENY << 4;
export const OBLIGATIONS: number = DENY << 5;
export const TEMPLATE: number = DENY << 6;
export const NAMES: number = DENY << 7;
/** The sizes have words of their own. */
const LARGE = DENY << 8;
/** Of a template: besides its slots it demands nothing. */
export const BARE: number = DENY << 9;

// The word of sizes: the length of the uid, whether it is wide, how many words the filing has.
const UID_BITS = 18;
const UID_AT_MOST = (1 << UID_BITS) - 1;
const WIDE = 1 << UID_BITS;
const FILING_SHIFT = UID_BITS + 1;
const FILING_AT_MOST = (1 << (31 - FILING_SHIFT)) - 1;

const halves = new Int32Array(2);
const float = new Float64Array(halves.buffer);

/** Where the parts of a record lie among the words of its chunk. */
export interface RecordLayout {
  readonly flags: number;
  readonly programEnd: number;
  /** Of a template; else where the program ends. */
  readonly restEnd: number;
  readonly uid: number;
  readonly uidLength: number;
  readonly uidKind: number;
  readonly priority: number;
  /** Of obligations, slots and names, those that there are, in this order. */
  readonly texts: number;
  readonly filing: number;
  readonly end: number;
}

/** What follows the conditions. */
export interface RecordEnd {
  readonly uid: string;
  readonly priority: number;
  readonly texts: readonly number[];
  readonly filing: readonly number[];
}

/** Begins a record, which is written alone in a buffer; its program follows. */
export function beginRecord(into: WordBuffer, flags: number, sequence: number): void {
  into.push(flags);
  into.push(sequence | 0);
}

/**
 * Ends the program, and answers where. Of a template a word follows, then the rest.
 *
 * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` for a policy of more than 4 MB
 */
export function endProgram(into: WordBuffer): number {
  const length = into.length - PROGRAM;
  if (length > LENGTH) throw new CardeaError('CARDEA_UNSUPPORTED', 'a policy is larger than 4 MB');
  into.words[0] = (into.words[0] as number) | length;
  return into.length;
}

/** Ends the rest of a template. */
export function endRest(into: WordBuffer, programEnd: number): void {
  into.words[programEnd] = into.length - programEnd - 1;
}

export function endRecord(into: WordBuffer, { uid, priority, texts, filing }: RecordEnd): void {
  const kind = isLatin(uid) ? LATIN_SPILLED : WIDE_SPILLED;
  const wide = kind === WIDE_SPILLED ? WIDE : 0;
  if (uid.length > UID_AT_MOST || filing.length > FILING_AT_MOST) {
    into.words[0] = (into.words[0] as number) | LARGE;
    into.push(uid.length);
    into.push(wide);
    into.push(filing.length);
  } else into.push(uid.length | wide | (filing.length << FILING_SHIFT));
  const count = spilledWords(uid.length, kind);
  for (let at = 0; at < count; at++) into.push(spilledWord(uid, at, kind));
  if (priority !== 0) {
    float[0] = priority;
    into.push(halves[0] as number);
    into.push(halves[1] as number);
  }
  for (const text of texts) into.push(text);
  for (const word of filing) into.push(word);
}

/** Where the program ends of the record that begins at `start`. */
export function programEndOf(words: Int32Array, start: number): number {
  return start + PROGRAM + ((words[start] as number) & LENGTH);
}

export function layoutOf(words: Int32Array, start: number): RecordLayout {
  const flags = words[start] as number;
  const programEnd = programEndOf(words, start);
  const isTemplate = (flags & TEMPLATE) !== 0;
  const restEnd = isTemplate ? programEnd + 1 + (words[programEnd] as number) : programEnd;
  const sizes = words[restEnd] as number;
  const large = (flags & LARGE) !== 0;
  const uid = restEnd + (large ? 3 : 1);
  const uidLength = large ? sizes : sizes & UID_AT_MOST;
  const uidKind = ((large ? (words[restEnd + 1] as number) : sizes) & WIDE) === 0 ? LATIN_SPILLED : WIDE_SPILLED;
  const priority = uid + spilledWords(uidLength, uidKind);
  const texts = priority + ((flags & PRIORITY) === 0 ? 0 : 2);
  const filing = texts + textIndexOf(flags, NAMES << 1);
  const end = filing + (large ? (words[restEnd + 2] as number) : sizes >>> FILING_SHIFT);
  return { flags, programEnd, restEnd, uid, uidLength, uidKind, priority, texts, filing, end };
}

/** Which of the texts is that of a flag. */
export function textIndexOf(flags: number, flag: number): number {
  let index = 0;
  for (let other = OBLIGATIONS; other < flag; other <<= 1) if ((flags & other) !== 0) index += 1;
  return index;
}
