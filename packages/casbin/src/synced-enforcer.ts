import { newEnforcerWithClass } from './enforcer.ts';
import { Enforcer } from './enforcer.ts';

/**
 * An enforcer whose calls wait for each other.
 *
 * @example
 * ```ts
 * const enforcer = await newSyncedEnforcer('model.conf', 'policy.csv');
 * ```
 */
export class SyncedEnforcer extends Enforcer {}

/**
 * A {@link SyncedEnforcer}, with the parameters of {@link newEnforcer}.
 *
 * @example
 * ```ts
 * const enforcer = await newSyncedEnforcer('model.conf', 'policy.csv');
 * ```
 */
export async function newSyncedEnforcer(...params: unknown[]): Promise<SyncedEnforcer> {
  return newEnforcerWithClass(SyncedEnforcer, ...params);
}
