import { networkContains, parseNetwork } from '../ast/network.ts';
import { compilePattern } from '../ast/pattern/compile.ts';
import type { Dictionary } from './dictionary.ts';
import { CIDR, CONTAINS, ENDS_WITH, MATCHES, STARTS_WITH } from './instruction.ts';
import type { Reading } from './reading.ts';
import { codeOf, ERROR, type TruthCode } from './truth-code.ts';

const PLACES = 1 << 12;

/**
 * Tests of texts against constants that are ids of a dictionary. The constants asked for last are kept as what a
 * test needs (a text, a pattern, a network), each with its last answer: within one inquiry it is asked the same
 * again and again. As many are kept as there are places, however many policies there are.
 */
export class TextTests {
  readonly #texts: Dictionary;
  readonly #places: (TextTest | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  constructor(texts: Dictionary) {
    this.#texts = texts;
  }

  /** Whether the test of this opcode with the text of this id holds of another. */
  holds(opcode: number, id: number, text: string, reading: Reading): TruthCode {
    const place = placeOf(opcode, id);
    const known = this.#places[place];
    if (known !== undefined && known.opcode === opcode && known.id === id) return known.holds(text, reading);
    const made = new TextTest(opcode, id, this.#texts.text(id));
    this.#places[place] = made;
    return made.holds(text, reading);
  }

  /** Forgets the tests with a text, whose id may become another's. */
  forget(id: number): void {
    for (let opcode = STARTS_WITH; opcode <= CIDR; opcode++) {
      const place = placeOf(opcode, id);
      if (this.#places[place]?.id === id) this.#places[place] = undefined;
    }
  }
}

class TextTest {
  readonly opcode: number;
  readonly id: number;
  readonly #source: string;
  #test: ((text: string, reading: Reading) => boolean) | undefined;
  #text: string | undefined;
  #truth: TruthCode = ERROR;

  constructor(opcode: number, id: number, source: string) {
    this.opcode = opcode;
    this.id = id;
    this.#source = source;
  }

  holds(text: string, reading: Reading): TruthCode {
    if (text !== this.#text) {
      this.#truth = this.#ask(text, reading);
      this.#text = text;
    }
    return this.#truth;
  }

  #ask(text: string, reading: Reading): TruthCode {
    try {
      this.#test ??= testOf(this.opcode, this.#source);
      return codeOf(this.#test(text, reading));
    } catch {
      // A pattern may turn out too large.
      return ERROR;
    }
  }
}

function testOf(opcode: number, source: string): (text: string, reading: Reading) => boolean {
  switch (opcode) {
    case STARTS_WITH:
      return (text) => text.startsWith(source);
    case ENDS_WITH:
      return (text) => text.endsWith(source);
    case CONTAINS:
      return (text) => text.includes(source);
    case MATCHES: {
      const matcher = compilePattern(source);
      return (text) => matcher.test(text);
    }
    default:
      return inNetwork(source);
  }
}

function inNetwork(source: string): (text: string, reading: Reading) => boolean {
  const network = parseNetwork(source);
  if (network === undefined) throw new Error(`${source} is no network`);
  return (text, reading) => {
    const address = reading.address(text);
    return address !== undefined && networkContains(network, address);
  };
}

function placeOf(opcode: number, id: number): number {
  return (Math.imul(id, 0x9e3779b1) + opcode) & (PLACES - 1);
}
