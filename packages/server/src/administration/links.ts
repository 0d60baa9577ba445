import type { Json, PolicyLink, Storage } from 'cardea';
import { canonicalJson } from 'cardea/ast';
import type { PageQuery } from './query.ts';

/** A page of links, in the order of their canonical JSON. */
export interface LinkPage {
  readonly links: readonly PolicyLink[];
  /** What to ask the next page with; absent where this is the last. */
  readonly next?: string;
}

/**
 * A page of the links of a template, or of all. Each page reads all links, and keeps no more than it has.
 *
 * @param template of all when absent
 */
export async function linkPage(
  storage: Pick<Storage, 'retrieveLinks'>,
  { after, limit, template }: PageQuery & { readonly template: string | undefined },
): Promise<LinkPage> {
  let first: Placed[] = [];
  for await (const link of storage.retrieveLinks()) {
    if (template !== undefined && link.template !== template) continue;
    const text = canonicalJson({ template: link.template, values: link.values } satisfies Json);
    if (after === undefined || text > after) first.push({ text, link });
    if (first.length > 4 * limit) first = firstOf(first, limit + 1);
  }
  const page = firstOf(first, limit + 1);
  const links = page.slice(0, limit).map(({ link }) => link);
  const last = page[limit - 1];
  return page.length <= limit || last === undefined ? { links } : { links, next: last.text };
}

interface Placed {
  readonly text: string;
  readonly link: PolicyLink;
}

function firstOf(placed: readonly Placed[], count: number): Placed[] {
  return placed.toSorted((left, right) => (left.text < right.text ? -1 : 1)).slice(0, count);
}
