import { Enforcer, newEnforcerWithClass } from './enforcer.ts';
import { PolicyState } from './policy-state.ts';

/** Decisions that are remembered at most: all are forgotten when there are more. */
const MOST_DECISIONS = 100_000;

/**
 * An enforcer that remembers decisions of `enforce` about texts until the policy, the model or a setting is another.
 * casbin's own remembers them until it is told to forget.
 *
 * What functions of the caller answer, and links that are made in a role manager and not by the enforcer, are not
 * noticed: `invalidateCache` forgets.
 *
 * @example
 * ```ts
 * const enforcer = await newCachedEnforcer('model.conf', 'policy.csv');
 * await enforcer.enforce('alice', 'data1', 'read');
 * ```
 */
export class CachedEnforcer extends Enforcer {
  #isRemembering = true;
  #isStaleAllowed = false;
  readonly #decisions = new Map<string, boolean>();
  readonly #state = new PolicyState();

  /** Forgets all decisions. */
  invalidateCache(): void {
    this.#decisions.clear();
  }

  /** Whether decisions are remembered. */
  setEnableCache(enableCache: boolean): void {
    this.#isRemembering = enableCache;
  }

  /** Whether decisions outlive changes of the policy until `invalidateCache` is called, as they do in casbin. */
  enableStaleDecisions(enable: boolean): void {
    this.#isStaleAllowed = enable;
  }

  override enableBacktracking(enable: boolean): void {
    super.enableBacktracking(enable);
    this.invalidateCache();
  }

  override async enforce(...rvals: unknown[]): Promise<boolean> {
    if (!this.#isRemembering || !rvals.every((rval) => typeof rval === 'string')) return super.enforce(...rvals);
    this.#forgetOld();
    const key = JSON.stringify(rvals);
    const known = this.#decisions.get(key);
    if (known !== undefined) return known;
    const { changes } = this.#state;
    const decision = await super.enforce(...rvals);
    this.#forgetOld();
    // A decision of the time before a change is none to remember.
    if (this.#state.changes !== changes) return decision;
    if (this.#decisions.size >= MOST_DECISIONS) this.#decisions.clear();
    this.#decisions.set(key, decision);
    return decision;
  }

  #forgetOld(): void {
    if (this.#isStaleAllowed) return;
    const { model, eft, fm, rmMap, enabled, acceptJsonRequest } = this;
    const parts = { model, effector: eft, functions: fm, managers: rmMap, switches: [enabled, acceptJsonRequest] };
    if (this.#state.hasChanged(parts)) this.#decisions.clear();
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
