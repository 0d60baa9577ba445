import { expect, it } from 'vitest';
import { modelOf } from '../test/models.ts';
import { type CachedEnforcer, newCachedEnforcer, StringAdapter } from './index.ts';

const RULES = 'p, alice, data1, read\np, admin, data2, write\ng, bob, admin';

async function make(): Promise<CachedEnforcer> {
  const enforcer = await newCachedEnforcer(modelOf({}), new StringAdapter(RULES));
  expect(await enforcer.enforce('carol', 'data1', 'read')).toBe(false);
  expect(await enforcer.enforce('carol', 'data1', 'read')).toBe(false);
  return enforcer;
}

it.each([
  ['a rule', (enforcer: CachedEnforcer) => enforcer.addPolicy('carol', 'data1', 'read')],
  ['a role', (enforcer: CachedEnforcer) => enforcer.addGroupingPolicy('carol', 'alice')],
  [
    'a push by others',
    async (enforcer: CachedEnforcer) =>
      enforcer.getModel().model.get('p')?.get('p')?.policy.push(['carol', 'data1', 'read']),
  ],
  ['a switch', async (enforcer: CachedEnforcer) => enforcer.enableEnforce(false)],
])('a decision is forgotten after %s', async (_, change) => {
  const enforcer = await make();
  await change(enforcer);
  expect(await enforcer.enforce('carol', 'data1', 'read')).toBe(true);
});

it('decisions outlive changes where that is asked for, until the cache is invalidated', async () => {
  const enforcer = await make();
  enforcer.enableStaleDecisions(true);
  await enforcer.addPolicy('carol', 'data1', 'read');
  expect(await enforcer.enforce('carol', 'data1', 'read')).toBe(false);
  enforcer.invalidateCache();
  expect(await enforcer.enforce('carol', 'data1', 'read')).toBe(true);
});

it('requests that look alike when they are joined are not taken for each other', async () => {
  const enforcer = await make();
  await enforcer.addPolicy('a$$b', 'c', 'read');
  expect(await enforcer.enforce('a$$b', 'c', 'read')).toBe(true);
  expect(await enforcer.enforce('a', 'b$$c', 'read')).toBe(false);
});
