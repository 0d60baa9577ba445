import { allOf, every, test, TRUE, value } from './build.ts';
import type { AttrOperand, CallOperand, Condition, Operand } from './condition.ts';
import type { Scalar } from './json.ts';
import { operandsOf } from './walk.ts';

/** How one slot of a template is bound to the inquiry: what a link fills in there must be what is read. */
export interface Binding {
  readonly slot: string;
  /** What is read: an attribute, or its lower case as `call('lower', attr(…))`. */
  readonly over: AttrOperand | CallOperand;
  /** Whether what is read is a list that must contain the value, and not the value itself. */
  readonly member: boolean;
}

/** A template taken apart: see {@link splitTemplate}. */
export interface TemplateParts {
  readonly ok: true;
  /** One for each slot, in their order. */
  readonly bindings: readonly Binding[];
  /** What must hold besides; mentions no slot. */
  readonly rest: Condition;
}

/**
 * Takes the condition of a template apart: it holds where all bindings and the rest do. Each slot must stand exactly
 * once, where it must hold for the whole to hold, so that what an inquiry says tells which links can apply.
 *
 * @returns the parts, or the slot that stands in no such place and why
 *
 * @example
 * ```ts
 * splitTemplate(test('eq', attr('subject'), { kind: 'slot', name: 'user' }), ['user']);
 * // { ok: true, bindings: [{ slot: 'user', over: attr('subject'), member: false }], rest: TRUE }
 * ```
 */
export function splitTemplate(
  condition: Condition,
  slots: readonly string[],
): TemplateParts | { readonly ok: false; readonly slot: string; readonly problem: string } {
  const found = new Map<string, Binding>();
  const rest: Condition[] = [];
  for (const part of conjuncts(condition)) {
    const binding = bindingOf(part);
    const [name] = slotsOf(part);
    if (binding === undefined) {
      if (name !== undefined) return { ok: false, slot: name, problem: 'stands where it need not hold' };
      rest.push(part);
    } else if (!slots.includes(binding.slot)) {
      return { ok: false, slot: binding.slot, problem: 'is not declared' };
    } else if (found.has(binding.slot)) {
      return { ok: false, slot: binding.slot, problem: 'stands in two places' };
    } else found.set(binding.slot, binding);
  }
  const missing = slots.find((name) => !found.has(name));
  if (missing !== undefined) return { ok: false, slot: missing, problem: 'stands nowhere' };
  return { ok: true, bindings: slots.map((name) => found.get(name) as Binding), rest: allOf(rest) };
}

/**
 * The condition with its slots replaced by values.
 *
 * @throws Error where a slot has no value: whoever made the link has checked that
 *
 * @example
 * ```ts
 * fillSlots(test('eq', attr('subject'), { kind: 'slot', name: 'user' }), new Map([['user', 'max']]));
 * // test('eq', attr('subject'), value('max'))
 * ```
 */
export function fillSlots(condition: Condition, values: ReadonlyMap<string, Scalar>): Condition {
  switch (condition.kind) {
    case 'const':
      return condition;
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map((part) => fillSlots(part, values)) };
    case 'not':
    case 'sure':
      return { ...condition, of: fillSlots(condition.of, values) };
    case 'test':
      return { ...condition, args: condition.args.map((arg) => fillOperand(arg, values)) };
    case 'each':
      return { ...condition, over: fillOperand(condition.over, values), where: fillSlots(condition.where, values) };
  }
}

/**
 * What a template says of an inquiry whatever its links are: true where every binding can be read and the rest holds,
 * unknown where an attribute is missing or is not the list that a binding needs.
 *
 * @example
 * ```ts
 * linklessCondition({ ok: true, bindings: [{ slot: 'user', over: attr('subject'), member: false }], rest: TRUE });
 * // and(test('known', attr('subject')), TRUE)
 * ```
 */
export function linklessCondition({ bindings, rest }: TemplateParts): Condition {
  const readable = bindings.map(({ over, member }) => (member ? every(over, 'member', TRUE) : test('known', over)));
  return allOf([...readable, rest]);
}

/**
 * The names of the slots that a condition mentions, as often as it does.
 *
 * @example
 * ```ts
 * slotsOf(test('eq', attr('subject'), { kind: 'slot', name: 'user' })); // ['user']
 * ```
 */
export function slotsOf(condition: Condition): readonly string[] {
  return operandsOf(condition).flatMap((operand) => (operand.kind === 'slot' ? [operand.name] : []));
}

function fillOperand(operand: Operand, values: ReadonlyMap<string, Scalar>): Operand {
  if (operand.kind === 'call') return { ...operand, args: operand.args.map((arg) => fillOperand(arg, values)) };
  if (operand.kind !== 'slot') return operand;
  const filled = values.get(operand.name);
  if (filled === undefined) throw new Error(`slot ?${operand.name} is not filled`);
  return value(filled);
}

/** What must all hold for the condition to hold. */
function conjuncts(condition: Condition): readonly Condition[] {
  const single = condition.kind === 'or' && condition.of.length === 1;
  return condition.kind === 'and' || single ? condition.of.flatMap(conjuncts) : [condition];
}

function bindingOf(part: Condition): Binding | undefined {
  if (part.kind === 'test') {
    const [over, slot] = part.args;
    if (part.op !== 'eq' || slot?.kind !== 'slot' || !isReadable(over)) return undefined;
    return { slot: slot.name, over, member: false };
  }
  if (part.kind !== 'each' || part.quantifier !== 'some' || part.where.kind !== 'test') return undefined;
  const [item, slot] = part.where.args;
  const itself = item?.kind === 'item' && item.name === part.as && item.path.length === 0;
  if (!itself || part.where.op !== 'eq' || slot?.kind !== 'slot' || !isReadable(part.over)) return undefined;
  return { slot: slot.name, over: part.over, member: true };
}

function isReadable(operand: Operand | undefined): operand is AttrOperand | CallOperand {
  if (operand?.kind === 'attr') return true;
  return (
    operand?.kind === 'call' && operand.fn === 'lower' && operand.args.length === 1 && operand.args[0]?.kind === 'attr'
  );
}
