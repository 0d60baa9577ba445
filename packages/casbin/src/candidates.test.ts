import { expect, it } from 'vitest';
import { modelOf, others } from '../test/models.ts';
import { newEnforcer, StringAdapter } from './index.ts';

// more roles than rules of the object: found by object and action alone
const ROLES = Array.from({ length: 200 }, (_, at) => `g, alice, role${at}`).join('\n');

it('somebody with hundreds of roles is answered as anybody else', async () => {
  const rules = `${others(1000)}\np, role7, data1, read\np, role199, data1, write\np, stranger, data1, read`;
  const enforcer = await newEnforcer(modelOf({}), new StringAdapter(`${rules}\n${ROLES}`));
  expect(enforcer.enforceExSync('alice', 'data1', 'read')).toEqual([true, ['role7', 'data1', 'read']]);
  expect(enforcer.enforceExSync('alice', 'data1', 'write')).toEqual([true, ['role199', 'data1', 'write']]);
  expect(enforcer.enforceSync('alice', 'data2', 'read')).toBe(false);
  await enforcer.addPolicy('role3', 'data2', 'read');
  expect(enforcer.enforceSync('alice', 'data2', 'read')).toBe(true);
});

it.each([
  ['a number', 5, '5'],
  ['a text object', Object('alice'), 'alice'],
])('%s is compared loosely, as casbin does', async (_, asked, named) => {
  const enforcer = await newEnforcer(
    modelOf({ matcher: 'r.sub == p.sub && r.obj == p.obj' }),
    new StringAdapter(`${others(20)}\np, ${named}, data1, read`),
  );
  expect(enforcer.enforceSync(asked, 'data1', 'read')).toBe(true);
  expect(enforcer.enforceSync(asked, 'data2', 'read')).toBe(false);
});

it('the number of a wrong request is told as by casbin', async () => {
  const enforcer = await newEnforcer(modelOf({}), new StringAdapter(others(20)));
  expect(() => enforcer.enforceSync('alice', 'data1')).toThrow(
    'invalid request size: expected 3, got 2, rvals: alice,data1"',
  );
});
