import { LruMap } from '../../ast/lru.ts';
import { CardeaError, errorMessage, quote } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { StoredPolicy } from './backend.ts';
import { deepFreeze } from './deep-freeze.ts';

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
    const policy = parsed(uid, document);
    this.#known.set(seq, { document, policy });
    return policy;
  }
}

function parsed(uid: string, document: string): Policy {
  try {
    return deepFreeze(JSON.parse(document) as Policy);
  } catch (error) {
    const message = `the stored policy ${quote(uid)} cannot be read: ${errorMessage(error)}`;
    throw new CardeaError('CARDEA_IO', message, { cause: error });
  }
}
