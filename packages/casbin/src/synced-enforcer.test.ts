import { expect, it } from 'vitest';
import { modelOf } from '../test/models.ts';
import { Enforcer, newSyncedEnforcer, StringAdapter } from './index.ts';

it('calls are done one after the other, and the change of one is seen by the next', async () => {
  const enforcer = await newSyncedEnforcer(modelOf({}), new StringAdapter('p, alice, data1, read'));
  expect(enforcer).toBeInstanceOf(Enforcer);
  const before = enforcer.enforce('bob', 'data1', 'read');
  const added = enforcer.addPolicy('bob', 'data1', 'read');
  const after = enforcer.enforce('bob', 'data1', 'read');
  const removed = enforcer.removePolicy('bob', 'data1', 'read');
  const last = enforcer.enforce('bob', 'data1', 'read');
  expect(await Promise.all([before, added, after, removed, last])).toEqual([false, true, true, true, false]);
});

it('a call that fails does not hold up the next', async () => {
  const enforcer = await newSyncedEnforcer(modelOf({}), new StringAdapter('p, alice, data1, read'));
  await expect(enforcer.enforce('too few')).rejects.toThrow('invalid request size');
  expect(await enforcer.enforce('alice', 'data1', 'read')).toBe(true);
});
