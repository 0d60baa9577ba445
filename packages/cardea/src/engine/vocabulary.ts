import type { Json, Scalar } from '../ast/json.ts';
import type { Dictionary } from './dictionary.ts';
import { tokenOf } from './slot.ts';

/** The code of a value that is missing. */
export const MISSING_CODE = -1;

/** The code of a value that could not be read. */
export const FAILED = -2;

// The code of a list or an object.
const STRUCTURE_CODE = -3;

/** The code of a scalar that no policy mentions. */
export const FOREIGN = -4;

/**
 * The scalars that policies mention, as integers: two are equal exactly where their codes are.
 * The lowest bit tells texts from the others, so that `1` is not `"1"`.
 */
export class Vocabulary {
  readonly texts: Dictionary;

  constructor(texts: Dictionary) {
    this.texts = texts;
  }

  use(value: Json): number {
    return this.texts.intern(tokenOf(value)) * 2 + Number(typeof value !== 'string');
  }

  drop(code: number): void {
    this.texts.release(code >> 1);
  }

  /** The value of a code that is in use. */
  scalar(code: number): Scalar {
    const text = this.texts.text(code >> 1);
    return (code & 1) === 0 ? text : (JSON.parse(text) as Scalar);
  }

  /** As `use` of a value whose token waits there in the dictionary. */
  useWaiting(place: number, value: Json): number {
    return this.texts.internWaiting(place, tokenOf(value)) * 2 + Number(typeof value !== 'string');
  }

  codeOf(value: Json | undefined): number {
    if (typeof value === 'string') return this.codeOfText(value);
    return value === undefined ? MISSING_CODE : this.#codeOfOther(value);
  }

  codeOfText(text: string): number {
    return codeOfId(this.texts.find(text));
  }

  #codeOfOther(value: Json): number {
    let id: number;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return STRUCTURE_CODE;
      id = this.texts.findNumber(value);
    } else if (typeof value === 'boolean' || value === null) id = this.texts.find(String(value));
    else return STRUCTURE_CODE;
    return id < 0 ? FOREIGN : (id << 1) | 1;
  }
}

/** The code of the text of such an id, or where that is -1 of one that no policy mentions. */
export function codeOfId(id: number): number {
  return id < 0 ? FOREIGN : id << 1;
}
