import { canonicalJson, isJsonObject, type Json } from '../ast/json.ts';
import { isAttributes } from '../model/entity.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { CacheBackend } from '../ports/cache.ts';
import type { Logger } from '../ports/logger.ts';
import type { PolicyVersion } from './policy-view.ts';

/**
 * Remembers decisions. The key holds the policy set, so that a change of policies needs no invalidation: what
 * was decided over other policies is never found again. Decisions with errors are not remembered, and a
 * backend that throws, or answers something else than a decision, is as good as none.
 */
export class DecisionCache {
  readonly #backend: CacheBackend<Decision>;
  readonly #logger: Logger;

  constructor(backend: CacheBackend<Decision>, logger: Logger) {
    this.#backend = backend;
    this.#logger = logger;
  }

  /** The remembered decision, or the one that `work` makes; an inquiry of more than 16,384 characters is not remembered. */
  decide(version: PolicyVersion, inquiry: Inquiry, work: () => Decision): Decision {
    const key = decisionKey(version, inquiry);
    return this.#get(key, version) ?? this.#keep(key, work());
  }

  /** The remembered decision over these policies. */
  find(version: PolicyVersion, inquiry: Inquiry): Decision | undefined {
    return this.#get(decisionKey(version, inquiry), version);
  }

  /** The decision that `work` makes, remembered, whether there was one or not. */
  renew(version: PolicyVersion, inquiry: Inquiry, work: () => Decision): Decision {
    return this.#keep(decisionKey(version, inquiry), work());
  }

  #get(key: string, version: PolicyVersion): Decision | undefined {
    if (key.length > MAX_KEY) return undefined;
    const known: unknown = this.#attempt(() => this.#backend.get(key));
    return isDecisionOf(version, known) ? known : undefined;
  }

  #keep(key: string, decision: Decision): Decision {
    if (key.length <= MAX_KEY && isRepeatable(decision)) this.#attempt(() => this.#backend.set(key, decision));
    return decision;
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#logger.error({ err: error }, 'the cache of decisions failed');
      return undefined;
    }
  }
}

/**
 * The key of a decision.
 *
 * INVARIANT: equal keys have equal decisions. The text is structural: `1` and `"1"`, null and absent, and any
 * two texts differ, whatever delimiters they contain; `-0` is `0` for every rule; an attribute dictionary
 * differs from the entity that it looks like; NaN is no inquiry.
 */
export function decisionKey({ revision, serial }: PolicyVersion, inquiry: Inquiry): string {
  const brands = [inquiry.subject, inquiry.action, inquiry.resource].map((value) => (isAttributes(value) ? 'a' : '-'));
  return `${serial}@${revision}${brands.join('')}${canonicalJson(inquiry as Json)}`;
}

/** The keys are kept too, and an inquiry may be of any length. */
const MAX_KEY = 16_384;

/** A backend may answer null, a promise or what another program wrote: none of them is a decision. */
function isDecisionOf({ revision }: PolicyVersion, known: unknown): known is Decision {
  return isJsonObject(known) && known['revision'] === revision && Array.isArray(known['diagnostics']);
}

function isRepeatable(decision: Decision): boolean {
  return decision.diagnostics.every(({ kind }) => kind === 'unknown-deny');
}
