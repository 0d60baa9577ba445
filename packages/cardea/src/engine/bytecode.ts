import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { JSON_TYPES, type Json, jsonTypeOf } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import { Arena, offsetOf } from './arena.ts';
import { Failure } from './failure.ts';
import { NumberTable } from './number-table.ts';
import type { Operands, Reading } from './operands.ts';
import { Compiler, costOf } from './program.ts';
import { SharedPredicates } from './shared-predicates.ts';
import { FAILED, isScalar, MISSING_CODE, type Vocabulary } from './vocabulary.ts';

// The lowest bits of the first word of an instruction; the others hold how many words it has.
const CONST = 0;
const AND = 1;
const OR = 2;
const NOT = 3;
const SURE = 4;
const EQ = 5;
const IN = 6;
const LT = 7;
const LE = 8;
const GT = 9;
const GE = 10;
const TYPE = 11;
const KNOWN = 12;
const PRESENT = 13;
const IS_TRUE = 14;
const SHARED = 15;
const OPCODE_BITS = 4;
const OPCODE = (1 << OPCODE_BITS) - 1;

const FALSE = 0;
const TRUE = 1;
const UNKNOWN = 2;
const ERROR = 3;
const TRUTHS: readonly Truth[] = ['false', 'true', 'unknown', 'error'];

/**
 * Conditions as words in an arena: no object is kept for one. Attributes and constants are numbers, so that an
 * equality compares two integers. What has no instruction (patterns, networks, functions, lists) is a predicate
 * that all equal conditions share.
 *
 * INVARIANT program-equals-reference: the truth, in all four values, is that of `evaluateCondition`.
 */
export class Programs {
  readonly #operands: Operands;
  readonly #vocabulary: Vocabulary;
  readonly #shared: SharedPredicates;
  readonly #numbers = new NumberTable();
  readonly #arena = new Arena();

  constructor(operands: Operands, functions: FunctionTable, vocabulary: Vocabulary) {
    this.#operands = operands;
    this.#vocabulary = vocabulary;
    this.#shared = new SharedPredicates(new Compiler(operands, functions));
  }

  get bytes(): number {
    return this.#arena.bytes + this.#numbers.bytes;
  }

  /** The address of the program of a condition. */
  add(condition: Condition): number {
    const words: number[] = [];
    this.#emit(condition, words);
    const address = this.#arena.allocate(words.length);
    this.#arena.chunkOf(address).set(words, offsetOf(address));
    return address;
  }

  remove(address: number): void {
    const code = this.#arena.chunkOf(address);
    const start = offsetOf(address);
    const length = (code[start] as number) >>> OPCODE_BITS;
    this.#release(code, start, start + length);
    this.#arena.free(address, length);
  }

  run(address: number, reading: Reading): Truth {
    return TRUTHS[this.#run(this.#arena.chunkOf(address), offsetOf(address), reading)] as Truth;
  }

  #run(code: Int32Array, at: number, reading: Reading): number {
    const head = code[at] as number;
    const operand = code[at + 1] as number;
    switch (head & OPCODE) {
      case CONST:
        return operand;
      case AND:
        return this.#all(code, at + 1, at + (head >>> OPCODE_BITS), reading);
      case OR:
        return this.#any(code, at + 1, at + (head >>> OPCODE_BITS), reading);
      case NOT: {
        const truth = this.#run(code, at + 1, reading);
        return truth <= TRUE ? 1 - truth : truth;
      }
      case SURE: {
        const truth = this.#run(code, at + 1, reading);
        return truth === UNKNOWN ? FALSE : truth;
      }
      case EQ: {
        const value = reading.code(operand);
        if (value === code[at + 2]) return TRUE;
        return value === MISSING_CODE ? UNKNOWN : value === FAILED ? ERROR : FALSE;
      }
      case IN:
        return isMember(code, at + 2, at + (head >>> OPCODE_BITS), reading.code(operand));
      case TYPE:
        return ofValue(reading.tryValue(operand), (value) => jsonTypeOf(value) === JSON_TYPES[code[at + 2] as number]);
      case KNOWN:
        return ofValue(reading.tryValue(operand), () => true);
      case PRESENT: {
        const value = reading.tryValue(operand);
        return value instanceof Failure ? ERROR : Number(value !== undefined);
      }
      case IS_TRUE: {
        const value = reading.tryValue(operand);
        if (typeof value === 'boolean') return Number(value);
        return value instanceof Failure ? ERROR : UNKNOWN;
      }
      case SHARED:
        return TRUTHS.indexOf(this.#shared.run(operand, reading));
      default:
        return compare(head & OPCODE, reading.tryValue(operand), this.#numbers.value(code[at + 2] as number));
    }
  }

  #all(code: Int32Array, from: number, end: number, reading: Reading): number {
    let truth = TRUE;
    for (let at = from; at < end; at += (code[at] as number) >>> OPCODE_BITS) {
      const next = this.#run(code, at, reading);
      if (next === FALSE) return FALSE;
      // In this order a greater number wins: true, unknown, error.
      if (next > truth) truth = next;
    }
    return truth;
  }

  #any(code: Int32Array, from: number, end: number, reading: Reading): number {
    let truth = FALSE;
    for (let at = from; at < end; at += (code[at] as number) >>> OPCODE_BITS) {
      const next = this.#run(code, at, reading);
      if (next === TRUE) return TRUE;
      if (next > truth) truth = next;
    }
    return truth;
  }

  #emit(condition: Condition, words: number[]): void {
    switch (condition.kind) {
      case 'const':
        return push(words, CONST, [condition.value ? TRUE : FALSE]);
      case 'and':
      case 'or':
        return this.#enclose(
          condition.kind === 'and' ? AND : OR,
          condition.of.toSorted((a, b) => costOf(a) - costOf(b)),
          words,
        );
      case 'not':
        return this.#enclose(NOT, [condition.of], words);
      case 'sure':
        return this.#enclose(SURE, [condition.of], words);
      case 'test':
        if (this.#emitTest(condition, words)) return;
        break;
      case 'each':
        break;
    }
    push(words, SHARED, [this.#shared.add(condition)]);
  }

  #enclose(opcode: number, parts: readonly Condition[], words: number[]): void {
    const start = words.push(0) - 1;
    for (const part of parts) this.#emit(part, words);
    words[start] = opcode | ((words.length - start) << OPCODE_BITS);
  }

  // Whether there is an instruction for the test.
  #emitTest({ op, args: [left, right] }: TestCondition, words: number[]): boolean {
    const operand = left === undefined ? undefined : this.#operands.numberOf(left);
    if (operand === undefined) return false;
    const constant = right?.kind === 'value' ? right.value : undefined;
    const rest = this.#argumentsOf(op, right, constant);
    if (rest === undefined) return false;
    push(words, rest.opcode, [operand, ...rest.words]);
    return true;
  }

  #argumentsOf(
    op: TestCondition['op'],
    right: Operand | undefined,
    constant: Json | undefined,
  ): { readonly opcode: number; readonly words: readonly number[] } | undefined {
    if (right === undefined) {
      const opcode = UNARY[op];
      return opcode === undefined ? undefined : { opcode, words: [] };
    }
    if (constant === undefined) return undefined;
    if (op === 'eq' && isScalar(constant)) return { opcode: EQ, words: [this.#vocabulary.use(constant)] };
    if (op === 'in' && Array.isArray(constant) && constant.every(isScalar))
      return { opcode: IN, words: constant.map((member) => this.#vocabulary.use(member)) };
    if (op === 'isType') return { opcode: TYPE, words: [(JSON_TYPES as readonly Json[]).indexOf(constant)] };
    const order = ORDERS[op];
    return order === undefined || typeof constant !== 'number'
      ? undefined
      : { opcode: order, words: [this.#numbers.intern(constant)] };
  }

  #release(code: Int32Array, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const head = code[at] as number;
      const next = at + (head >>> OPCODE_BITS);
      const opcode = head & OPCODE;
      if (opcode === SHARED) this.#shared.remove(code[at + 1] as number);
      else if (opcode === EQ || opcode === IN) {
        for (let member = at + 2; member < next; member++) this.#vocabulary.drop(code[member] as number);
      } else if (opcode >= LT && opcode <= GE) this.#numbers.release(code[at + 2] as number);
      // The parts of a junction follow its head.
      at = opcode >= AND && opcode <= SURE ? at + 1 : next;
    }
  }
}

const UNARY: Partial<Record<TestCondition['op'], number>> = { known: KNOWN, present: PRESENT, isTrue: IS_TRUE };
const ORDERS: Partial<Record<TestCondition['op'], number>> = { lt: LT, le: LE, gt: GT, ge: GE };

function push(words: number[], opcode: number, rest: readonly number[]): void {
  words.push(opcode | ((rest.length + 1) << OPCODE_BITS));
  for (const word of rest) words.push(word);
}

function isMember(code: Int32Array, from: number, end: number, value: number): number {
  if (value === MISSING_CODE) return UNKNOWN;
  if (value === FAILED) return ERROR;
  for (let at = from; at < end; at++) if (code[at] === value) return TRUE;
  return FALSE;
}

function ofValue(value: Json | undefined | Failure, holds: (value: Json) => boolean): number {
  if (value === undefined) return UNKNOWN;
  return value instanceof Failure ? ERROR : Number(holds(value));
}

function compare(opcode: number, left: Json | undefined | Failure, right: number): number {
  if (left instanceof Failure) return ERROR;
  // No number compares with NaN.
  if (typeof left !== 'number' || left !== left || right !== right) return UNKNOWN;
  if (opcode === LT) return Number(left < right);
  if (opcode === LE) return Number(left <= right);
  return Number(opcode === GT ? left > right : left >= right);
}
