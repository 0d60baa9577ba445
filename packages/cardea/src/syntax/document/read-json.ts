import { quote } from '../../errors.ts';
import type { DocumentLimits } from './document-limits.ts';
import { numberProblem } from './exact-number.ts';
import { type Located, type LocatedMember, locatedList, locatedMapping, locatedScalar } from './located.ts';
import type { SourceText } from './source-text.ts';

type Path = readonly (string | number)[];

/**
 * Reads a JSON text (RFC 8259, and nothing beyond it) with the offsets of all its parts. Names that
 * occur twice and numbers that cannot be held are reported and reading goes on; the first error of syntax
 * ends it.
 *
 * @returns the value, or undefined when the text has no value that could be looked at further
 */
export function readJson(source: SourceText, limits: Required<DocumentLimits>): Located | undefined {
  return new JsonReader(source, limits).read();
}

/** Raised where reading cannot go on, after the reason was reported. */
class StoppedReading extends Error {}

class JsonReader {
  readonly #source: SourceText;
  readonly #text: string;
  readonly #limits: Required<DocumentLimits>;
  #at = 0;
  #nodes = 0;

  constructor(source: SourceText, limits: Required<DocumentLimits>) {
    this.#source = source;
    this.#text = source.text;
    this.#limits = limits;
  }

  read(): Located | undefined {
    try {
      this.#space();
      const value = this.#value([]);
      if (this.#at < this.#text.length) this.#unexpected('the end of the text', []);
      return value;
    } catch (error) {
      if (error instanceof StoppedReading) return undefined;
      throw error;
    }
  }

  #value(path: Path): Located {
    if (++this.#nodes > this.#limits.maxNodes)
      this.#stop('CARDEA_DOCUMENT_LIMIT', `more than ${this.#limits.maxNodes} values`, path);
    const located = this.#unspaced(path);
    this.#space();
    return located;
  }

  #unspaced(path: Path): Located {
    const at = this.#at;
    const char = this.#text[at];
    if (char === '{') return this.#object(path);
    if (char === '[') return this.#list(path);
    if (char === '"') return locatedScalar(this.#string(path), at);
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, at)) return this.#scalar(value, word.length);
    }
    NUMBER.lastIndex = at;
    const literal = NUMBER.exec(this.#text)?.[0];
    return literal === undefined ? this.#unexpected('a value', path) : this.#number(literal, path);
  }

  #scalar(value: boolean | null | number, length: number): Located {
    const at = this.#at;
    this.#at += length;
    return locatedScalar(value, at);
  }

  #number(literal: string, path: Path): Located {
    const value = Number(literal);
    const problem = numberProblem(value, literal);
    if (problem !== undefined) this.#source.report('CARDEA_INVALID_DOCUMENT', problem, path, this.#at);
    // `-0` is 0: JSON values have one zero.
    return this.#scalar(value === 0 ? 0 : value, literal.length);
  }

  #list(path: Path): Located {
    const at = this.#open(path);
    const items: Located[] = [];
    while (!this.#closes(']', items.length, path)) items.push(this.#value([...path, items.length]));
    return locatedList(items, at);
  }

  #object(path: Path): Located {
    const at = this.#open(path);
    const members = new Map<string, LocatedMember>();
    for (let count = 0; !this.#closes('}', count, path); count++) {
      const nameAt = this.#at;
      if (this.#text[nameAt] !== '"') this.#unexpected('a name in double quotes', path);
      const name = this.#string(path);
      this.#space();
      if (this.#text[this.#at] !== ':') this.#unexpected('`:`', [...path, name]);
      this.#skip();
      const node = this.#value([...path, name]);
      if (members.has(name))
        this.#source.report('CARDEA_DUPLICATE_KEY', `${quote(name)} is named twice`, [...path, name], nameAt);
      else members.set(name, { at: nameAt, node });
    }
    return locatedMapping(members, at);
  }

  /** Passes an opening bracket. The path is one part longer for each level, so that it tells the depth. */
  #open(path: Path): number {
    const at = this.#at;
    const { maxDepth } = this.#limits;
    if (path.length >= maxDepth) this.#stop('CARDEA_DOCUMENT_LIMIT', `nests deeper than ${maxDepth} levels`, path);
    this.#skip();
    return at;
  }

  /** Passes the closing bracket, or the comma before a further member. */
  #closes(bracket: string, count: number, path: Path): boolean {
    const char = this.#text[this.#at];
    if (char === bracket) {
      this.#skip();
      return true;
    }
    if (count === 0) return false;
    if (char !== ',') this.#unexpected(`\`,\` or \`${bracket}\``, path);
    this.#skip();
    if (this.#text[this.#at] === bracket) this.#unexpected('a further member after the comma', path);
    return false;
  }

  #string(path: Path): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === '"') {
        this.#at = at + 1;
        return this.#unescaped(this.#text.slice(start, at + 1), path, start);
      }
      if (char === '\\') at++;
    }
    return this.#stop('CARDEA_INVALID_DOCUMENT', 'a string is not closed', path);
  }

  #unescaped(literal: string, path: Path, at: number): string {
    const text = parsedString(literal);
    if (text === undefined) {
      this.#at = at;
      this.#stop(
        'CARDEA_INVALID_DOCUMENT',
        `${quote(literal)} is no JSON string: line breaks, tabs and unknown escapes must be escaped`,
        path,
      );
    }
    if (/\p{Surrogate}/u.test(text))
      this.#source.report('CARDEA_INVALID_DOCUMENT', 'a string contains half of a surrogate pair', path, at);
    return text;
  }

  #skip(): void {
    this.#at++;
    this.#space();
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #unexpected(expected: string, path: Path): never {
    const rest = /^.\S{0,11}/u.exec(this.#text.slice(this.#at, this.#at + 24))?.[0];
    const found = rest === undefined ? 'the text ends' : `found ${quote(rest)}`;
    return this.#stop('CARDEA_INVALID_DOCUMENT', `expected ${expected}, ${found}`, path);
  }

  #stop(code: 'CARDEA_INVALID_DOCUMENT' | 'CARDEA_DOCUMENT_LIMIT', message: string, path: Path): never {
    this.#source.report(code, message, path, this.#at);
    throw new StoppedReading();
  }
}

const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

/** The text of a string literal. Its shape is left to the engine's own parser, which allows just what RFC 8259 does. */
function parsedString(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
