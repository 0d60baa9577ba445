import { describe, expect, it } from 'vitest';
import { modelOf, others } from '../test/models.ts';
import upstream from '../upstream.cjs';
import { DefaultEffector, DefaultRoleManager, EnforceContext, Enforcer, newEnforcer, StringAdapter } from './index.ts';

const RULES = `p, admin, data1, read\np, bob, data2, write\n${others(20)}\ng, alice, admin`;

describe('the enforcer', () => {
  it('decides in all ways alike', async () => {
    const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
    expect(enforcer).toBeInstanceOf(Enforcer);
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
    expect(enforcer.enforceExSync('alice', 'data1', 'read')).toEqual([true, ['admin', 'data1', 'read']]);
    expect(await enforcer.enforce('alice', 'data1', 'read')).toBe(true);
    expect(await enforcer.enforceEx('alice', 'data2', 'write')).toEqual([false, []]);
    expect(
      await enforcer.batchEnforce([
        ['bob', 'data2', 'write'],
        ['bob', 'data1', 'read'],
      ]),
    ).toEqual([true, false]);
    expect(enforcer.enforceSync(new EnforceContext('r', 'p', 'e', 'm'), 'bob', 'data2', 'write')).toBe(true);
  });

  // The left operand throws first in casbin's synchronous evaluation, and the right one, which is shorter, in the other.
  it('throws what casbin throws where two operands fail', async () => {
    const matcher = '(r.obj in (p.obj == (1 == 2))) == r.sub.age';
    for (const make of [newEnforcer, upstream.newEnforcer]) {
      const enforcer = await make(modelOf({ matcher }), new StringAdapter(RULES));
      const request = [undefined, 'data1', 'read'];
      expect(() => enforcer.enforceSync(...request)).toThrow("Cannot use 'in' operator");
      await expect(enforcer.enforce(...request)).rejects.toThrow("reading 'age'");
    }
  });

  it('tells what is looked up', async () => {
    const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
    expect(enforcer.explainIndex()).toEqual({
      matcher: 'g(r_sub, p_sub) && r_obj == p_obj && r_act == p_act',
      access: 'indexed',
      lookups: [
        [
          { field: 'sub', by: ['g(r_sub, p_sub)'] },
          { field: 'obj', by: ['r_obj'] },
          { field: 'act', by: ['r_act'] },
        ],
      ],
      reasons: [],
      rules: 22,
      always: 0,
    });
  });

  it('tells two questions about roles apart that depend on the request alone', async () => {
    const matcher = 'g(r.sub, "admin") && g(r.obj, "group") && r.act == p.act';
    const links = `${RULES}\ng, data1, group`;
    const enforcer = await newEnforcer(modelOf({ matcher }), new StringAdapter(links));
    expect(enforcer.enforceSync('alice', 'data1', 'read')).toBe(true);
    expect(enforcer.enforceSync('alice', 'data2', 'read')).toBe(false);
    expect(enforcer.enforceSync('bob', 'data1', 'read')).toBe(false);
  });

  it('refuses patterns that backtrack, if it is told to', async () => {
    const matcher = 'r.obj == p.obj && regexMatch(r.act, p.act)';
    const rules = `${others(9)}\np, bob, data1, ^(?!w)\np, bob, data2, (a+)+$`;
    const enforcer = await newEnforcer(modelOf({ matcher }), new StringAdapter(rules));
    expect(enforcer.enforceSync('bob', 'data1', 'read')).toBe(true);
    enforcer.enableBacktracking(false);
    expect(() => enforcer.enforceSync('bob', 'data1', 'read')).toThrow('needs an engine that backtracks');
    expect(enforcer.enforceSync('bob', 'data2', 'a'.repeat(100))).toBe(true);
    expect(enforcer.enforceSync('bob', 'data2', `${'a'.repeat(10_000)}!`)).toBe(false);
  });

  it('walks where no part of the matcher must be true, and says so', async () => {
    const enforcer = await newEnforcer(modelOf({ matcher: '!(r.sub == p.sub)' }), new StringAdapter(RULES));
    expect(enforcer.explainIndex()).toMatchObject({ access: 'walk', reasons: [expect.stringContaining('no part')] });
    expect(enforcer.enforceExSync('x', 'y', 'z')).toEqual([true, ['admin', 'data1', 'read']]);
  });

  it.each([
    [
      'effector',
      async (enforcer: Enforcer) => enforcer.setEffector(Object.create(new DefaultEffector()) as DefaultEffector),
    ],
    [
      'role manager',
      async (enforcer: Enforcer) => {
        class Own extends DefaultRoleManager {}
        enforcer.setRoleManager(new Own(10));
        await enforcer.buildRoleLinks();
      },
    ],
  ])("leaves it to casbin where the %s is not casbin's", async (part, change) => {
    const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
    await change(enforcer);
    expect(enforcer.explainIndex()).toMatchObject({ access: 'walk', reasons: [expect.stringContaining(part)] });
    expect(enforcer.enforceExSync('alice', 'data1', 'read')).toEqual([true, ['admin', 'data1', 'read']]);
  });

  it('takes loosely what is no text', async () => {
    const enforcer = await newEnforcer(
      modelOf({ matcher: 'r.obj == p.obj' }),
      new StringAdapter(`${others(20)}\np, x, 1, y`),
    );
    expect(enforcer.enforceExSync('a', 1, 'b')).toEqual([true, ['x', '1', 'y']]);
    expect(enforcer.enforceSync('a', 2, 'b')).toBe(false);
  });

  it.each([
    ['a push', (rules: string[][]) => void rules.push(['carol', 'data3', 'read'])],
    ['a splice', (rules: string[][]) => void rules.splice(3, 1, ['carol', 'data3', 'read'])],
    ['an assignment', (rules: string[][]) => void (rules[5] = ['carol', 'data3', 'read'])],
    ['a rule put first', (rules: string[][]) => void rules.unshift(['carol', 'data3', 'read'])],
  ])('notices %s by others', async (_, change) => {
    const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
    expect(enforcer.enforceSync('carol', 'data3', 'read')).toBe(false);
    const rules = enforcer.getModel().model.get('p')?.get('p')?.policy ?? [];
    expect(Array.isArray(rules)).toBe(true);
    change(rules);
    expect(enforcer.enforceSync('carol', 'data3', 'read')).toBe(true);
    expect(await enforcer.hasPolicy('carol', 'data3', 'read')).toBe(true);
  });

  it('notices another array, and what its owner pushes', async () => {
    const enforcer = await newEnforcer(modelOf({}), new StringAdapter(RULES));
    const assertion = enforcer.getModel().model.get('p')?.get('p');
    const rules = assertion?.policy.slice(0, 10) ?? [];
    if (assertion !== undefined) assertion.policy = rules;
    expect(enforcer.enforceSync('carol', 'data3', 'read')).toBe(false);
    rules.push(['carol', 'data3', 'read']);
    expect(enforcer.enforceSync('carol', 'data3', 'read')).toBe(true);
  });

  it('takes no promise for an answer', async () => {
    const enforcer = await newEnforcer(
      modelOf({ matcher: 'f(r.sub, p.sub) && r.obj == p.obj' }),
      new StringAdapter(RULES),
    );
    await enforcer.addFunction('f', async () => false);
    expect(() => enforcer.enforceSync('eve', 'data1', 'read')).toThrow('asynchronous');
    expect(await enforcer.enforce('eve', 'data1', 'read')).toBe(false);
  });

  it('takes no promise for an answer where casbin walks', async () => {
    const matcher = 'f(r.sub, p.sub) && this.r_obj == p.obj';
    const enforcer = await newEnforcer(modelOf({ matcher }), new StringAdapter(RULES));
    await enforcer.addFunction('f', async () => true);
    expect(enforcer.explainIndex().access).toBe('walk');
    expect(() => enforcer.enforceSync('eve', 'data1', 'read')).toThrow('asynchronous');
    expect(await enforcer.enforce('eve', 'data1', 'read')).toBe(true);
  });

  it('evaluates rules whose own text breaks the matcher as casbin does', async () => {
    const matcher = 'r.obj == p.obj && eval(p.rule)';
    const broken = `${others(20)}\np, x, data1, false) || (true`;
    const enforcer = await newEnforcer(
      modelOf({ matcher, policy: 'sub, obj, rule' }),
      new StringAdapter('p, x, y, true'),
    );
    const rules = enforcer.getModel().model.get('p')?.get('p');
    if (rules !== undefined) rules.policy = broken.split('\n').map((line) => line.split(', ').slice(1));
    expect(enforcer.explainIndex()).toMatchObject({ access: 'indexed', always: 1 });
    expect(enforcer.enforceSync('a', 'elsewhere', 'b')).toBe(true);
  });
});
