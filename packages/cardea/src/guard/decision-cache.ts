import { canonicalJson, type Json } from '../ast/json.ts';
import { isAttributes } from '../model/entity.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { CacheBackend } from '../ports/cache.ts';
import type { Logger } from '../ports/logger.ts';
import type { PolicySet } from './policy-source.ts';

/**
 * Remembers decisions. The key holds the policy set, so that a change of policies needs no invalidation: what
 * was decided over other policies is never found again. Decisions with errors are not remembered, and a
 * backend that throws is as good as none.
 */
export class DecisionCache {
  readonly #backend: CacheBackend<Decision>;
  readonly #logger: Logger;

  constructor(backend: CacheBackend<Decision>, logger: Logger) {
    this.#backend = backend;
    this.#logger = logger;
  }

  /** The remembered decision, or the one that `work` makes. */
  decide(set: PolicySet, inquiry: Inquiry, work: () => Decision): Decision {
    const key = decisionKey(set, inquiry);
    const known = this.#attempt(() => this.#backend.get(key));
    if (known !== undefined) return known;
    const decision = work();
    if (isRepeatable(decision)) this.#attempt(() => this.#backend.set(key, decision));
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
export function decisionKey(set: Pick<PolicySet, 'revision' | 'serial'>, inquiry: Inquiry): string {
  const brands = [inquiry.subject, inquiry.action, inquiry.resource].map((value) => (isAttributes(value) ? 'a' : '-'));
  return `${set.serial}@${set.revision}${brands.join('')}${canonicalJson(inquiry as Json)}`;
}

function isRepeatable(decision: Decision): boolean {
  return decision.diagnostics.every(({ kind }) => kind === 'unknown-deny');
}
