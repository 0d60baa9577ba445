import { expect, it } from 'vitest';
import { Enforcer, newEnforcer, newModelFromString, StringAdapter } from './index.ts';

it('makes an enforcer of ours', async () => {
  const model = newModelFromString(`[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act`);
  const enforcer = await newEnforcer(model, new StringAdapter('p, alice, data1, read'));
  expect(enforcer).toBeInstanceOf(Enforcer);
  expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
});
