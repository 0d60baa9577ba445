import type { Json, Scalar } from '../ast/json.ts';
import type { Dictionary } from './dictionary.ts';
import type { Vocabulary } from './vocabulary.ts';

// The first word: how many codes follow, and whether there are two to a word, the last one twice where it is alone.
const NARROW = 1 << 16;
const NARROW_CODES = 1 << 16;

/** Longer lists take longer to be gone through than to be looked up in a set. */
export const LONGEST_LISTED = 256;

/**
 * Lists of constants, each a text of the dictionary that their codes are packed in: equal lists share it, and none is
 * an object: one of 64 members takes 180 bytes, a predicate with its set and its source 2.3 kB.
 */
export class CodeLists {
  readonly #texts: Dictionary;
  readonly #vocabulary: Vocabulary;

  /** @param texts those that the vocabulary is made of */
  constructor(texts: Dictionary, vocabulary: Vocabulary) {
    this.#texts = texts;
    this.#vocabulary = vocabulary;
  }

  /** The id of a list, which is in use until it is dropped. Where it throws, nothing is. */
  use(members: readonly Json[]): number {
    const codes: number[] = [];
    let isKept = false;
    try {
      for (const member of members) codes.push(this.#vocabulary.use(member));
      const text = textOf(codes);
      const isKnown = this.#texts.find(text) >= 0;
      const id = this.#texts.intern(text);
      isKept = !isKnown;
      return id;
    } finally {
      // A list that there was holds its members already.
      if (!isKept) this.#dropAll(codes);
    }
  }

  drop(id: number): void {
    const codes = this.#codesOf(id);
    if (this.#texts.release(id)) this.#dropAll(codes);
  }

  /** The list that was used, in its order. */
  membersOf(id: number): readonly Scalar[] {
    return this.#codesOf(id).map((code) => this.#vocabulary.scalar(code));
  }

  /** Whether a code is in a list. */
  has(id: number, code: number): boolean {
    const words = this.#texts.wordsOf(id);
    const { start } = this.#texts;
    const head = words[start] as number;
    const end = start + lengthOf(head);
    if ((head & NARROW) === 0) {
      for (let at = start + 1; at < end; at++) if (words[at] === code) return true;
      return false;
    }
    for (let at = start + 1; at < end; at++) {
      const pair = words[at] as number;
      if ((pair & (NARROW_CODES - 1)) === code || pair >>> 16 === code) return true;
    }
    return false;
  }

  #codesOf(id: number): readonly number[] {
    const words = this.#texts.wordsOf(id);
    const { start } = this.#texts;
    const head = words[start] as number;
    const isNarrow = (head & NARROW) !== 0;
    return Array.from({ length: head & (NARROW - 1) }, (_, at) => {
      if (!isNarrow) return words[start + 1 + at] as number;
      return ((words[start + 1 + (at >> 1)] as number) >>> ((at & 1) << 4)) & (NARROW_CODES - 1);
    });
  }

  #dropAll(codes: readonly number[]): void {
    for (const code of codes) this.#vocabulary.drop(code);
  }
}

function lengthOf(head: number): number {
  const count = head & (NARROW - 1);
  return 1 + ((head & NARROW) === 0 ? count : (count + 1) >> 1);
}

// Four characters of Latin-1 are one word.
function textOf(codes: readonly number[]): string {
  const isNarrow = codes.every((code) => code < NARROW_CODES);
  const bytes: number[] = [];
  pushWord(codes.length | (isNarrow ? NARROW : 0), bytes);
  if (isNarrow) {
    for (let at = 0; at < codes.length; at += 2) {
      const first = codes[at] as number;
      pushWord(first | ((codes[at + 1] ?? first) << 16), bytes);
    }
  } else for (const code of codes) pushWord(code, bytes);
  return String.fromCharCode(...bytes);
}

function pushWord(word: number, bytes: number[]): void {
  bytes.push(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
}
