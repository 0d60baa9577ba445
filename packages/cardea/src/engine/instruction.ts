import type { Operator } from '../ast/operators.ts';

// The first word of an instruction: what it does in the lowest bits, then how many words it has, then the number
// of the operand that it reads; negative where it is costly, so that cheaper ones are tried first.
const LENGTH_SHIFT = 5;
const LENGTH_BITS = 11;
const OPERAND_SHIFT = LENGTH_SHIFT + LENGTH_BITS;
const COSTLY_BIT = -2_147_483_648;

/** No instruction has more words. */
export const LONGEST: number = (1 << LENGTH_BITS) - 1;

/** Operands of a greater number have no instructions. */
export const OPERANDS_AT_MOST: number = 1 << (31 - OPERAND_SHIFT);

/** The bits of the first word that say what an instruction does: one of the following. */
export const OPCODE = 31;

/** Has its truth in the place of an operand. */
export const CONST = 0;
/** These four are followed by their parts. */
export const AND = 1;
export const OR = 2;
export const NOT = 3;
export const SURE = 4;
/** These three read the code of an operand. One code. */
export const EQ = 5;
/** Codes. */
export const IN = 6;
/** Nothing. */
export const KNOWN = 7;
/** An integer in one word, or a floating number in two. */
export const LT = 8;
export const LE = 9;
export const GT = 10;
export const GE = 11;
/** The number of a type. */
export const TYPE = 12;
/** Nothing. */
export const PRESENT = 13;
export const IS_TRUE = 14;
/** The number of a text. */
export const STARTS_WITH = 15;
export const ENDS_WITH = 16;
export const CONTAINS = 17;
export const MATCHES = 18;
export const CIDR = 19;
/** The number of a predicate. */
export const SHARED = 20;
/** As MATCHES, of a pattern that was encoded: the number of the text that says how to match. */
export const RUNS = 21;
/** As IN, of a longer list: the number of the list. */
export const LISTED = 22;

/** The operators that have an instruction of their own, where their arguments allow it. */
export const OPCODES: Partial<Readonly<Record<Operator, number>>> = {
  eq: EQ,
  in: IN,
  lt: LT,
  le: LE,
  gt: GT,
  ge: GE,
  isType: TYPE,
  known: KNOWN,
  present: PRESENT,
  isTrue: IS_TRUE,
  startsWith: STARTS_WITH,
  endsWith: ENDS_WITH,
  contains: CONTAINS,
  matches: MATCHES,
  cidr: CIDR,
};

/** The operators by their opcodes. */
export const OPERATORS: readonly (Operator | undefined)[] = operatorsByOpcode();

/** The first word of an instruction. */
export function headOf(opcode: number, length: number, operand: number): number {
  return opcode | (length << LENGTH_SHIFT) | (operand << OPERAND_SHIFT);
}

export function costly(head: number): number {
  return head | COSTLY_BIT;
}

/** How many words the instruction has. */
export function lengthOf(head: number): number {
  return (head >>> LENGTH_SHIFT) & LONGEST;
}

/** The number of the operand that it reads. */
export function operandOf(head: number): number {
  return (head >>> OPERAND_SHIFT) & (OPERANDS_AT_MOST - 1);
}

/** Whether its parts follow its first word. */
export function isJunction(opcode: number): boolean {
  return opcode >= AND && opcode <= SURE;
}

/** Whether it reads an operand. */
export function hasOperand(opcode: number): boolean {
  return (opcode >= EQ && opcode <= CIDR) || opcode === RUNS || opcode === LISTED;
}

/** Whether its words, but for the first, are codes of the vocabulary. */
export function hasCodes(opcode: number): boolean {
  return opcode === EQ || opcode === IN || (opcode >= STARTS_WITH && opcode <= CIDR) || opcode === RUNS;
}

function operatorsByOpcode(): readonly (Operator | undefined)[] {
  const operators: (Operator | undefined)[] = [];
  for (const [operator, opcode] of Object.entries(OPCODES)) operators[opcode] = operator as Operator;
  operators[RUNS] = 'matches';
  operators[LISTED] = 'in';
  return operators;
}
