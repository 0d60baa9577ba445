import type { Policy } from '../../model/policy.ts';
import type { StoredLinks } from '../link-check.ts';
import { linkText } from '../link-text.ts';
import type { Facts, Head, KnownPolicy, StoredLink } from './backend.ts';
import { fromStoredLink, storedLinkKey } from './stored-link.ts';
import type { StoredParts } from './stored-parts.ts';

/** What a writer knows of the storage before its changes: all that they can depend on. */
export class KnownFacts implements StoredLinks {
  readonly head: Head;
  readonly #policies: ReadonlyMap<string, KnownPolicy>;
  readonly #counts: ReadonlyMap<string, number>;
  // Once by what is stored, once by what is checked.
  readonly #links: ReadonlySet<string>;
  readonly #texts: ReadonlySet<string>;
  readonly #templates = new Map<string, Policy | undefined>();
  readonly #parts: Pick<StoredParts, 'documents' | 'parse'>;

  constructor({ head, policies, counts, links }: Facts, parts: Pick<StoredParts, 'documents' | 'parse'>) {
    this.head = head;
    this.#policies = new Map(policies.map((policy) => [policy.uid, policy]));
    this.#counts = counts;
    this.#links = new Set(links.map(storedLinkKey));
    this.#texts = new Set(links.map(checkedLinkKey));
    this.#parts = parts;
  }

  policy(uid: string): KnownPolicy | undefined {
    return this.#policies.get(uid);
  }

  /** Undefined also where others have written what is none: nothing fits it. */
  template(uid: string): Policy | undefined {
    if (!this.#templates.has(uid)) this.#templates.set(uid, this.#readTemplate(uid));
    return this.#templates.get(uid);
  }

  isLinked(link: StoredLink): boolean {
    return this.#links.has(storedLinkKey(link));
  }

  isStored(uid: string): boolean {
    return this.#policies.has(uid);
  }

  slotsOf(template: string): readonly string[] | undefined {
    return this.template(template)?.slots;
  }

  countOf(template: string): number {
    return this.#counts.get(template) ?? 0;
  }

  has(template: string, text: string): boolean {
    return this.#texts.has(JSON.stringify([template, text]));
  }

  #readTemplate(uid: string): Policy | undefined {
    const known = this.#policies.get(uid);
    if (known?.document === undefined) return undefined;
    const parsed = this.#parts.parse(this.#parts.documents.policyOf({ ...known, document: known.document }));
    return parsed.ok ? parsed.value : undefined;
  }
}

function checkedLinkKey(stored: StoredLink): string {
  const link = fromStoredLink(stored);
  return JSON.stringify([link.template, linkText(link, Object.keys(link.values)) ?? '']);
}
