import { isScalar, type Scalar } from '../ast/json.ts';
import { type PolicyLink, slotValues } from '../model/link.ts';
import type { Effect } from '../model/policy.ts';
import { keyOfUid } from './engine-uid.ts';

/** What reading the links of a template needs to know of it. */
export interface KnownTemplate {
  readonly effect: Effect;
  /** Undefined for a stored policy that is invalid, and may be a template. */
  readonly slots?: readonly string[] | undefined;
}

/** A link as a storage handed it out: one of a template, or what it is instead. */
export type StoredLink =
  | { readonly kind: 'link'; readonly template: string; readonly values: readonly Scalar[] }
  /** Its template is not there: taking a template away takes its links away. */
  | { readonly kind: 'dangling' }
  /** Its template is invalid, and fails for all of them. */
  | { readonly kind: 'idle' }
  /** Nobody knows to whom it applies: it does not fill the slots of its template, or names none. */
  | { readonly kind: 'misfit'; readonly template: string; readonly effect: Effect };

/**
 * Reads a link. Never throws: other writers may have stored anything.
 *
 * @param templateOf what is known under the key of a uid
 */
export function readStoredLink(stored: unknown, templateOf: (key: string) => KnownTemplate | undefined): StoredLink {
  // Whose template nobody can tell.
  let misfit: StoredLink = { kind: 'misfit', template: '', effect: 'deny' };
  try {
    const link = stored as PolicyLink;
    const template = keyOfUid(link.template);
    const known = templateOf(template);
    if (known === undefined) return { kind: 'dangling' };
    const { effect, slots } = known;
    if (slots === undefined) return { kind: 'idle' };
    misfit = { kind: 'misfit', template, effect };
    const values = slotValues(link, slots);
    return values?.every(isScalar) === true ? { kind: 'link', template, values } : misfit;
  } catch {
    // No object, no text where the uid should be, or a getter that throws.
    return misfit;
  }
}
