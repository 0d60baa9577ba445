import { canonicalJson, type Scalar } from '../ast/json.ts';

/**
 * Fills the slots of a template: an entry of an access list, a share, a role that somebody has. It has no uid of its
 * own: linking twice is one link, and it is taken away by what it says.
 */
export interface PolicyLink {
  /** The uid of the template. */
  readonly template: string;
  /** One value for each slot of the template, and no other. */
  readonly values: Readonly<Record<string, Scalar>>;
}

/**
 * The uid under which a link decides: that of the template and the values, as a canonical JSON list. No two
 * links have the same.
 *
 * @param values in the order of the template's slots
 *
 * @example
 * ```ts
 * linkUid('acl', ['max', 'd1']); // 'acl["max","d1"]'
 * ```
 */
export function linkUid(template: string, values: readonly Scalar[]): string {
  return template + canonicalJson(values);
}

/**
 * The values in the uid of a link: the other way round of {@link linkUid}.
 *
 * @returns undefined where it is not the uid of a link of this template
 *
 * @example
 * ```ts
 * valuesInUid('acl["max","d1"]', 'acl'); // ['max', 'd1']
 * ```
 */
export function valuesInUid(uid: string, template: string): readonly Scalar[] | undefined {
  if (!uid.startsWith(`${template}[`)) return undefined;
  try {
    const values = JSON.parse(uid.slice(template.length)) as readonly Scalar[];
    return linkUid(template, values) === uid ? values : undefined;
  } catch {
    // The uid of another policy, which only begins alike.
    return undefined;
  }
}

/**
 * The values of a link in the order of the template's slots.
 *
 * @returns undefined where the link has not exactly one value for each slot
 *
 * @example
 * ```ts
 * slotValues({ template: 'acl', values: { doc: 'd1', user: 'max' } }, ['user', 'doc']); // ['max', 'd1']
 * ```
 */
export function slotValues({ values }: PolicyLink, slots: readonly string[]): readonly Scalar[] | undefined {
  if (Object.keys(values).length !== slots.length) return undefined;
  return slots.every((slot) => Object.hasOwn(values, slot)) ? slots.map((slot) => values[slot] as Scalar) : undefined;
}
