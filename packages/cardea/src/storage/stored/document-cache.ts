import { LruMap } from '../../ast/lru.ts';
import { quote } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { StoredPolicy } from './backend.ts';
import { deepFreeze } from '../../ast/deep-freeze.ts';
import { parseStored } from './parse-stored.ts';

/**
 * Policies by what is stored of them, so that each is parsed and frozen once, and is the same object as long as it is
 * kept: whoever derives something from it can keep that beside it.
 */
export class DocumentCache {
  // The text is kept too: after a database was put back to an old state, nothing else tells one document from another.
  readonly #known: LruMap<number, { readonly document: string; readonly policy: Policy }>;

  /** @param size policies at most; null keeps all */
  constructor(size: number | null) {
    this.#known = new LruMap(size);
  }

  /**
   * The policy of a document. It is not checked again: whoever decides does.
   *
   * @throws CARDEA_IO when the document is no JSON: others have written it
   */
  policyOf({ uid, seq, document }: StoredPolicy): Policy {
    const known = this.#known.get(seq);
    if (known?.document === document) return known.policy;
    const policy = deepFreeze(parseStored(document, `policy ${quote(uid)}`) as Policy);
    this.#known.set(seq, { document, policy });
    return policy;
  }
}
