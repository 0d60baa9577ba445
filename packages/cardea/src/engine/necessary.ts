import type { Condition, EachCondition, Operand, TestCondition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { attributeSlots, type NamedSlot } from './attribute-slots.ts';
import { constantNetwork } from './constant-network.ts';
import { maskedAddress } from './masked-address.ts';
import { mayFail } from './may-fail.ts';
import { rangesOf } from './ranges.ts';
import { allRequired, anyRequired, ANYTHING, distinct, NOTHING, type Requirements } from './requirement.ts';
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
  return necessary(condition, false, { unlessFalse: effect === 'deny' || mayFail(condition) });
}

interface Setting {
  /** Whether the requirements are those of *not false*, instead of those of *true*. */
  readonly unlessFalse: boolean;
  /** The list whose items the enclosing `each` has bound, and their name. */
  readonly bound?: { readonly as: string; readonly over: Operand };
}

function necessary(condition: Condition, negated: boolean, setting: Setting): Requirements {
  switch (condition.kind) {
    case 'const':
      return condition.value === negated ? NOTHING : ANYTHING;
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => necessary(part, negated, setting));
      if ((condition.kind === 'and') === negated) return anyRequired(parts);
      for (const { slot, cells } of rangesOf(condition.of, negated)) parts.push(need(slot, cells, setting));
      return allRequired(parts);
    }
    case 'not':
      return necessary(condition.of, !negated, setting);
    case 'sure':
      // `not sure x` is true where x is unknown; `sure x` is false there, unless x failed.
      return necessary(condition.of, negated, {
        ...setting,
        unlessFalse: negated || (setting.unlessFalse && mayFail(condition.of)),
      });
    case 'each':
      return necessaryOfEach(condition, negated, setting);
    case 'test':
      return negated ? necessaryOfNegated(condition, setting) : TESTS[condition.op](condition, setting);
  }
}

function necessaryOfEach(
  { quantifier, over, as, where }: EachCondition,
  negated: boolean,
  setting: Setting,
): Requirements {
  const list = attributeSlots(over)?.member([]);
  if (list === undefined) return ANYTHING;
  const some = necessary(where, negated, { ...setting, bound: { as, over } });
  return anyRequired([
    some,
    (quantifier === 'every') === negated ? NOTHING : need(list, [EMPTY], { unlessFalse: false }),
    setting.unlessFalse ? need(list, [], setting) : NOTHING,
  ]);
}

function necessaryOfNegated({ op, args }: TestCondition, setting: Setting): Requirements {
  if (op !== 'present' && op !== 'known') return ANYTHING;
  const slot = valueSlot(args[0], setting);
  // A list that is none, and an item that is missing, have one token.
  if (slot === undefined) return ANYTHING;
  return op === 'present' || setting.unlessFalse ? need(slot, [MISSING], setting) : NOTHING;
}

type Necessary = (condition: TestCondition, setting: Setting) => Requirements;

const nothingKnown: Necessary = () => ANYTHING;

/** How each operator is indexed; most of those that are not have no finite set of values that meet them. */
const TESTS: Readonly<Record<Operator, Necessary>> = {
  eq: ({ args: [left, right] }, setting) => {
    const [what, constant] = left?.kind === 'value' ? [right, left] : [left, right];
    const slot = valueSlot(what, setting);
    return slot === undefined || constant?.kind !== 'value' ? ANYTHING : need(slot, [tokenOf(constant.value)], setting);
  },
  in: ({ args: [left, right] }, setting) => {
    if (left?.kind === 'value') {
      const list = right === undefined ? undefined : attributeSlots(right)?.member([]);
      return list === undefined ? ANYTHING : need(list, [tokenOf(left.value)], setting);
    }
    const slot = valueSlot(left, setting);
    if (slot === undefined || right?.kind !== 'value' || !Array.isArray(right.value)) return ANYTHING;
    return need(slot, distinct((right.value as readonly Json[]).map(tokenOf)), setting);
  },
  startsWith: cutting('prefix', (text, length) => text.slice(0, length)),
  endsWith: cutting('suffix', (text, length) => text.slice(text.length - length)),
  cidr: ({ args: [left, right] }, setting) => {
    const network =
      right?.kind === 'value' && typeof right.value === 'string' ? constantNetwork(right.value) : undefined;
    const slots = left === undefined ? undefined : attributeSlots(left);
    if (slots === undefined || network === undefined) return ANYTHING;
    const bits = atMost(network.family === 4 ? [8, 16, 24, 32] : [16, 32, 48, 64, 128], network.prefix);
    if (bits === 0) return ANYTHING;
    return need(slots.network(network.family, bits), [maskedAddress(network.words, bits)], setting);
  },
  isTrue: ({ args: [what] }, setting) => {
    const slot = valueSlot(what, setting);
    // Unknown for every value that is no boolean.
    return slot === undefined || setting.unlessFalse ? ANYTHING : need(slot, [tokenOf(true)], setting);
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

function cutting(kind: 'prefix' | 'suffix', part: (text: string, length: number) => string): Necessary {
  return ({ args: [left, right] }, setting) => {
    const slots = left === undefined ? undefined : attributeSlots(left);
    if (slots === undefined || right?.kind !== 'value' || typeof right.value !== 'string') return ANYTHING;
    // Few lengths, so that there are few slots.
    const length = atMost([1, 2, 3, 4, 6, 8, 12, 16, 24, 32], right.value.length);
    return length === 0 ? ANYTHING : need(slots.cut(kind, length), [part(right.value, length)], setting);
  };
}

function atMost(steps: readonly number[], limit: number): number {
  return steps.findLast((step) => step <= limit) ?? 0;
}

function need(
  { name, slot }: NamedSlot,
  tokens: readonly string[],
  { unlessFalse }: Pick<Setting, 'unlessFalse'>,
): Requirements {
  const accepted = unlessFalse && !tokens.includes(MISSING) ? [...tokens, MISSING] : tokens;
  return accepted.length === 0 ? NOTHING : [[{ name, slot, tokens: accepted }]];
}

/** The slot whose tokens are those of an operand, or undefined where it has none. */
function valueSlot(operand: Operand | undefined, { bound }: Setting): NamedSlot | undefined {
  if (operand === undefined) return undefined;
  if (operand.kind !== 'item') return attributeSlots(operand)?.value();
  return operand.name === bound?.as ? attributeSlots(bound.over)?.member(operand.path) : undefined;
}
