import { test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { JSON_TYPES, type Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { ConditionTables } from './condition-tables.ts';
import {
  AND,
  CONST,
  hasCodes,
  IN,
  lengthOf,
  LISTED,
  NOT,
  OPCODE,
  OPERATORS,
  operandOf,
  OR,
  RUNS,
  SHARED,
  SURE,
  TYPE,
} from './instruction.ts';
import { sourceOfRuns } from './pattern-runs.ts';
import { TRUE } from './truth-code.ts';

const halves = new Int32Array(2);
const float = new Float64Array(halves.buffer);

/**
 * Makes conditions of the words that a `ConditionEncoder` wrote.
 *
 * INVARIANT record-round-trip: what is made equals what was written.
 */
export class ConditionDecoder {
  readonly #tables: ConditionTables;

  constructor(tables: ConditionTables) {
    this.#tables = tables;
  }

  decode(words: Int32Array, at: number): Condition {
    const head = words[at] as number;
    const end = at + lengthOf(head);
    switch (head & OPCODE) {
      case CONST:
        return { kind: 'const', value: operandOf(head) === TRUE };
      case AND:
        return { kind: 'and', of: this.decodeAll(words, at + 1, end) };
      case OR:
        return { kind: 'or', of: this.decodeAll(words, at + 1, end) };
      case NOT:
        return { kind: 'not', of: this.decode(words, at + 1) };
      case SURE:
        return { kind: 'sure', of: this.decode(words, at + 1) };
      case SHARED:
        return this.#tables.shared.conditionOf(words[at + 1] as number);
      default:
        return this.#decodeTest(words, at, end);
    }
  }

  /** The conditions that stand one after the other. */
  decodeAll(words: Int32Array, from: number, end: number): readonly Condition[] {
    const conditions: Condition[] = [];
    for (let at = from; at < end; at += lengthOf(words[at] as number)) conditions.push(this.decode(words, at));
    return conditions;
  }

  #decodeTest(words: Int32Array, at: number, end: number): Condition {
    const head = words[at] as number;
    const opcode = head & OPCODE;
    const operand = this.#tables.operands.operandOf(operandOf(head));
    return test(OPERATORS[opcode] as Operator, operand, ...this.#arguments(opcode, words, at + 1, end).map(value));
  }

  #arguments(opcode: number, words: Int32Array, from: number, end: number): readonly Json[] {
    if (opcode === IN) return [Array.from(words.subarray(from, end), (code) => this.#tables.vocabulary.scalar(code))];
    if (from === end) return [];
    const word = words[from] as number;
    if (opcode === LISTED) return [this.#tables.lists.membersOf(word)];
    if (opcode === RUNS) return [sourceOfRuns(this.#tables.vocabulary.scalar(word) as string)];
    if (hasCodes(opcode)) return [this.#tables.vocabulary.scalar(word)];
    if (opcode === TYPE) return [JSON_TYPES[word] as Json];
    if (from + 1 === end) return [word];
    halves[0] = word;
    halves[1] = words[from + 1] as number;
    return [float[0] as number];
  }
}
