/** The order in which `formatDocument` writes the members of a policy. */
export const POLICY_MEMBERS: readonly string[] = [
  'uid',
  'slots',
  'description',
  'effect',
  'priority',
  'subjects',
  'actions',
  'resources',
  'context',
  'obligations',
  'labels',
  'tags',
];

/** The order in which the members of a link are written. */
export const LINK_MEMBERS: readonly string[] = ['template', 'values'];

/**
 * Sorts members by a list of names. Names that are not listed come last, in the order that they had.
 */
export function inOrder<T>(members: readonly T[], names: readonly string[], nameOf: (member: T) => string): T[] {
  const rank = (member: T): number => {
    const at = names.indexOf(nameOf(member));
    return at === -1 ? names.length : at;
  };
  return [...members].sort((left, right) => rank(left) - rank(right));
}
