import { JSON_TYPES, jsonTypeOf } from '../ast/json.ts';
import type { ConditionTables } from './condition-tables.ts';
import { Failure } from './failure.ts';
import {
  AND,
  CONST,
  EQ,
  GE,
  GT,
  IN,
  IS_TRUE,
  KNOWN,
  LE,
  lengthOf,
  LISTED,
  LT,
  NOT,
  OPCODE,
  operandOf,
  OR,
  PRESENT,
  RUNS,
  SHARED,
  SURE,
  TYPE,
} from './instruction.ts';
import { matchesRuns } from './pattern-runs.ts';
import type { Reading } from './reading.ts';
import { codeOf, ERROR, FALSE, notCode, sureCode, TRUE, type TruthCode, UNKNOWN } from './truth-code.ts';
import { FAILED, MISSING_CODE } from './vocabulary.ts';

const halves = new Int32Array(2);
const float = new Float64Array(halves.buffer);

/**
 * Runs the words that a `ConditionEncoder` wrote. Nothing is allocated: an equality compares two integers.
 *
 * INVARIANT program-equals-reference: the truth, in all four values, is that of `evaluateCondition`.
 */
export class ConditionMachine {
  readonly #tables: ConditionTables;

  constructor(tables: ConditionTables) {
    this.#tables = tables;
  }

  /** The conjunction of the conditions that stand one after the other; the costly ones come last. */
  all(words: Int32Array, from: number, end: number, reading: Reading): TruthCode {
    let truth: TruthCode = TRUE;
    let skipped = false;
    for (let at = from; at < end; ) {
      const head = words[at] as number;
      const opcode = head & OPCODE;
      // Most instructions compare codes, and most of them are false: they are run here, without a call.
      if (opcode >= EQ && opcode <= KNOWN && head >= 0) {
        const code = reading.code(operandOf(head));
        const next = at + lengthOf(head);
        if (code === MISSING_CODE || code === FAILED) truth = weaker(truth, code === FAILED ? ERROR : UNKNOWN);
        else if (opcode === EQ ? code !== words[at + 1] : opcode === IN && !isMember(words, at + 1, next, code))
          return FALSE;
        at = next;
        continue;
      }
      if (head < 0) skipped = true;
      else {
        const next = this.run(words, at, reading);
        if (next === FALSE) return FALSE;
        truth = weaker(truth, next);
      }
      at += lengthOf(head);
    }
    return skipped ? this.#allCostly(words, from, end, truth, reading) : truth;
  }

  run(words: Int32Array, at: number, reading: Reading): TruthCode {
    const head = words[at] as number;
    const opcode = head & OPCODE;
    const operand = operandOf(head);
    switch (opcode) {
      case CONST:
        return operand as TruthCode;
      case AND:
        return this.all(words, at + 1, at + lengthOf(head), reading);
      case OR:
        return this.#any(words, at + 1, at + lengthOf(head), reading);
      case NOT:
        return notCode(this.run(words, at + 1, reading));
      case SURE:
        return sureCode(this.run(words, at + 1, reading));
      case EQ:
      case IN:
      case KNOWN: {
        const code = reading.code(operand);
        if (code === MISSING_CODE) return UNKNOWN;
        if (code === FAILED) return ERROR;
        return codeOf(opcode === KNOWN || isMember(words, at + 1, at + lengthOf(head), code));
      }
      case LISTED: {
        const code = reading.code(operand);
        if (code === MISSING_CODE) return UNKNOWN;
        return code === FAILED ? ERROR : codeOf(this.#tables.lists.has(words[at + 1] as number, code));
      }
      case SHARED:
        return this.#tables.shared.run(words[at + 1] as number, reading);
      default:
        return this.#runOnValue(opcode, words, at, reading);
    }
  }

  #matches(id: number, text: string): TruthCode {
    const { texts } = this.#tables;
    const words = texts.wordsOf(id);
    return codeOf(matchesRuns(words, texts.start, text));
  }

  #allCostly(words: Int32Array, from: number, end: number, cheap: TruthCode, reading: Reading): TruthCode {
    let truth = cheap;
    for (let at = from; at < end; at += lengthOf(words[at] as number)) {
      if ((words[at] as number) >= 0) continue;
      const next = this.run(words, at, reading);
      if (next === FALSE) return FALSE;
      truth = weaker(truth, next);
    }
    return truth;
  }

  #any(words: Int32Array, from: number, end: number, reading: Reading): TruthCode {
    let truth: TruthCode = FALSE;
    let skipped = false;
    for (let at = from; at < end; at += lengthOf(words[at] as number)) {
      if ((words[at] as number) < 0) skipped = true;
      else {
        const next = this.run(words, at, reading);
        if (next === TRUE) return TRUE;
        truth = weaker(truth, next);
      }
    }
    return skipped ? this.#anyCostly(words, from, end, truth, reading) : truth;
  }

  #anyCostly(words: Int32Array, from: number, end: number, cheap: TruthCode, reading: Reading): TruthCode {
    let truth = cheap;
    for (let at = from; at < end; at += lengthOf(words[at] as number)) {
      if ((words[at] as number) >= 0) continue;
      const next = this.run(words, at, reading);
      if (next === TRUE) return TRUE;
      truth = weaker(truth, next);
    }
    return truth;
  }

  #runOnValue(opcode: number, words: Int32Array, at: number, reading: Reading): TruthCode {
    const head = words[at] as number;
    const value = reading.tryValue(operandOf(head));
    if (value instanceof Failure) return ERROR;
    if (opcode === PRESENT) return codeOf(value !== undefined);
    if (value === undefined) return UNKNOWN;
    switch (opcode) {
      case TYPE:
        return codeOf(jsonTypeOf(value) === JSON_TYPES[words[at + 1] as number]);
      case IS_TRUE:
        return typeof value === 'boolean' ? codeOf(value) : UNKNOWN;
      case LT:
      case LE:
      case GT:
      case GE:
        // No number compares with NaN.
        if (typeof value !== 'number' || value !== value) return UNKNOWN;
        return compare(opcode, value, lengthOf(head) === 2 ? (words[at + 1] as number) : floatAt(words, at + 1));
      default:
        if (typeof value !== 'string') return UNKNOWN;
        if (opcode === RUNS) return this.#matches((words[at + 1] as number) >> 1, value);
        return this.#tables.tests.holds(opcode, (words[at + 1] as number) >> 1, value, reading);
    }
  }
}

// Of truths of which none is decisive the greater code wins: the neutral one, unknown, error.
function weaker(left: TruthCode, right: TruthCode): TruthCode {
  return right > left ? right : left;
}

function isMember(words: Int32Array, from: number, end: number, code: number): boolean {
  for (let at = from; at < end; at++) if (words[at] === code) return true;
  return false;
}

function floatAt(words: Int32Array, at: number): number {
  halves[0] = words[at] as number;
  halves[1] = words[at + 1] as number;
  return float[0] as number;
}

function compare(opcode: number, left: number, right: number): TruthCode {
  if (right !== right) return UNKNOWN;
  if (opcode === LT) return codeOf(left < right);
  if (opcode === LE) return codeOf(left <= right);
  return codeOf(opcode === GT ? left > right : left >= right);
}
