import { TRUE } from '../ast/build.ts';
import { compareCodePoints, type Scalar } from '../ast/json.ts';
import { fillSlots, linklessCondition, splitTemplate } from '../ast/template.ts';
import { linkUid } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { evaluateCondition, type Scope } from './reference.ts';

/**
 * The policy that a link makes of its template: the slots filled, the uid that of the link, the rest the template's.
 *
 * @param values in the order of the template's slots
 *
 * @example
 * ```ts
 * linkedPolicy(template, ['max', 'd1']).uid; // 'acl["max","d1"]'
 * ```
 */
export function linkedPolicy({ slots = [], ...template }: LoweredPolicy, values: readonly Scalar[]): LoweredPolicy {
  const filled = new Map(slots.map((slot, at) => [slot, values[at] as Scalar]));
  const { subjects, actions, resources, context } = template.parts;
  return {
    ...template,
    uid: linkUid(template.uid, values),
    condition: fillSlots(template.condition, filled),
    parts: {
      subjects: subjects.map((part) => fillSlots(part, filled)),
      actions: actions.map((part) => fillSlots(part, filled)),
      resources: resources.map((part) => fillSlots(part, filled)),
      context: context.map(({ attribute, condition }) => ({ attribute, condition: fillSlots(condition, filled) })),
    },
  };
}

/**
 * The policies that stand in the place of a template for one inquiry: one for each of its links, by uid. Where the
 * inquiry lacks what a slot is compared with, no link is looked at: the template itself stands for them, once,
 * unknown or failed as it is.
 *
 * It is the plain form that an index of links is held against: linear in the links, nothing remembered.
 *
 * @param links the values of each, in the order of the template's slots; twice the same is one link
 */
export function policiesOfTemplate(
  template: LoweredPolicy,
  links: Iterable<readonly Scalar[]>,
  scope: Scope,
): readonly LoweredPolicy[] {
  const byUid = new Map(Array.from(links, (values) => [linkUid(template.uid, values), values]));
  if (byUid.size === 0) return [];
  const { slots = [], ...alone } = template;
  const parts = splitTemplate(template.condition, slots);
  if (!parts.ok) throw new Error(`template ${template.uid}: slot ?${parts.slot} ${parts.problem}`);
  const readable = evaluateCondition(linklessCondition({ ...parts, rest: TRUE }), scope);
  if (readable !== 'true') return [{ ...alone, condition: linklessCondition(parts) }];
  return [...byUid].sort(([a], [b]) => compareCodePoints(a, b)).map(([, values]) => linkedPolicy(template, values));
}
