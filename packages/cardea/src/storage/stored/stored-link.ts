import { deepFreeze } from '../../ast/deep-freeze.ts';
import { canonicalJson } from '../../ast/json.ts';
import { quote } from '../../errors.ts';
import type { PolicyLink } from '../../model/link.ts';
import type { StoredLink } from './backend.ts';
import { parseStored } from './parse-stored.ts';

/**
 * A link as it is stored. The text names the slots, so that it can be read without its template, which others may be
 * changing meanwhile.
 */
export function toStoredLink({ template, values }: PolicyLink): StoredLink {
  return { template, text: canonicalJson(values) };
}

/**
 * The link that was stored.
 *
 * @throws CARDEA_IO when its text is no JSON: others have written it
 */
export function fromStoredLink({ template, text }: StoredLink): PolicyLink {
  return deepFreeze({ template, values: parseStored(text, `a link of ${quote(template)}`) as PolicyLink['values'] });
}

/** One text for each template and link. */
export function storedLinkKey({ template, text }: StoredLink): string {
  return JSON.stringify([template, text]);
}
