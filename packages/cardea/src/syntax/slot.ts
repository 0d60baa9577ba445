import { FALSE, test } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { quote } from '../errors.ts';
import { report } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';
import type { RulePlace } from './rule-place.ts';

/** What slots may be called. */
export const SLOT_NAME: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether an argument is written like a slot. */
export function isSlot(argument: unknown): argument is { readonly $slot: unknown } {
  return isPlainObject(argument) && Object.hasOwn(argument, '$slot');
}

/** Lowers a slot to its equality with `place.what`; the name is that of `{ $slot: name }`. */
export function lowerSlot(name: unknown, place: RulePlace): Condition {
  const problem = problemOf(name, place);
  place.slots?.met.add(name as string);
  if (problem === undefined) return test('eq', place.what, { kind: 'slot', name: name as string });
  report(place, 'CARDEA_INVALID_RULE', problem);
  return FALSE;
}

/** Reports a slot as the argument of a rule that takes none. */
export function refuseSlot(name: unknown, place: RulePlace): undefined {
  place.slots?.met.add(name as string);
  report(place, 'CARDEA_INVALID_RULE', 'a slot stands for one value that is equal: only `$eq` takes one');
}

/** The place, where no slot may stand. */
export function withoutSlots(place: RulePlace, where: string): RulePlace {
  return { ...place, slotless: place.slotless ?? where };
}

function problemOf(name: unknown, { slots, slotless }: RulePlace): string | undefined {
  if (typeof name !== 'string') return `a slot is named by a string, not a ${describe(name)}`;
  if (slots?.declared.includes(name) !== true)
    return `slot ${quote(name)} is not declared; a template names it in its \`slots\``;
  if (slotless !== undefined)
    return `slot ${quote(name)} cannot stand ${slotless}: links are found by what must hold for the template to apply`;
  return slots.met.has(name) ? `slot ${quote(name)} stands in two places; declare one for each` : undefined;
}
