import {
  type Adapter,
  EnforceContext,
  Enforcer as WalkingEnforcer,
  getLogger,
  logPrint,
  type Model,
  newEnforcerWithClass as newUpstreamEnforcer,
} from '../upstream.cjs';
import { FileAdapter, StringAdapter } from './adapters.ts';
import { type AllowedObjects, type NamedObjects, namedObjects } from './allowed-objects.ts';
import { Decider, type EnforcerState, type OpenQuestion, type Question } from './decider.ts';
import { explainIndex, type IndexExplanation } from './index-explanation.ts';
import { IndexedModel } from './indexed-model.ts';
import { loadBeside } from './load-policy.ts';
import type { ObjectSearch } from './object-search.ts';
import { type OpenRequest, type OpenRequestFor, openQuestion, openQuestionFor } from './open-request.ts';
import { withoutPromises } from './promise-guard.ts';
import { linkRoles } from './role-links.ts';

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
  readonly #decider = new Decider();
  #loadsBeside = true;
  #backtracks = true;
  /** Loads that were begun, and the last of them that gave the policy. */
  #loads = 0;
  #lastTaken = 0;
  readonly #context = new EnforceContext('r', 'p', 'e', 'm');

  override async initWithFile(modelPath: string, policyPath: string, lazyLoad: boolean = false): Promise<void> {
    await this.initWithAdapter(modelPath, new FileAdapter(policyPath, this.fs), lazyLoad);
  }

  override async initWithString(modelPath: string, policyString: string, lazyLoad: boolean = false): Promise<void> {
    await this.initWithAdapter(modelPath, new StringAdapter(policyString), lazyLoad);
  }

  override async initWithModelAndAdapter(m: Model, adapter?: Adapter, lazyLoad: boolean = false): Promise<void> {
    IndexedModel.adopt(m);
    await super.initWithModelAndAdapter(m, adapter, lazyLoad);
  }

  override setModel(m: Model): void {
    IndexedModel.adopt(m);
    super.setModel(m);
  }

  override loadModel(): void {
    super.loadModel();
    IndexedModel.adopt(this.model);
  }

  /**
   * Whether a policy is loaded beside the one in use, which it then replaces at one go, so that no decision is made by
   * half a policy. casbin's own way, which {@link Enforcer.enableAtomicLoad}`(false)` restores, clears the policy first:
   * an adapter may rely on being handed the model of the enforcer itself.
   */
  enableAtomicLoad(enable: boolean): void {
    this.#loadsBeside = enable;
  }

  /**
   * Whether a pattern of the policy may need an engine that backtracks, as one with back references or look-around does:
   * whoever may write such a pattern, and whoever may ask, can stop the process. If not, a rule with such a pattern is an
   * error where it is evaluated. All other patterns take linear time in any case.
   */
  enableBacktracking(enable: boolean): void {
    this.#backtracks = enable;
  }

  override async loadPolicy(): Promise<void> {
    if (!this.#loadsBeside || !IndexedModel.isOne(this.model)) return super.loadPolicy();
    await this.#loadBeside((empty) => this.adapter.loadPolicy(empty));
  }

  override async loadFilteredPolicy(filter: unknown): Promise<boolean> {
    if (!this.#loadsBeside || !IndexedModel.isOne(this.model)) return super.loadFilteredPolicy(filter);
    const { adapter } = this;
    if (!('isFiltered' in adapter)) throw new Error('filtered policies are not supported by this adapter');
    await this.#loadBeside((empty) => adapter.loadFilteredPolicy(empty, filter));
    return true;
  }

  async #loadBeside(load: (empty: Model) => Promise<void>): Promise<void> {
    const { model } = this;
    const turn = ++this.#loads;
    const { take } = await loadBeside(model, load);
    // Whoever began later has read what is newer.
    if (turn < this.#lastTaken) return;
    this.#lastTaken = turn;
    take();
    if (model !== this.model) return;
    this.sortPolicies();
    model.sortPoliciesBySubjectHierarchy();
    if (this.autoBuildRoleLinks) await this.buildRoleLinksInternal();
  }

  protected override async buildRoleLinksInternal(): Promise<void> {
    const definitions = this.model.model.get('g');
    if (definitions !== undefined && this.rmMap.size > 0 && linkRoles(definitions, this.rmMap)) return;
    await super.buildRoleLinksInternal();
  }

  override enforceSync(...rvals: unknown[]): boolean {
    if (!this.enabled) return true;
    return this.#now('', rvals)?.[0] ?? this.#withoutPromises(() => super.enforceSync(...rvals));
  }

  override enforceExSync(...rvals: unknown[]): [boolean, string[]] {
    if (!this.enabled) return super.enforceExSync(...rvals);
    return this.#now('', rvals) ?? this.#withoutPromises(() => super.enforceExSync(...rvals));
  }

  /** casbin takes the promise of a function for true. */
  #withoutPromises<T>(walk: () => T): T {
    const own = this.fm;
    this.fm = withoutPromises(own);
    try {
      return walk();
    } finally {
      this.fm = own;
    }
  }

  override async enforce(...rvals: unknown[]): Promise<boolean> {
    if (!this.enabled) return true;
    return (await this.#later('', rvals))?.[0] ?? super.enforce(...rvals);
  }

  override async enforceEx(...rvals: unknown[]): Promise<[boolean, string[]]> {
    if (!this.enabled) return super.enforceEx(...rvals);
    return (await this.#later('', rvals)) ?? super.enforceEx(...rvals);
  }

  override async enforceWithMatcher(matcher: string, ...rvals: unknown[]): Promise<boolean> {
    if (!this.enabled) return true;
    return (await this.#later(matcher, rvals))?.[0] ?? super.enforceWithMatcher(matcher, ...rvals);
  }

  override async enforceExWithMatcher(matcher: string, ...rvals: unknown[]): Promise<[boolean, string[]]> {
    if (!this.enabled) return super.enforceExWithMatcher(matcher, ...rvals);
    return (await this.#later(matcher, rvals)) ?? super.enforceExWithMatcher(matcher, ...rvals);
  }

  /**
   * Those of the objects that a request allows, in their order: what `enforce` says of each, at one go.
   *
   * @param request a subject, an action and the objects, for a request definition of `sub`, `obj` and `act`; or the
   *   values of the request by name, all but the object, then the objects, and a context where it is not that of `enforce`
   * @throws Error where not exactly one value of the request is left open, and what `enforce` throws
   * @example
   * ```ts
   * await enforcer.filter('alice', 'read', ['data1', 'data2']); // ['data1']
   * await enforcer.filter({ sub: 'alice', dom: 'domain1', act: 'read' }, ['data1', 'data2']);
   * ```
   */
  async filter<T>(...request: OpenRequestFor<T>): Promise<T[]> {
    const [question, objects] = openQuestionFor(this.model, this.#context, request);
    return this.#filterLater(question, objects);
  }

  /**
   * {@link Enforcer.filter} at once, as `enforceSync` decides.
   *
   * @throws Error where not exactly one value of the request is left open, and what `enforceSync` throws
   */
  filterSync<T>(...request: OpenRequestFor<T>): T[] {
    const [question, objects] = openQuestionFor(this.model, this.#context, request);
    return this.#filterNow(question, objects);
  }

  /**
   * The objects that rules name, as texts, of which a request allows each; and whether there can be others. Nothing is
   * said of objects that are no texts.
   *
   * @param request a subject and an action, for a request definition of `sub`, `obj` and `act`; or the values of the
   *   request by name, all but the object, and a context where it is not that of `enforce`
   * @throws Error where not exactly one value of the request is left open, and what `enforce` throws
   * @example
   * ```ts
   * const { objects, isComplete } = await enforcer.allowedObjects('alice', 'read');
   * ```
   */
  async allowedObjects(...request: OpenRequest): Promise<AllowedObjects> {
    const question = openQuestion(this.model, this.#context, request);
    const { names, ...rest } = this.#namedObjects(question);
    return { objects: await this.#filterLater(question, names), ...rest };
  }

  /**
   * {@link Enforcer.allowedObjects} at once, as `enforceSync` decides.
   *
   * @throws Error where not exactly one value of the request is left open, and what `enforceSync` throws
   */
  allowedObjectsSync(...request: OpenRequest): AllowedObjects {
    const question = openQuestion(this.model, this.#context, request);
    const { names, ...rest } = this.#namedObjects(question);
    return { objects: this.#filterNow(question, names), ...rest };
  }

  async #filterLater<T>(question: OpenQuestion, objects: readonly T[]): Promise<T[]> {
    const filtered = this.#filterAtOnce(question, objects);
    if (filtered !== undefined) return filtered;
    const allowed: T[] = [];
    for (const object of objects) if (await this.enforce(...requestFor(question, object))) allowed.push(object);
    return allowed;
  }

  #filterNow<T>(question: OpenQuestion, objects: readonly T[]): T[] {
    const filtered = this.#filterAtOnce(question, objects);
    return filtered ?? objects.filter((object) => this.enforceSync(...requestFor(question, object)));
  }

  #filterAtOnce<T>(question: OpenQuestion, objects: readonly T[]): T[] | undefined {
    if (!this.enabled) return [...objects];
    return getLogger().isEnable() ? undefined : this.#decider.filter(this.#state(), question, objects);
  }

  #namedObjects(question: OpenQuestion): NamedObjects {
    const search = this.enabled ? this.#search(question) : 'nothing is enforced';
    return namedObjects(search, this.model, question);
  }

  #search(question: OpenQuestion): ObjectSearch | string {
    try {
      return this.#decider.search(this.#state(), question);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Tells what is looked up for the matcher of a context, and why what is not is not. */
  explainIndex(context: EnforceContext = this.#context): IndexExplanation {
    const matcher = this.model.model.get('m')?.get(context.mType)?.value ?? '';
    const { plan, table, reason } = this.#decider.read(this.#state(), { matcher: '', context, request: [] });
    return explainIndex(matcher, plan, table, reason);
  }

  #now(matcher: string, rvals: readonly unknown[]): [boolean, string[]] | undefined {
    const decided = this.#decider.decide(this.#state(), this.#question(matcher, rvals));
    if (decided !== undefined && getLogger().isEnable()) logDecision(rvals, decided[0]);
    return decided;
  }

  async #later(matcher: string, rvals: readonly unknown[]): Promise<[boolean, string[]] | undefined> {
    const decided = await this.#decider.decideLater(this.#state(), this.#question(matcher, rvals));
    if (decided !== undefined && getLogger().isEnable()) logDecision(rvals, decided[0]);
    return decided;
  }

  #question(matcher: string, rvals: readonly unknown[]): Question {
    const [first] = rvals;
    if (first instanceof EnforceContext) return { matcher, context: first, request: rvals.slice(1) };
    return { matcher, context: this.#context, request: rvals };
  }

  #state(): EnforcerState {
    const { model, fm, eft, acceptJsonRequest } = this;
    const backtracks = this.#backtracks;
    return { model, functions: fm.getFunctions(), effector: eft, acceptsJson: acceptJsonRequest, backtracks };
  }
}

function requestFor({ context, request, position }: OpenQuestion, object: unknown): unknown[] {
  return [context, ...request.with(position, object)];
}

function logDecision(rvals: readonly unknown[], allowed: boolean): void {
  const request = rvals[0] instanceof EnforceContext ? rvals.slice(1) : rvals;
  logPrint(`Request: ${request.map(String).join(', ')} ---> ${allowed}`);
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
