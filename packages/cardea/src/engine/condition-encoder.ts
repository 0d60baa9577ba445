import type { Condition, TestCondition } from '../ast/condition.ts';
import { isScalar, JSON_TYPES, type Json } from '../ast/json.ts';
import { parseNetwork } from '../ast/network.ts';
import type { ConditionTables } from './condition-tables.ts';
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
  LONGEST,
  LT,
  NOT,
  OPCODE,
  OPCODES,
  OPERANDS_AT_MOST,
  operandOf,
  OR,
  PRESENT,
  SHARED,
  STARTS_WITH,
  SURE,
  TYPE,
} from './instruction.ts';
import { COSTLY, costOf } from './program.ts';
import { FALSE, TRUE } from './truth-code.ts';

/** A longer list is a set, which is a predicate. */
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
  encode(condition: Condition, words: number[]): void {
    switch (condition.kind) {
      case 'const':
        words.push(headOf(CONST, 1, condition.value ? TRUE : FALSE));
        return;
      case 'and':
        return this.#enclose(AND, condition.of, condition, words);
      case 'or':
        return this.#enclose(OR, condition.of, condition, words);
      case 'not':
        return this.#enclose(NOT, [condition.of], condition, words);
      case 'sure':
        return this.#enclose(SURE, [condition.of], condition, words);
      case 'test':
        if (!this.#encodeTest(condition, words)) this.#share(condition, words);
        return;
      case 'each':
        return this.#share(condition, words);
    }
  }

  /** Forgets whatever the words refer to, also where they are no whole condition. */
  release(words: ArrayLike<number>, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const head = words[at] as number;
      const opcode = head & OPCODE;
      const next = isJunction(opcode) ? at + 1 : Math.min(end, at + lengthOf(head));
      if (hasOperand(opcode)) this.#tables.operands.drop(operandOf(head));
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

  #enclose(opcode: number, parts: readonly Condition[], whole: Condition, words: number[]): void {
    const start = words.push(headOf(opcode, 0, 0)) - 1;
    for (const part of parts) this.encode(part, words);
    const length = words.length - start;
    if (length <= LONGEST) {
      const head = headOf(opcode, length, 0);
      words[start] = isAnyCostly(words, start + 1) ? costly(head) : head;
      return;
    }
    this.release(words, start, words.length);
    words.length = start;
    this.#share(whole, words);
  }

  #share(condition: Condition, words: number[]): void {
    const number = this.#tables.shared.add(condition);
    const head = headOf(SHARED, 2, 0);
    words.push(costOf(condition) < COSTLY ? head : costly(head), number);
  }

  // Whether there is an instruction for the test.
  #encodeTest(test: TestCondition, words: number[]): boolean {
    const { op, args } = test;
    const opcode = OPCODES[op];
    const [left, right] = args;
    if (opcode === undefined || left === undefined || args.length > 2) return false;
    if (right !== undefined && right.kind !== 'value') return false;
    const rest = argumentsOf(opcode, right?.value);
    const operand = rest === undefined ? undefined : this.#tables.operands.use(left);
    if (rest === undefined || operand === undefined) return false;
    if (operand >= OPERANDS_AT_MOST) {
      this.#tables.operands.drop(operand);
      return false;
    }
    const head = headOf(opcode, 1 + rest.length, operand);
    words.push(costOf(test) < COSTLY ? head : costly(head));
    // One after the other: where one throws, those before it are among the words.
    for (const one of rest) words.push(typeof one === 'number' ? one : this.#tables.vocabulary.use(one.constant));
    return true;
  }
}

type Argument = number | { readonly constant: Json };

/** What follows the first word, or undefined where there is no instruction for such an argument. */
function argumentsOf(opcode: number, constant: Json | undefined): readonly Argument[] | undefined {
  if (constant === undefined) return opcode === KNOWN || opcode === PRESENT || opcode === IS_TRUE ? [] : undefined;
  if (opcode === EQ) return isScalar(constant) ? [{ constant }] : undefined;
  if (opcode === IN) return isShortList(constant) ? constant.map((member) => ({ constant: member })) : undefined;
  if (opcode >= LT && opcode <= GE) return typeof constant === 'number' ? numberWords(constant) : undefined;
  if (opcode === TYPE) {
    const type = (JSON_TYPES as readonly Json[]).indexOf(constant);
    return type < 0 ? undefined : [type];
  }
  if (typeof constant !== 'string' || opcode < STARTS_WITH) return undefined;
  return opcode === CIDR && parseNetwork(constant) === undefined ? undefined : [{ constant }];
}

function isShortList(constant: Json): constant is readonly Json[] {
  return Array.isArray(constant) && constant.length <= LONGEST_LIST && constant.every(isScalar);
}

function numberWords(number: number): readonly number[] {
  if ((number | 0) === number) return [number | 0];
  float[0] = number;
  return [halves[0] as number, halves[1] as number];
}

function isAnyCostly(words: readonly number[], from: number): boolean {
  for (let at = from; at < words.length; at += lengthOf(words[at] as number))
    if ((words[at] as number) < 0) return true;
  return false;
}
