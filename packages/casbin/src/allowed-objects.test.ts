import { describe, expect, it } from 'vitest';
import { modelOf, others } from '../test/models.ts';
import {
  EnforceContext,
  type Enforcer,
  newEnforcer,
  newModelFromString,
  newSyncedEnforcer,
  StringAdapter,
} from './index.ts';

const RULES = `p, admin, data1, read\np, bob, data2, read\np, admin, data3, write\n${others(20)}\ng, alice, admin`;
const GROUPS = `${RULES}\np, admin, secrets, read\ng2, safe, secrets\ng2, drawer, safe`;

async function enforcerOf(rules: string, model: Parameters<typeof modelOf>[0] = {}): Promise<Enforcer> {
  return newEnforcer(modelOf(model), new StringAdapter(rules));
}

const DOMAINS = newModelFromString(`
[request_definition]
r = sub, dom, obj, act
r2 = user, path
[policy_definition]
p = sub, dom, obj, act
p2 = user, path
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
e2 = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act
m2 = r2.user == p2.user && keyMatch2(r2.path, p2.path)
`);

describe('filter', () => {
  it('gives the objects that are allowed, in their order', async () => {
    const enforcer = await enforcerOf(RULES);
    expect(await enforcer.filter('alice', 'read', ['data2', 'data1', 'data3'])).toEqual(['data1']);
    expect(enforcer.filterSync('admin', 'write', new Set(['data3', 'data1']))).toEqual(['data3']);
  });

  it('takes the values of a request by name, and a context', async () => {
    const rules = `p, admin, d1, data1, read\np2, bob, /a/:id\n${others(9)}\ng, alice, admin, d1`;
    for (const create of [newEnforcer, newSyncedEnforcer]) {
      const enforcer = await create(DOMAINS, new StringAdapter(rules));
      expect(await enforcer.filter({ sub: 'alice', dom: 'd1', act: 'read' }, ['data1', 'data2'])).toEqual(['data1']);
      expect(await enforcer.filter({ sub: 'alice', dom: 'd2', act: 'read' }, ['data1', 'data2'])).toEqual([]);
      const context = new EnforceContext('r2', 'p2', 'e2', 'm2');
      expect(await enforcer.filter({ user: 'bob' }, ['/a/1', '/b'], context)).toEqual(['/a/1']);
      expect((await enforcer.allowedObjects({ user: 'bob' }, context)).openRules).toEqual([['bob', '/a/:id']]);
    }
  });

  it.each([
    [
      { sub: 'alice', dom: 'd1' },
      'one field of the request definition `r = sub, dom, obj, act` must be left open: `obj`, `act` is',
    ],
    [{ sub: 'alice', dom: 'd1', obj: 'x', act: 'y' }, 'must be left open: nothing is'],
    [{ user: 'alice' }, '`user` is no field of the request definition'],
  ])('refuses %j, which leaves not one value open', async (request, message) => {
    const enforcer = await newEnforcer(DOMAINS);
    expect(() => enforcer.filterSync(request, [])).toThrow(message);
    expect(() => enforcer.allowedObjectsSync(request)).toThrow(message);
  });

  it('waits for functions that are asynchronous', async () => {
    const enforcer = await enforcerOf(RULES, { matcher: 'r.obj == p.obj && isSame(r.sub, p.sub)' });
    await enforcer.addFunction('isSame', async (one: string, other: string) => one === other);
    expect(await enforcer.filter('bob', 'read', ['data1', 'data2'])).toEqual(['data2']);
    expect(() => enforcer.filterSync('bob', 'read', ['data2'])).toThrow('asynchronous');
  });
});

describe('allowedObjects', () => {
  it('are all where objects are compared', async () => {
    const enforcer = await enforcerOf(RULES);
    expect(await enforcer.allowedObjects('alice', 'read')).toEqual({
      objects: ['data1'],
      isComplete: true,
      openRules: [],
      reason: '',
    });
    expect(enforcer.allowedObjectsSync('nobody', 'read')).toMatchObject({ objects: [], isComplete: true });
  });

  it('are those of resource roles too', async () => {
    const model = newModelFromString(`
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && g2(r.obj, p.obj) && r.act == p.act
`);
    const enforcer = await newEnforcer(model, new StringAdapter(GROUPS));
    const { objects, isComplete } = await enforcer.allowedObjects('alice', 'read');
    expect(objects).toEqual(['data1', 'secrets', 'safe', 'drawer']);
    expect(isComplete).toBe(true);
  });

  it('are those that no deny rule takes away', async () => {
    const enforcer = await enforcerOf(
      `p, bob, data1, read, allow\np, bob, data2, read, allow\np, bob, data2, read, deny\n${others(9)}`,
      { policy: 'sub, obj, act, eft', effect: 'some(where (p.eft == allow)) && !some(where (p.eft == deny))' },
    );
    expect(await enforcer.allowedObjects('bob', 'read')).toMatchObject({ objects: ['data1'], isComplete: true });
  });

  it('name the rules of patterns, which allow others', async () => {
    const matcher = 'g(r.sub, p.sub) && keyMatch2(r.obj, p.obj) && r.act == p.act';
    const enforcer = await enforcerOf(`${RULES}\np, admin, /docs/:id, read`, { matcher });
    expect(await enforcer.allowedObjects('alice', 'read')).toEqual({
      objects: ['data1'],
      isComplete: false,
      openRules: [['admin', '/docs/:id', 'read']],
      reason: 'rules may allow objects that none of them names',
    });
    expect((await enforcer.allowedObjects('bob', 'read')).isComplete).toBe(true);
  });

  it.each([
    ['r.sub == p.sub', {}, 'objects are allowed that no rule names'],
    ['r.sub == p.sub && custom(r.obj)', {}, 'rules may allow objects that none of them names'],
    ['r.sub == "bob"', {}, 'the matcher names no field of the rules'],
    [
      'r.sub == p.sub && r.obj == p.obj',
      { json: true },
      'values of requests are read as JSON, where many texts are one value',
    ],
    ['r.sub == p.sub && r.obj == p.obj', { off: true }, 'nothing is enforced'],
    ['r.sub.name.first == p.sub', {}, "Cannot read properties of undefined (reading 'first')"],
  ])(
    'are not called complete for `%s` and %j',
    async (matcher, { json = false, off = false }: { json?: boolean; off?: boolean }, reason) => {
      const enforcer = await enforcerOf(RULES, { matcher });
      await enforcer.addFunction('custom', () => false);
      enforcer.enableAcceptJsonRequest(json);
      enforcer.enableEnforce(!off);
      const search = enforcer
        .allowedObjects('bob', 'read')
        .catch((error: Error) => ({ isComplete: false, reason: error.message }));
      expect(await search).toMatchObject({ isComplete: false, reason });
    },
  );
});
