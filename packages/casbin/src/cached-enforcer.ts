import { Enforcer, newEnforcerWithClass } from './enforcer.ts';

/**
 * An enforcer that remembers decisions.
 *
 * @example
 * ```ts
 * const enforcer = await newCachedEnforcer('model.conf', 'policy.csv');
 * await enforcer.enforce('alice', 'data1', 'read');
 * ```
 */
export class CachedEnforcer extends Enforcer {
  #enabled = true;
  #decisions = new Map<string, boolean>();

  /** Forgets all decisions. */
  invalidateCache(): void {
    this.#decisions.clear();
  }

  /** Whether decisions are remembered. */
  setEnableCache(enableCache: boolean): void {
    this.#enabled = enableCache;
  }

  override async enforce(...rvals: unknown[]): Promise<boolean> {
    if (!this.#enabled || !rvals.every((rval) => typeof rval === 'string')) return super.enforce(...rvals);
    const key = JSON.stringify(rvals);
    const known = this.#decisions.get(key);
    if (known !== undefined) return known;
    const decision = await super.enforce(...rvals);
    this.#decisions.set(key, decision);
    return decision;
  }
}

/**
 * A {@link CachedEnforcer}, with the parameters of {@link newEnforcer}.
 *
 * @example
 * ```ts
 * const enforcer = await newCachedEnforcer('model.conf', 'policy.csv');
 * ```
 */
export async function newCachedEnforcer(...params: unknown[]): Promise<CachedEnforcer> {
  return newEnforcerWithClass(CachedEnforcer, ...params);
}
