import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { attributeSlots, type NamedSlot } from './attribute-slots.ts';
import { constantNetwork } from './constant-network.ts';
import { maskedAddress } from './masked-address.ts';
import { mayFail } from './may-fail.ts';
import { rangesOf } from './ranges.ts';
import {
  anyRequired,
  ANYTHING,
  Conjunction,
  distinct,
  type Need,
  NOTHING,
  requirementsOf,
  type Requirements,
} from './requirement.ts';
import { EMPTY, MISSING, tokenOf } from './slot.ts';

/**
 * What an inquiry must meet for a policy to have any part in its decision, its diagnostics included.
 *
 * INVARIANT index-is-a-superset: an inquiry that meets none of the requirements would have been decided alike
 * without the policy. An allow policy that cannot fail matters only where its condition is true. A deny
 * policy, and one that may fail, matters wherever the condition is not false: something missing makes a deny
 * a diagnostic, and in Kleene's logic hides neither an error nor a falsehood. Their requirements therefore
 * also hold the token {@link MISSING}.
 */
export function necessaryOf({ effect, condition }: LoweredPolicy): Requirements {
  return necessary(condition, false, effect === 'deny' || mayFail(condition) ? UNLESS_FALSE : WHERE_TRUE);
}

interface Setting {
  /** Whether the requirements are those of *not false*, instead of those of *true*. */
  readonly unlessFalse: boolean;
  /** The list whose items the enclosing `each` has bound, and their name. */
  readonly bound: { readonly as: string; readonly over: Operand } | undefined;
}

const UNLESS_FALSE: Setting = { unlessFalse: true, bound: undefined };
const WHERE_TRUE: Setting = { unlessFalse: false, bound: undefined };

function necessary(condition: Condition, negated: boolean, setting: Setting): Requirements {
  switch (condition.kind) {
    case 'const':
      return condition.value === negated ? NOTHING : ANYTHING;
    case 'and':
    case 'or':
      return (condition.kind === 'and') === negated
        ? anyRequired(condition.of.map((part) => necessary(part, negated, setting)))
        : necessaryOfAll(condition.of, negated, setting);
    case 'not':
      return necessary(condition.of, !negated, setting);
    case 'sure':
      // `not sure x` is true where x is unknown; `sure x` is false there, unless x failed.
      return necessary(condition.of, negated, {
        unlessFalse: negated || (setting.unlessFalse && mayFail(condition.of)),
        bound: setting.bound,
      });
    case 'each':
      return necessaryOfEach(condition, negated, setting);
    case 'test':
      return requirementsOf(necessaryOfTest(condition, negated, setting));
  }
}

// Nearly every policy is a conjunction of tests: nothing is made for one but its need.
function necessaryOfAll(conditions: readonly Condition[], negated: boolean, setting: Setting): Requirements {
  const all = new Conjunction();
  for (const condition of conditions) {
    if (condition.kind === 'test') all.addNeed(necessaryOfTest(condition, negated, setting));
    else all.add(necessary(condition, negated, setting));
    if (all.isImpossible) return NOTHING;
  }
  for (const { slot, cells } of rangesOf(conditions, negated)) all.addNeed(need(slot, cells, setting));
  return all.requirements();
}

function necessaryOfTest(condition: TestCondition, negated: boolean, setting: Setting): Need | undefined {
  return negated ? necessaryOfNegated(condition, setting) : TESTS[condition.op](condition, setting);
}

function necessaryOfEach(
  { quantifier, over, as, where }: EachCondition,
  negated: boolean,
  setting: Setting,
): Requirements {
  const list = attributeSlots(over)?.member([]);
  if (list === undefined) return ANYTHING;
  const some = necessary(where, negated, { unlessFalse: setting.unlessFalse, bound: { as, over } });
  return anyRequired([
    some,
    (quantifier === 'every') === negated ? NOTHING : requirementsOf(need(list, [EMPTY], WHERE_TRUE)),
    setting.unlessFalse ? requirementsOf(need(list, [], setting)) : NOTHING,
  ]);
}

function necessaryOfNegated({ op, args }: TestCondition, setting: Setting): Need | undefined {
  if (op !== 'present' && op !== 'known') return undefined;
  const slot = valueSlot(args[0], setting);
  // A list that is none, and an item that is missing, have one token.
  if (slot === undefined) return undefined;
  return need(slot, op === 'present' || setting.unlessFalse ? [MISSING] : [], setting);
}

/** What a test needs: undefined where anything may do, and without a token where nothing can. */
type Necessary = (condition: TestCondition, setting: Setting) => Need | undefined;

const nothingKnown: Necessary = () => undefined;

/** How each operator is indexed; most of those that are not have no finite set of values that meet them. */
const TESTS: Readonly<Record<Operator, Necessary>> = {
  eq: ({ args }, setting) => {
    const left = args[0];
    const isReversed = left?.kind === 'value';
    const constant = isReversed ? left : args[1];
    const slot = valueSlot(isReversed ? args[1] : left, setting);
    return slot === undefined || constant?.kind !== 'value'
      ? undefined
      : need(slot, [tokenOf(constant.value)], setting);
  },
  in: ({ args }, setting) => {
    const left = args[0];
    const right = args[1];
    if (left?.kind === 'value') {
      const list = right === undefined ? undefined : attributeSlots(right)?.member([]);
      return list === undefined ? undefined : need(list, [tokenOf(left.value)], setting);
    }
    const slot = valueSlot(left, setting);
    if (slot === undefined || right?.kind !== 'value' || !Array.isArray(right.value)) return undefined;
    return need(slot, distinct((right.value as readonly Json[]).map(tokenOf)), setting);
  },
  startsWith: cutting('prefix', (text, length) => text.slice(0, length)),
  endsWith: cutting('suffix', (text, length) => text.slice(text.length - length)),
  cidr: ({ args }, setting) => {
    const right = args[1];
    const network =
      right?.kind === 'value' && typeof right.value === 'string' ? constantNetwork(right.value) : undefined;
    const slots = args[0] === undefined ? undefined : attributeSlots(args[0]);
    if (slots === undefined || network === undefined) return undefined;
    const bits = atMost(network.family === 4 ? BITS_4 : BITS_6, network.prefix);
    if (bits === 0) return undefined;
    return need(slots.network(network.family, bits), [maskedAddress(network.words, bits)], setting);
  },
  isTrue: ({ args }, setting) => {
    const slot = valueSlot(args[0], setting);
    // Unknown for every value that is no boolean.
    return slot === undefined || setting.unlessFalse ? undefined : need(slot, [tokenOf(true)], setting);
  },
  lt: nothingKnown,
  le: nothingKnown,
  gt: nothingKnown,
  ge: nothingKnown,
  contains: nothingKnown,
  matches: nothingKnown,
  truthy: nothingKnown,
  isType: nothingKnown,
  known: nothingKnown,
  present: nothingKnown,
};

// Few lengths, so that there are few slots.
const BITS_4 = [8, 16, 24, 32];
const BITS_6 = [16, 32, 48, 64, 128];
const LENGTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

function cutting(kind: 'prefix' | 'suffix', part: (text: string, length: number) => string): Necessary {
  return ({ args }, setting) => {
    const right = args[1];
    const slots = args[0] === undefined ? undefined : attributeSlots(args[0]);
    if (slots === undefined || right?.kind !== 'value' || typeof right.value !== 'string') return undefined;
    const length = atMost(LENGTHS, right.value.length);
    return length === 0 ? undefined : need(slots.cut(kind, length), [part(right.value, length)], setting);
  };
}

function atMost(steps: readonly number[], limit: number): number {
  let most = 0;
  for (const step of steps) if (step <= limit) most = step;
  return most;
}

function need({ name, slot }: NamedSlot, tokens: readonly string[], { unlessFalse }: Setting): Need {
  const accepted = unlessFalse && !tokens.includes(MISSING) ? [...tokens, MISSING] : tokens;
  return { name, slot, tokens: accepted };
}

/** The slot whose tokens are those of an operand, or undefined where it has none. */
function valueSlot(operand: Operand | undefined, { bound }: Setting): NamedSlot | undefined {
  if (operand === undefined) return undefined;
  if (operand.kind !== 'item') return attributeSlots(operand)?.value();
  return operand.name === bound?.as ? attributeSlots(bound.over)?.member(operand.path) : undefined;
}
