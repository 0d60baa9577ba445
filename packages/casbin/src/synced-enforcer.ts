import type { MatchingFunc, Watcher } from '../upstream.cjs';
import type { AllowedObjects } from './allowed-objects.ts';
import { Enforcer, newEnforcerWithClass } from './enforcer.ts';
import type { OpenRequest, OpenRequestFor } from './open-request.ts';

/**
 * An enforcer whose asynchronous calls wait for each other, so that a change by one is complete before the next begins.
 * Those that wait are the ones of casbin's.
 *
 * @example
 * ```ts
 * const enforcer = await newSyncedEnforcer('model.conf', 'policy.csv');
 * ```
 */
export class SyncedEnforcer extends Enforcer {
  #last: Promise<unknown> = Promise.resolve();

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  override setWatcher(watcher: Watcher): void {
    this.watcher = watcher;
    // A watcher may wait for what it calls.
    // oxlint-disable-next-line typescript/no-misused-promises
    watcher.setUpdateCallback(() => this.loadPolicy());
  }

  override async loadPolicy(): Promise<void> {
    return this.#inTurn(() => super.loadPolicy());
  }

  override clearPolicy(): void {
    void this.#inTurn(async () => super.clearPolicy());
  }

  override async savePolicy(): Promise<boolean> {
    return this.#inTurn(() => super.savePolicy());
  }

  override async buildRoleLinks(): Promise<void> {
    return this.#inTurn(() => super.buildRoleLinks());
  }

  override async enforce(...rvals: unknown[]): Promise<boolean> {
    return this.#inTurn(() => super.enforce(...rvals));
  }

  // What they ask takes turns by itself.
  override async filter<T>(...request: OpenRequestFor<T>): Promise<T[]> {
    await this.#last;
    return super.filter(...request);
  }

  override async allowedObjects(...request: OpenRequest): Promise<AllowedObjects> {
    await this.#last;
    return super.allowedObjects(...request);
  }

  override async getAllNamedSubjects(ptype: string): Promise<string[]> {
    return this.#inTurn(() => super.getAllNamedSubjects(ptype));
  }

  override async getAllNamedObjects(ptype: string): Promise<string[]> {
    return this.#inTurn(() => super.getAllNamedObjects(ptype));
  }

  override async getAllNamedActions(ptype: string): Promise<string[]> {
    return this.#inTurn(() => super.getAllNamedActions(ptype));
  }

  override async getAllNamedRoles(ptype: string): Promise<string[]> {
    return this.#inTurn(() => super.getAllNamedRoles(ptype));
  }

  override async getNamedPolicy(ptype: string): Promise<string[][]> {
    return this.#inTurn(() => super.getNamedPolicy(ptype));
  }

  override async getFilteredNamedPolicy(
    ptype: string,
    fieldIndex: number,
    ...fieldValues: string[]
  ): Promise<string[][]> {
    return this.#inTurn(() => super.getFilteredNamedPolicy(ptype, fieldIndex, ...fieldValues));
  }

  override async getNamedGroupingPolicy(ptype: string): Promise<string[][]> {
    return this.#inTurn(() => super.getNamedGroupingPolicy(ptype));
  }

  override async getFilteredNamedGroupingPolicy(
    ptype: string,
    fieldIndex: number,
    ...fieldValues: string[]
  ): Promise<string[][]> {
    return this.#inTurn(() => super.getFilteredNamedGroupingPolicy(ptype, fieldIndex, ...fieldValues));
  }

  override async hasNamedPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.hasNamedPolicy(ptype, ...params));
  }

  override async addNamedPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.addNamedPolicy(ptype, ...params));
  }

  override async removeNamedPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.removeNamedPolicy(ptype, ...params));
  }

  override async removeFilteredNamedPolicy(
    ptype: string,
    fieldIndex: number,
    ...fieldValues: string[]
  ): Promise<boolean> {
    return this.#inTurn(() => super.removeFilteredNamedPolicy(ptype, fieldIndex, ...fieldValues));
  }

  override async hasNamedGroupingPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.hasNamedGroupingPolicy(ptype, ...params));
  }

  override async addNamedGroupingPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.addNamedGroupingPolicy(ptype, ...params));
  }

  override async removeNamedGroupingPolicy(ptype: string, ...params: string[]): Promise<boolean> {
    return this.#inTurn(() => super.removeNamedGroupingPolicy(ptype, ...params));
  }

  override async removeFilteredNamedGroupingPolicy(
    ptype: string,
    fieldIndex: number,
    ...fieldValues: string[]
  ): Promise<boolean> {
    return this.#inTurn(() => super.removeFilteredNamedGroupingPolicy(ptype, fieldIndex, ...fieldValues));
  }

  override async addNamedMatchingFunc(ptype: string, fn: MatchingFunc): Promise<void> {
    return this.#inTurn(() => super.addNamedMatchingFunc(ptype, fn));
  }

  override async addNamedDomainMatchingFunc(ptype: string, fn: MatchingFunc): Promise<void> {
    return this.#inTurn(() => super.addNamedDomainMatchingFunc(ptype, fn));
  }
}

/**
 * A {@link SyncedEnforcer}, with the parameters of {@link newEnforcer}.
 *
 * @throws Error `Invalid parameters for enforcer.`, and what reading the model and loading the policy throw
 * @example
 * ```ts
 * const enforcer = await newSyncedEnforcer('model.conf', 'policy.csv');
 * ```
 */
export async function newSyncedEnforcer(...params: unknown[]): Promise<SyncedEnforcer> {
  return newEnforcerWithClass(SyncedEnforcer, ...params);
}
