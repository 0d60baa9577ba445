import type { Operand, TestCondition } from '../ast/condition.ts';
import { canonicalJson, type Json, type JsonType, jsonTypeOf } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import { constantTest } from './constant-test.ts';

/**
 * A test of one operand against constants that is known to be true, or known to be false: never unknown.
 * A false comparison is written as the true opposite, so `lt`, `le`, `gt` and `ge` are always true.
 */
export interface Literal {
  /** The operand as canonical text: the same for operands that have the same value. */
  readonly key: string;
  readonly op: Operator;
  readonly holds: boolean;
  /** The constant side, where the operator has two. */
  readonly bound: Json | undefined;
  /** Whether the constant stands on the left, as in `"abc" contains x`. */
  readonly mirrored: boolean;
  readonly text: string;
}

const MIRROR: Partial<Record<Operator, Operator>> = { eq: 'eq', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };
const OPPOSITE: Partial<Record<Operator, Operator>> = { lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' };

/** A test as a literal; undefined where it is not about exactly one operand that is no constant. */
export function literalOf(condition: TestCondition, holds: boolean): Literal | undefined {
  const known = LITERALS.get(condition) ?? new Map<boolean, Literal | undefined>();
  if (!known.has(holds)) LITERALS.set(condition, known.set(holds, readLiteral(condition, holds)));
  return known.get(holds);
}

function readLiteral({ op, args }: TestCondition, holds: boolean): Literal | undefined {
  const [left, right] = args as readonly [Operand, Operand | undefined];
  if (left.kind !== 'value')
    return right === undefined || right.kind === 'value' ? literal(left, op, right?.value, false, holds) : undefined;
  if (right === undefined || right.kind === 'value') return undefined;
  const mirror = MIRROR[op];
  return mirror === undefined
    ? literal(right, op, left.value, true, holds)
    : literal(right, mirror, left.value, false, holds);
}

/** The literal that is true where this one is false, both being known. */
export function negated(of: Literal): Literal {
  const opposite = OPPOSITE[of.op];
  return withText(opposite === undefined ? { ...of, holds: !of.holds } : { ...of, op: opposite });
}

/** Whether a literal holds for a value of its operand. */
export function holdsFor({ op, holds, bound, mirrored }: Literal, value: Json): boolean {
  const truth = mirrored ? constantTest(op, bound ?? null, value) : constantTest(op, value, bound);
  return truth === holds;
}

/** The only values for which a literal holds, where they are few: those of an equality or a list. */
export function valuesOf({ op, holds, bound, mirrored }: Literal): readonly Json[] | undefined {
  if (op === 'isTrue') return [holds];
  if (!holds || mirrored || bound === undefined) return undefined;
  if (op === 'eq') return [bound];
  return op === 'in' && Array.isArray(bound) ? (bound as readonly Json[]) : undefined;
}

/** The type that a value must have for the literal to be known and to hold. */
export function typeOfLiteral({ op, holds, bound, mirrored }: Literal): JsonType | undefined {
  switch (op) {
    case 'startsWith':
    case 'endsWith':
    case 'contains':
    case 'matches':
    case 'cidr':
      return 'string';
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return bound === undefined ? undefined : jsonTypeOf(bound);
    case 'isTrue':
      return 'boolean';
    case 'isType':
      return holds ? (bound as JsonType) : undefined;
    case 'eq':
      return holds && bound !== undefined ? jsonTypeOf(bound) : undefined;
    case 'in':
      return mirrored ? 'list' : undefined;
    case 'truthy':
    case 'known':
    case 'present':
      return undefined;
  }
}

// Conditions are immutable, and each is looked at for every other one that it is compared with.
const KEYS = new WeakMap<Operand, string>();
const LITERALS = new WeakMap<TestCondition, Map<boolean, Literal | undefined>>();

/** An operand as canonical text. */
export function operandKey(operand: Operand): string {
  const known = KEYS.get(operand);
  if (known !== undefined) return known;
  const key = canonicalJson(operand as unknown as Json);
  KEYS.set(operand, key);
  return key;
}

function literal(operand: Operand, op: Operator, bound: Json | undefined, mirrored: boolean, holds: boolean): Literal {
  const base = { key: operandKey(operand), op, holds: true, bound, mirrored, text: '' };
  const positive = withText(base);
  return holds ? positive : negated(positive);
}

function withText(of: Literal): Literal {
  const { op, holds, bound, mirrored } = of;
  return {
    ...of,
    text: `${holds ? '' : '!'}${mirrored ? '~' : ''}${op} ${bound === undefined ? '' : canonicalJson(bound)}`,
  };
}
