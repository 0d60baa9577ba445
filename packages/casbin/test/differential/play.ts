import type * as casbin from 'casbin';
import type { Ask, AskAll, Call, ForeignEdit, Scenario, SetupStep, Step } from './scenario.ts';

/** casbin, or what stands in for it. */
export type CasbinLibrary = Pick<
  typeof casbin,
  'EnforceContext' | 'Helper' | 'newEnforcer' | 'newModelFromString' | 'StringAdapter' | 'Util'
> & { readonly newSyncedEnforcer: (...params: unknown[]) => Promise<casbin.Enforcer> };

/** What came of each step, as text. */
export type Transcript = readonly string[];

/** Plays a scenario with one of the libraries. */
export async function play(library: CasbinLibrary, scenario: Scenario): Promise<Transcript> {
  const player = new Player(library, scenario);
  return player.run();
}

/** The enforcer of a scenario, before its steps. */
export async function createEnforcer(library: CasbinLibrary, scenario: Scenario): Promise<casbin.Enforcer> {
  const enforcer = await newEnforcerOf(library, scenario);
  for (const step of scenario.setup) await setUp(library, enforcer, step).catch(() => undefined);
  return enforcer;
}

async function newEnforcerOf(library: CasbinLibrary, { model, policy, synced }: Scenario): Promise<casbin.Enforcer> {
  const { newEnforcer, newSyncedEnforcer, newModelFromString, StringAdapter } = library;
  const params = [newModelFromString(model), ...(policy === undefined ? [] : [new StringAdapter(policy)])];
  const enforcer = await (synced ? newSyncedEnforcer(...params) : newEnforcer(...params));
  await enforcer.addFunction('custom', custom);
  await enforcer.addFunction('level', level);
  return enforcer;
}

async function setUp(library: CasbinLibrary, enforcer: casbin.Enforcer, step: SetupStep): Promise<void> {
  const roleManager = (ptype: string): casbin.DefaultRoleManager =>
    enforcer.getNamedRoleManager(ptype) as casbin.DefaultRoleManager;
  switch (step.do) {
    case 'match':
      return enforcer.addNamedMatchingFunc(step.ptype, library.Util[`${step.by}Func`]);
    case 'matchDomains':
      return enforcer.addNamedDomainMatchingFunc(step.ptype, library.Util[`${step.by}Func`]);
    case 'domainHierarchy':
      return roleManager(step.ptype).addDomainHierarchy(roleManager(step.from));
    case 'jsonRequests':
      return enforcer.enableAcceptJsonRequest(step.value);
    case 'autoSave':
      return enforcer.enableAutoSave(step.value);
    case 'autoBuildRoleLinks':
      return enforcer.enableAutoBuildRoleLinks(step.value);
  }
}

class Player {
  readonly #library: CasbinLibrary;
  readonly #scenario: Scenario;
  readonly #lines: string[] = [];
  #enforcer!: casbin.Enforcer;
  #open: Promise<unknown> | undefined;

  constructor(library: CasbinLibrary, scenario: Scenario) {
    this.#library = library;
    this.#scenario = scenario;
  }

  async run(): Promise<Transcript> {
    const { setup, steps } = this.#scenario;
    await this.#note('enforcer', async () => {
      this.#enforcer = await newEnforcerOf(this.#library, this.#scenario);
      return true;
    });
    if (this.#enforcer === undefined) return this.#lines;
    for (const step of setup) await this.#note('setup', () => setUp(this.#library, this.#enforcer, step));
    for (const step of steps) await this.#take(step);
    await this.#close();
    return this.#lines;
  }

  #roleManager(ptype: string): casbin.DefaultRoleManager {
    return this.#enforcer.getNamedRoleManager(ptype) as casbin.DefaultRoleManager;
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'ask':
        return this.#ask(step);
      case 'askAll':
        return this.#askAll(step);
      case 'call':
        return this.#call(step);
      case 'edit':
        return this.#note(step.how, () => this.#edit(step));
    }
  }

  async #ask({ values, context, matcher }: Ask): Promise<void> {
    const enforcer = this.#enforcer;
    // a context is taken out of the arguments, so that each call has its own
    const args = (): unknown[] => [
      ...(context === undefined ? [] : [new this.#library.EnforceContext(...context)]),
      ...values,
    ];
    if (matcher !== undefined) {
      await this.#note('enforceExWithMatcher', () => enforcer.enforceExWithMatcher(matcher, ...args()));
      return this.#note('enforceWithMatcher', () => enforcer.enforceWithMatcher(matcher, ...args()));
    }
    // first without waiting for anything, so that what was not awaited before is seen as it is now
    await this.#note('enforceExSync', () => enforcer.enforceExSync(...args()));
    await this.#close();
    await this.#note('enforceEx', () => enforcer.enforceEx(...args()));
    await this.#note('enforceSync', () => enforcer.enforceSync(...args()));
    await this.#note('enforce', () => enforcer.enforce(...args()));
  }

  async #askAll({ requests }: AskAll): Promise<void> {
    await this.#note('batchEnforce', async () => {
      // of several requests that throw, the one is told whose promise is the first to be rejected
      const all = this.#enforcer.batchEnforce(requests.map((values) => [...values]));
      return all.catch(() => 'threw');
    });
  }

  async #call({ method, args, unawaited }: Call): Promise<void> {
    const call = (): unknown => {
      const found: unknown = Reflect.get(this.#enforcer, method);
      if (typeof found !== 'function') return 'no such method';
      // rules become part of the policy: each library gets its own
      return Reflect.apply(found, this.#enforcer, structuredClone(args));
    };
    // with an adapter or a lock it takes a few ticks, and how many is nobody's contract
    const { policy, synced } = this.#scenario;
    if (unawaited !== true || policy !== undefined || synced) return this.#note(method, call);
    await this.#close();
    this.#open = this.#note(method, call);
  }

  async #close(): Promise<void> {
    await this.#open;
    this.#open = undefined;
  }

  async #edit({ sec, ptype, how, at, rule }: ForeignEdit): Promise<unknown> {
    const model = this.#enforcer.getModel();
    const ast = model.model.get(sec)?.get(ptype);
    if (ast === undefined) return 'no such definition';
    const { policy } = ast;
    const own = [...rule];
    const place = policy.length === 0 ? 0 : at % policy.length;
    switch (how) {
      case 'push':
        return policy.push(own);
      case 'splice':
        return policy.splice(place, at % 3, own);
      case 'assign':
        ast.policy = [own, ...policy.slice(place)];
        return true;
      case 'overwrite':
        policy[place] = own;
        return true;
      case 'reverse':
        return policy.reverse().length;
      case 'pop':
        return policy.pop();
      case 'truncate':
        policy.length = place;
        return true;
      case 'modelAdd':
        return model.addPolicy(sec, ptype, own);
      case 'modelRemove':
        return model.removePolicy(sec, ptype, own);
      case 'modelClear':
        return model.removeFilteredPolicy(sec, ptype, 0, own[0] ?? '');
      case 'line':
        return this.#library.Helper.loadPolicyLine(`${ptype}, ${own.join(', ')}`, model);
      case 'addLink':
        return this.#roleManager(ptype).addLink(own[0] ?? '', own[1] ?? '', ...own.slice(2));
      case 'deleteLink':
        return this.#roleManager(ptype).deleteLink(own[0] ?? '', own[1] ?? '', ...own.slice(2));
    }
  }

  async #note(what: string, call: () => unknown): Promise<void> {
    const at = this.#lines.push(what) - 1;
    try {
      this.#lines[at] = `${what}: ${JSON.stringify(await call()) ?? 'undefined'}`;
    } catch (error) {
      this.#lines[at] = `${what}: threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
    }
  }
}

function custom(one: unknown, other: unknown): boolean {
  return one === other || other === '*' || (typeof other === 'string' && other.startsWith('/'));
}

/** A number: 0 is no match, 1 allows, 2 is indeterminate, 3 denies. */
function level(one: unknown, other: unknown): number {
  if (one === other) return 1;
  return other === '*' ? 3 : other === 'any' ? 2 : 0;
}
