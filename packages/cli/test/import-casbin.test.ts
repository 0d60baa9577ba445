import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

interface Parts {
  readonly request?: string;
  readonly policy?: string;
  readonly roles?: string;
  readonly effect?: string;
  readonly matcher: string;
}

const ALLOW = 'some(where (p.eft == allow))';
const BOTH = `${ALLOW} && !some(where (p.eft == deny))`;

function modelOf({
  request = 'sub, obj, act',
  policy = 'sub, obj, act',
  roles,
  effect = ALLOW,
  matcher,
}: Parts): string {
  return `[request_definition]
r = ${request}
[policy_definition]
p = ${policy}
${roles === undefined ? '' : `[role_definition]\n${roles}`}
[policy_effect]
e = ${effect}
[matchers]
m = ${matcher}
`;
}

const RBAC = { roles: 'g = _, _', matcher: 'g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act' };
const RULES = 'p, admin, data1, read\np, bob, data2, write\ng, alice, admin';

describe('`cardea import casbin`', () => {
  it('writes policies that `check` decides over as casbin did', async () => {
    const cwd = await folderWith({ 'm.conf': modelOf(RBAC), 'p.csv': RULES });
    const imported = await cardea(['import', 'casbin', 'm.conf', 'p.csv', '-o', 'p.yaml'], { cwd });
    expect(imported).toMatchObject({ exitCode: 0, stdout: '' });
    expect(imported.stderr).toMatch(
      /^2 policies; 10000 requests, \d{4} allowed, 0 decided differently\nsub is the subject, obj is the resource, act is the action\nwritten to p\.yaml\n$/,
    );
    const ask = async (subject: string): Promise<number> => {
      const inquiry = JSON.stringify({ subject, action: 'read', resource: 'data1' });
      return (await cardea(['check', '-p', 'p.yaml', '-i', inquiry], { cwd })).exitCode;
    };
    expect([await ask('alice'), await ask('bob')]).toEqual([0, 1]);
  });

  it.each<[string, Parts, string, number]>([
    ['an access list', { matcher: 'r.sub == p.sub && r.obj == p.obj && r.act == p.act' }, RULES.replace(/g,.*/, ''), 2],
    ['roles', RBAC, RULES, 2],
    [
      'roles in domains',
      {
        request: 'sub, dom, obj, act',
        policy: 'sub, dom, obj, act',
        roles: 'g = _, _, _',
        matcher: 'g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act',
      },
      'p, admin, d1, data1, read\np, admin, d2, data2, read\ng, alice, admin, d1\ng, bob, admin, d2',
      2,
    ],
    [
      'resource roles',
      { roles: 'g = _, _\ng2 = _, _', matcher: 'g(r.sub, p.sub) && g2(r.obj, p.obj) && r.act == p.act' },
      `${RULES}\np, bob, files, read\ng2, data1, files`,
      3,
    ],
    [
      'denials',
      { ...RBAC, policy: 'sub, obj, act, eft', effect: BOTH },
      'p, admin, data1, read, allow\np, alice, data1, read, deny\ng, alice, admin\ng, bob, admin',
      2,
    ],
    [
      'patterns',
      { matcher: 'r.sub == p.sub && keyMatch2(r.obj, p.obj) && regexMatch(r.act, p.act)' },
      'p, alice, /docs/:id, ^(read|write)$\np, bob, /docs/*, read',
      2,
    ],
    [
      'attributes',
      { policy: 'act', matcher: 'r.sub.age >= 18 && r.sub.name == r.obj.owner && r.act == p.act' },
      'p, read\np, write',
      2,
    ],
    [
      'expressions of rules',
      { policy: 'rule, act', matcher: 'eval(p.rule) && r.act == p.act' },
      'p, r.sub.age > 18, read\np, r.obj.owner == r.sub.name, write',
      2,
    ],
    [
      'a superuser',
      { matcher: 'r.sub == p.sub && r.obj == p.obj && r.act == p.act || r.sub == "root"' },
      'p, alice, data1, read',
      2,
    ],
  ])('proves %s', async (_what, parts, policy, policies) => {
    const cwd = await folderWith({ 'm.conf': modelOf(parts), 'p.csv': policy });
    const { exitCode, stdout } = await cardea(['import', 'casbin', 'm.conf', 'p.csv', '--json', '--requests', '2000'], {
      cwd,
    });
    const { imported, proof } = JSON.parse(stdout) as { imported: number; proof: Record<string, number> };
    expect({ exitCode, imported, ...proof }).toMatchObject({
      exitCode: 0,
      imported: policies,
      requests: 2000,
      errors: 0,
      differing: [],
    });
    expect(proof['allowed']).toBeGreaterThan(20);
    expect(proof['allowed']).toBeLessThan(1980);
  });

  it.each<[string, Parts, string]>([
    [
      'a priority',
      { ...RBAC, policy: 'sub, obj, act, eft', effect: 'priority(p.eft) || deny' },
      'effect `priority(p_eft) || deny`: the order of rules counts, which policies have not',
    ],
    ['a function', { matcher: 'globMatch(r.obj, p.obj)' }, '`globMatch(r_obj, p_obj)`: a function that has no equal'],
    [
      'a sum',
      { matcher: 'r.sub.age + 1 > 18 && r.obj == p.obj' },
      '`r_sub.age + 1`: neither a value of the request or the rule nor an attribute of it',
    ],
  ])('refuses %s by name, and writes nothing', async (_what, parts, message) => {
    const cwd = await folderWith({ 'm.conf': modelOf(parts), 'p.csv': 'p, bob, data2, write' });
    const { exitCode, stderr } = await cardea(['import', 'casbin', 'm.conf', 'p.csv', '-o', 'p.yaml'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `refused  ${message} (rules: 1)\nnothing written\n` });
    await expect(readFile(join(cwd, 'p.yaml'))).rejects.toThrow('ENOENT');
  });

  it('writes nothing where a request is decided differently', async () => {
    // A text with a numeral is greater than a number for casbin, and no number for Cardea.
    const parts = { policy: 'level', matcher: 'r.sub.level == p.level && r.sub.level > 3' };
    const cwd = await folderWith({ 'm.conf': modelOf(parts), 'p.csv': 'p, 5' });
    const { exitCode, stderr } = await cardea(['import', 'casbin', 'm.conf', 'p.csv', '-o', 'p.yaml'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('differs  [{"level":"5"},');
    expect(stderr).toContain(']: casbin allows, Cardea denies\n');
    expect(stderr).toMatch(/nothing written\n$/);
    await expect(readFile(join(cwd, 'p.yaml'))).rejects.toThrow('ENOENT');
  });

  it('tells what casbin cannot read', async () => {
    const cwd = await folderWith({ 'm.conf': '[request_definition]\nr = sub', 'p.csv': '' });
    const { exitCode, stderr } = await cardea(['import', 'casbin', 'm.conf', 'p.csv'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^cardea: casbin does not read them: .*\[CARDEA_INVALID_DOCUMENT\]\n$/);
  });
});
