import type { Scalar } from '../ast/json.ts';
import { type PolicyLink, slotValues } from '../model/link.ts';

/**
 * The values of a link as one text, that of all equal links. It does not depend on the order in which the template
 * declares its slots, so that a change of that order changes no link.
 *
 * @returns undefined where the link has not exactly one value for each slot
 */
export function linkText(link: PolicyLink, slots: readonly string[]): string | undefined {
  const values = slotValues(link, slots.toSorted());
  // Of scalars this is the canonical text, and one string where joining would keep several.
  return values === undefined ? undefined : JSON.stringify(values);
}

/** The link of a text that {@link linkText} made. */
export function linkOfText(template: string, text: string, slots: readonly string[]): PolicyLink {
  const values = JSON.parse(text) as readonly Scalar[];
  const filled = slots.toSorted().map((slot, at) => [slot, values[at] as Scalar] as const);
  return Object.freeze({ template, values: Object.freeze(Object.fromEntries(filled)) });
}
