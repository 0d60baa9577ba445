import type * as casbin from 'casbin';

/** What a replay needs of casbin, or of what stands in for it. */
export type CasbinLibrary = Pick<
  typeof casbin,
  'EnforceContext' | 'newEnforcer' | 'newModelFromString' | 'StringAdapter' | 'Util'
>;

/** A line of either file: what an enforcer is made of. */
export interface EnforcerLine {
  readonly name: string;
  readonly family: string;
  readonly model: string;
  readonly policy: string;
  readonly setup?: readonly SetupStep[];
}

type SetupStep =
  | { readonly op: 'addNamedMatchingFunc' | 'addNamedDomainMatchingFunc'; readonly ptype: string; readonly fn: string }
  | { readonly op: 'addDomainHierarchy'; readonly ptype: string; readonly from: string }
  | { readonly op: 'enableAcceptJsonRequest'; readonly value: boolean };

/** The enforcer of a line, with the policy loaded and the setup done; without an adapter where the policy is empty. */
export async function enforcerOf(library: CasbinLibrary, line: EnforcerLine): Promise<casbin.Enforcer> {
  const model = library.newModelFromString(line.model);
  const enforcer = await (line.policy === ''
    ? library.newEnforcer(model)
    : library.newEnforcer(model, new library.StringAdapter(line.policy)));
  for (const step of line.setup ?? []) await setUp(library, enforcer, step);
  return enforcer;
}

async function setUp(library: CasbinLibrary, enforcer: casbin.Enforcer, step: SetupStep): Promise<void> {
  switch (step.op) {
    case 'addNamedMatchingFunc':
      return enforcer.addNamedMatchingFunc(step.ptype, matchingFunction(library, step.fn));
    case 'addNamedDomainMatchingFunc':
      return enforcer.addNamedDomainMatchingFunc(step.ptype, matchingFunction(library, step.fn));
    case 'addDomainHierarchy': {
      const { ptype, from } = step;
      return roleManager(enforcer, ptype).addDomainHierarchy(roleManager(enforcer, from));
    }
    case 'enableAcceptJsonRequest':
      return enforcer.enableAcceptJsonRequest(step.value);
  }
}

function roleManager(enforcer: casbin.Enforcer, ptype: string): casbin.DefaultRoleManager {
  return enforcer.getNamedRoleManager(ptype) as casbin.DefaultRoleManager;
}

function matchingFunction({ Util }: CasbinLibrary, name: string): casbin.MatchingFunc {
  const found: unknown = Reflect.get(Util, `${name}Func`);
  if (typeof found !== 'function') throw new Error(`casbin has no matching function \`${name}\``);
  return found as casbin.MatchingFunc;
}
