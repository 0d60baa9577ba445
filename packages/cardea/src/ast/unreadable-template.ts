import { allOf, anyOf, FALSE, not, some, test } from './build.ts';
import type { Condition } from './condition.ts';
import type { Binding, TemplateParts } from './template.ts';

/**
 * What a template says of an inquiry for which no link is looked at: false where every binding can be read or the rest
 * does not hold, else unknown, or an error. Never true.
 *
 * @example
 * ```ts
 * unreadableCondition({ ok: true, bindings: [{ slot: 'user', over: attr('subject'), member: false }], rest: TRUE });
 * // and(not(test('known', attr('subject'))), TRUE)
 * ```
 */
export function unreadableCondition({ bindings, rest }: TemplateParts): Condition {
  return allOf([anyOf(bindings.map(unreadable)), rest]);
}

function unreadable({ over, member }: Binding): Condition {
  return member ? some(over, 'member', FALSE) : not(test('known', over));
}
