import type { Condition, JunctionCondition, NotCondition, SureCondition, TestCondition } from '../ast/condition.ts';
import { isScalar, JSON_TYPES, type Json } from '../ast/json.ts';
import { LONGEST_LISTED } from './code-lists.ts';
import type { ConditionTables } from './condition-tables.ts';
import { constantNetwork } from './constant-network.ts';
import {
  AND,
  CIDR,
  CONST,
  costly,
  EQ,
  GE,
  hasCodes,
  hasOperand,
  headOf,
  IN,
  IS_TRUE,
  isJunction,
  KNOWN,
  lengthOf,
  LISTED,
  LONGEST,
  LT,
  MATCHES,
  NOT,
  OPCODE,
  OPCODES,
  OPERANDS_AT_MOST,
  operandOf,
  OR,
  PRESENT,
  RUNS,
  SHARED,
  STARTS_WITH,
  SURE,
  TYPE,
} from './instruction.ts';
import { encodedRuns } from './encoded-runs.ts';
import { COSTLY, costOf } from './program.ts';
import { FALSE, TRUE } from './truth-code.ts';
import type { WordBuffer } from './word-buffer.ts';

/** Longer lists lie elsewhere. */
const LONGEST_LIST = 32;

const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);

/**
 * Writes conditions as words: an instruction for each part that has one, and for the others the number of a
 * predicate. What the words refer to is in use until they are released.
 */
export class ConditionEncoder {
  readonly #tables: ConditionTables;

  constructor(tables: ConditionTables) {
    this.#tables = tables;
  }

  /** Appends the words of a condition; where that throws, what was appended is in use all the same. */
  encode(condition: Condition, into: WordBuffer): void {
    switch (condition.kind) {
      case 'const':
        into.push(headOf(CONST, 1, condition.value ? TRUE : FALSE));
        return;
      case 'and':
        return this.#enclose(AND, condition, into);
      case 'or':
        return this.#enclose(OR, condition, into);
      case 'not':
        return this.#enclose(NOT, condition, into);
      case 'sure':
        return this.#enclose(SURE, condition, into);
      case 'test':
        if (!this.#encodeTest(condition, into)) this.#share(condition, into);
        return;
      case 'each':
        return this.#share(condition, into);
    }
  }

  /** Forgets whatever the words refer to, also where they are no whole condition. */
  release(words: Int32Array, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const head = words[at] as number;
      const opcode = head & OPCODE;
      const next = isJunction(opcode) ? at + 1 : Math.min(end, at + lengthOf(head));
      if (hasOperand(opcode)) this.#tables.operands.drop(operandOf(head));
      if (opcode === LISTED && at + 1 < next) this.#tables.lists.drop(words[at + 1] as number);
      if (opcode === SHARED) this.#tables.shared.remove(words[at + 1] as number);
      if (hasCodes(opcode)) for (let code = at + 1; code < next; code++) this.#drop(opcode, words[code] as number);
      at = next;
    }
  }

  #drop(opcode: number, code: number): void {
    // Whoever drops it last: its id may then be another text's.
    if (opcode >= STARTS_WITH) this.#tables.tests.forget(code >> 1);
    this.#tables.vocabulary.drop(code);
  }

  #enclose(opcode: number, whole: JunctionCondition | NotCondition | SureCondition, into: WordBuffer): void {
    const start = into.length;
    into.push(headOf(opcode, 0, 0));
    if (whole.kind === 'not' || whole.kind === 'sure') this.encode(whole.of, into);
    else for (const part of whole.of) this.encode(part, into);
    const length = into.length - start;
    if (length <= LONGEST) {
      const head = headOf(opcode, length, 0);
      into.words[start] = isAnyCostly(into, start + 1) ? costly(head) : head;
      return;
    }
    this.release(into.words, start, into.length);
    into.length = start;
    this.#share(whole, into);
  }

  #share(condition: Condition, into: WordBuffer): void {
    const number = this.#tables.shared.add(condition);
    const head = headOf(SHARED, 2, 0);
    into.push(costOf(condition) < COSTLY ? head : costly(head));
    into.push(number);
  }

  // Whether there is an instruction for the test.
  #encodeTest(test: TestCondition, into: WordBuffer): boolean {
    const { op, args } = test;
    const plain = OPCODES[op];
    const left = args[0];
    const right = args[1];
    if (plain === undefined || left === undefined || args.length > 2) return false;
    if (right !== undefined && right.kind !== 'value') return false;
    const runs = plain === MATCHES ? encodedRuns(right?.value) : undefined;
    const constant = runs ?? right?.value;
    const opcode = runs === undefined ? (isLong(plain, constant) ? LISTED : plain) : RUNS;
    const count = argumentWords(opcode, constant);
    const operand = count < 0 ? undefined : this.#tables.operands.use(left);
    if (operand === undefined) return false;
    if (operand >= OPERANDS_AT_MOST) {
      this.#tables.operands.drop(operand);
      return false;
    }
    const head = headOf(opcode, 1 + count, operand);
    into.push(costOf(test) < COSTLY ? head : costly(head));
    this.#encodeArgument(opcode, constant as Json, into);
    return true;
  }

  // One after the other: where one throws, those before it are among the words.
  #encodeArgument(opcode: number, constant: Json, into: WordBuffer): void {
    const { vocabulary } = this.#tables;
    if (opcode === IN) for (const member of constant as readonly Json[]) into.push(vocabulary.use(member));
    else if (opcode === LISTED) into.push(this.#tables.lists.use(constant as readonly Json[]));
    else if (hasCodes(opcode)) into.push(vocabulary.use(constant));
    else if (opcode === TYPE) into.push(typeOf(constant));
    else if (opcode >= LT && opcode <= GE) pushNumber(constant as number, into);
  }
}

/** How many words follow the first one, or -1 where there is no instruction for such a constant. */
function argumentWords(opcode: number, constant: Json | undefined): number {
  if (constant === undefined) return opcode === KNOWN || opcode === PRESENT || opcode === IS_TRUE ? 0 : -1;
  if (opcode === EQ) return isScalar(constant) ? 1 : -1;
  if (opcode === IN) return isList(constant) ? constant.length : -1;
  if (opcode === LISTED) return isList(constant) ? 1 : -1;
  if (opcode >= LT && opcode <= GE) return typeof constant !== 'number' ? -1 : (constant | 0) === constant ? 1 : 2;
  if (opcode === TYPE) return typeOf(constant) < 0 ? -1 : 1;
  if (typeof constant !== 'string' || opcode < STARTS_WITH) return -1;
  return opcode === CIDR && constantNetwork(constant) === undefined ? -1 : 1;
}

// An even longer one is a set, which is a predicate.
function isList(constant: Json): constant is readonly Json[] {
  return Array.isArray(constant) && constant.length <= LONGEST_LISTED && constant.every(isScalar);
}

function isLong(opcode: number, constant: Json | undefined): boolean {
  return opcode === IN && Array.isArray(constant) && constant.length > LONGEST_LIST;
}

function typeOf(constant: Json): number {
  return (JSON_TYPES as readonly Json[]).indexOf(constant);
}

function pushNumber(number: number, into: WordBuffer): void {
  if ((number | 0) === number) {
    into.push(number | 0);
    return;
  }
  float[0] = number;
  into.push(halves[0] as number);
  into.push(halves[1] as number);
}

function isAnyCostly({ words, length }: WordBuffer, from: number): boolean {
  for (let at = from; at < length; at += lengthOf(words[at] as number)) if ((words[at] as number) < 0) return true;
  return false;
}
