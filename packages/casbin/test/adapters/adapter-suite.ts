import type { Adapter } from 'casbin';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Enforcer, newEnforcer, newModelFromString } from '../../src/index.ts';

/** An adapter of somebody else's package, made for casbin and not for us. */
export interface AdapterUnderTest {
  /** Another adapter over the same, empty store. */
  readonly open: () => Promise<Adapter>;
  readonly close: (adapter: Adapter) => Promise<void>;
  /** The adapter's words for the rules about `alice`, and all links. */
  readonly filter: unknown;
  /** What the package implements beyond the least that casbin asks for. */
  readonly batch: boolean;
  readonly update: boolean;
  /** Whether saving replaces what was stored; otherwise it is added to. */
  readonly replaces: boolean;
  /** Says that all is loaded, to one that thinks otherwise. */
  readonly unfilter?: (adapter: Adapter) => void;
}

const MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act`;

/** What casbin does with an adapter, in order: each test goes on with what the one before has stored. */
export function adapterSuite({ open, close, filter, batch, update, replaces, unfilter }: AdapterUnderTest): void {
  const adapters: Adapter[] = [];
  let enforcer: Enforcer;

  const opened = async (): Promise<Enforcer> => {
    const adapter = await open();
    adapters.push(adapter);
    const made = await newEnforcer(newModelFromString(MODEL), adapter);
    await made.loadPolicy();
    return made;
  };
  const ruleOf = (number: number): string[] => [`user${number}`, `data${number}`, 'read'];

  beforeAll(async () => {
    enforcer = await opened();
  });
  afterAll(async () => {
    for (const adapter of adapters) await close(adapter);
  });

  it('stores rules and links, which a second enforcer loads', async () => {
    for (let number = 0; number < 20; number++) expect(await enforcer.addPolicy(...ruleOf(number))).toBe(true);
    expect(await enforcer.addPolicy('admin', 'data1', 'write')).toBe(true);
    expect(await enforcer.addPolicy('alice', 'data2', 'read')).toBe(true);
    expect(await enforcer.addRoleForUser('alice', 'admin')).toBe(true);

    const other = await opened();
    for (const each of [enforcer, other]) {
      expect(each.enforceSync('alice', 'data1', 'write')).toBe(true);
      expect(each.enforceSync('user7', 'data7', 'read')).toBe(true);
      expect(each.enforceSync('user7', 'data8', 'read')).toBe(false);
    }
    expect(sorted(await other.getPolicy())).toEqual(sorted(await enforcer.getPolicy()));
    expect(other.explainIndex().access).toBe('indexed');
  });

  // what an adapter lacks is no test of it, and none that is skipped
  whereIt(batch)('stores many rules at once, and removes them', async () => {
    const rules = [
      ['carol', 'data1', 'read'],
      ['carol', 'data2', 'read'],
      ['carol', 'data3', 'read'],
    ];
    expect(await enforcer.addPolicies(rules)).toBe(true);
    expect((await opened()).enforceSync('carol', 'data3', 'read')).toBe(true);
    expect(await enforcer.removePolicies(rules.slice(1))).toBe(true);
    const other = await opened();
    expect(other.enforceSync('carol', 'data1', 'read')).toBe(true);
    expect(other.enforceSync('carol', 'data3', 'read')).toBe(false);
  });

  whereIt(update)('updates a rule', async () => {
    expect(await enforcer.updatePolicy(ruleOf(3), ['user3', 'data3', 'write'])).toBe(true);
    for (const each of [enforcer, await opened()]) {
      expect(each.enforceSync('user3', 'data3', 'read')).toBe(false);
      expect(each.enforceSync('user3', 'data3', 'write')).toBe(true);
    }
  });

  it('removes a rule, and rules by a field', async () => {
    expect(await enforcer.removePolicy(...ruleOf(5))).toBe(true);
    expect(await enforcer.removeFilteredPolicy(1, 'data6')).toBe(true);
    for (const each of [enforcer, await opened()]) {
      expect(each.enforceSync('user5', 'data5', 'read')).toBe(false);
      expect(each.enforceSync('user6', 'data6', 'read')).toBe(false);
      expect(each.enforceSync('user7', 'data7', 'read')).toBe(true);
    }
  });

  it('loads what a filter names, and knows that this is not all', async () => {
    const part = await opened();
    await part.loadFilteredPolicy(filter);
    expect(part.isFiltered()).toBe(true);
    expect(await part.getPolicy()).toEqual([['alice', 'data2', 'read']]);
    expect(part.enforceSync('alice', 'data2', 'read')).toBe(true);
    expect(part.enforceSync('user7', 'data7', 'read')).toBe(false);
    await expect(part.savePolicy()).rejects.toThrow('filtered');
  });

  it('saves all that the enforcer has', async () => {
    const saving = await opened();
    saving.enableAutoSave(false);
    await saving.removeFilteredPolicy(0, 'user7');
    await saving.addPolicy('dave', 'data9', 'read');
    unfilter?.(saving.getAdapter());
    expect(await saving.savePolicy()).toBe(true);
    const other = await opened();
    expect(other.enforceSync('user7', 'data7', 'read')).toBe(!replaces);
    expect(other.enforceSync('dave', 'data9', 'read')).toBe(true);
    expect(other.enforceSync('alice', 'data1', 'write')).toBe(true);
  });
}

function whereIt(has: boolean): (title: string, test: () => Promise<void>) => void {
  return has ? it : () => {};
}

function sorted(rules: readonly (readonly string[])[]): readonly string[] {
  return rules.map((rule) => rule.join()).sort();
}
