import { canonicalJson, type Json } from '../../ast/json.ts';
import type { PolicyLink } from '../../model/link.ts';
import type { StoredLink } from './backend.ts';
import { deepFreeze } from './deep-freeze.ts';

/**
 * A link as it is stored. The text names the slots, so that it can be read without its template, which others may be
 * changing meanwhile.
 */
export function toStoredLink({ template, values }: PolicyLink): StoredLink {
  return { template, text: canonicalJson(values) };
}

/** The link that was stored. */
export function fromStoredLink({ template, text }: StoredLink): PolicyLink {
  return deepFreeze({ template, values: JSON.parse(text) as PolicyLink['values'] });
}

/** One text for each template and link. */
export function storedLinkKey({ template, text }: StoredLink): string {
  return JSON.stringify([template, text]) satisfies Json;
}
