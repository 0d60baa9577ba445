import type { Policy } from '../../model/policy.ts';
import type { StoredLinks } from '../link-check.ts';
import { linkText } from '../link-text.ts';
import type { Facts, Head, KnownPolicy, StoredLink } from './backend.ts';
import type { DocumentCache } from './document-cache.ts';
import { fromStoredLink, storedLinkKey } from './stored-link.ts';

/** What a writer knows of the storage before its changes: all that they can depend on. */
export class KnownFacts implements StoredLinks {
  readonly head: Head;
  readonly #policies: ReadonlyMap<string, KnownPolicy>;
  readonly #counts: ReadonlyMap<string, number>;
  // Once by what is stored, once by what is checked.
  readonly #links: ReadonlySet<string>;
  readonly #texts: ReadonlySet<string>;
  readonly #documents: DocumentCache;

  constructor({ head, policies, counts, links }: Facts, documents: DocumentCache) {
    this.head = head;
    this.#policies = new Map(policies.map((policy) => [policy.uid, policy]));
    this.#counts = counts;
    this.#links = new Set(links.map(storedLinkKey));
    this.#texts = new Set(links.map(checkedLinkKey));
    this.#documents = documents;
  }

  policy(uid: string): KnownPolicy | undefined {
    return this.#policies.get(uid);
  }

  template(uid: string): Policy | undefined {
    const known = this.#policies.get(uid);
    if (known?.document === undefined) return undefined;
    return this.#documents.policyOf({ ...known, document: known.document });
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
}

function checkedLinkKey(stored: StoredLink): string {
  const link = fromStoredLink(stored);
  return JSON.stringify([link.template, linkText(link, Object.keys(link.values)) ?? '']);
}
