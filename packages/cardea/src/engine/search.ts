import type { Inquiry } from '../model/inquiry.ts';
import { KeySearch } from './key-search.ts';
import type { KeyTable } from './key-table.ts';
import type { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import { TokenBuffer } from './token-buffer.ts';
import { ERROR, TRUE, type TruthCode } from './truth-code.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * What one decision needs while it runs, and the next one uses again: a function that a decision calls may decide,
 * and then needs one of its own.
 */
export class Search {
  readonly tokens: TokenBuffer = new TokenBuffer();
  readonly reading: Reading;
  readonly keys: KeySearch;
  /** The policies found, by number. */
  numbers: Int32Array = new Int32Array(64);
  count = 0;
  /** The rows found of one template. */
  readonly rows: number[] = [];
  readonly visitLink = (_template: number, row: number): void => {
    this.rows.push(row);
  };

  /** What the boolean question asks of each policy, and what is known of its answer. */
  ask: ((number: number) => boolean) | undefined;
  visited = 0;
  allowed = false;
  denied = false;
  /** Of the truths of a policy that denies: it keeps from allowing, and so does whatever is above it. */
  least: TruthCode = ERROR;

  constructor(operands: Operands, vocabulary: Vocabulary, table: KeyTable) {
    this.keys = new KeySearch(table);
    this.reading = new Reading(operands, vocabulary);
  }

  begin(inquiry: Inquiry): void {
    this.reading.begin(inquiry);
    this.count = 0;
  }

  /** Lets go of the inquiry. */
  end(): void {
    this.reading.end();
  }

  /** Notes the truth of a policy; true where nothing else matters any more, because it denies. */
  learn(address: number, truth: TruthCode): boolean {
    if (address < 0) {
      if (truth === TRUE || truth >= this.least) this.denied = true;
      return this.denied;
    }
    if (truth === TRUE) this.allowed = true;
    return false;
  }

  push(number: number): void {
    if (this.count === this.numbers.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.count] = number;
    this.count += 1;
  }
}
