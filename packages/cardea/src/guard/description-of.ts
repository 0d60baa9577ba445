import { valuesInUid } from '../model/link.ts';

/**
 * The description of a policy, or for a link that of its template.
 *
 * @param descriptions by uid
 * @param isTemplate whether there is a template of a uid
 */
export function descriptionOf(
  uid: string,
  descriptions: ReadonlyMap<string, string>,
  isTemplate: (uid: string) => boolean,
): string | undefined {
  const known = descriptions.get(uid);
  if (known !== undefined) return known;
  for (let at = uid.indexOf('['); at >= 0; at = uid.indexOf('[', at + 1)) {
    const template = uid.slice(0, at);
    if (isTemplate(template) && valuesInUid(uid, template)) return descriptions.get(template);
  }
  return undefined;
}
