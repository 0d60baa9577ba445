import { describe, expect, it } from 'vitest';
import { modelOf } from '../test/models.ts';
import { type Adapter, type Enforcer, type Model, newEnforcer, StringAdapter } from './index.ts';

const RULES = 'p, admin, data1, read\ng, alice, admin';

/** Loads when it is told to, in halves. */
class SlowAdapter extends StringAdapter {
  readonly #waiting: (() => void)[] = [];

  override async loadPolicy(model: Model): Promise<void> {
    const [first = '', ...rest] = this.policy.split('\n');
    const told = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await new StringAdapter(first).loadPolicy(model);
    await told;
    if (rest.length > 0) await new StringAdapter(rest.join('\n')).loadPolicy(model);
  }

  finish(which: number): void {
    this.#waiting[which]?.();
  }
}

async function loading(): Promise<{ enforcer: Enforcer; adapter: SlowAdapter }> {
  const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
  const adapter = new SlowAdapter(RULES);
  enforcer.setAdapter(adapter);
  enforcer.enableAutoSave(false);
  return { enforcer, adapter };
}

describe('loading a policy', () => {
  it('denies nothing meanwhile, and loads nothing twice', async () => {
    const { enforcer, adapter } = await loading();
    const loads = [enforcer.loadPolicy(), enforcer.loadPolicy()];
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
    adapter.finish(1);
    await loads[1];
    adapter.finish(0);
    await Promise.all(loads);
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
    expect(await enforcer.getPolicy()).toEqual([['admin', 'data1', 'read']]);
    expect(await enforcer.getGroupingPolicy()).toEqual([['alice', 'admin']]);
  });

  it('keeps what was changed meanwhile', async () => {
    const { enforcer, adapter } = await loading();
    const load = enforcer.loadPolicy();
    await enforcer.addPolicy('bob', 'data2', 'read');
    await enforcer.removeGroupingPolicy('alice', 'admin');
    adapter.finish(0);
    await load;
    expect(enforcer.enforceSync('bob', 'data2', 'read')).toBe(true);
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(false);
  });

  it('that fails leaves the policy as it was', async () => {
    const { enforcer } = await loading();
    const failing: Adapter = Object.assign(new StringAdapter(RULES), {
      loadPolicy: () => Promise.reject(new Error('no connection')),
    });
    enforcer.setAdapter(failing);
    await expect(enforcer.loadPolicy()).rejects.toThrow('no connection');
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
  });

  it('hands adapters the model of the enforcer where that is asked for', async () => {
    const { enforcer, adapter } = await loading();
    enforcer.enableAtomicLoad(false);
    const load = enforcer.loadPolicy();
    expect(enforcer.enforceSync('alice', 'data1', 'write')).toBe(false);
    expect(await enforcer.getGroupingPolicy()).toEqual([]);
    adapter.finish(0);
    await load;
    expect(await enforcer.getGroupingPolicy()).toEqual([['alice', 'admin']]);
  });
});
