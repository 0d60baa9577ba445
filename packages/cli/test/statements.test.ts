import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith, type Ran } from './fake-terminal.ts';

const DIRECTORY = {
  users: { alice: { groups: ['kam'] }, bob: {} },
  groups: {
    kam: {
      statements: [
        { Sid: 'no', Effect: 'Deny', Action: 'get', Resource: { kamId: 94 } },
        { Effect: 'Allow', Action: 'get', Resource: 'kamId' },
      ],
    },
  },
};
const FILES = { 'd.json': JSON.stringify(DIRECTORY), 'o.json': '{"kamId": 93}' };

async function statements(argv: readonly string[], stdin = ''): Promise<Ran> {
  return cardea(['statements', ...argv], { cwd: await folderWith(FILES), stdin });
}

describe('`cardea statements check`', () => {
  it.each([
    ['{"kamId":93}', 0, '✓ allowed by `#1` of group `kam`\n'],
    ['o.json', 0, '✓ allowed by `#1` of group `kam`\n'],
    ['{"kamId":94}', 1, '✗ denied by `no` of group `kam`\n'],
    ['{"kamId":null,"x":1}', 0, '✓ allowed by `#1` of group `kam`\n'],
    [
      '{}',
      1,
      '✗ denied because no statement fits\n  unknown-deny: `group/kam/no`: something that it reads is missing or of another type\n',
    ],
  ])('decides about %s', async (object, exitCode, stdout) => {
    const ran = await statements(['check', 'd.json', '-u', 'alice', '-a', 'get', '-o', object]);
    expect(ran).toEqual({ exitCode, stdout, stderr: '' });
  });

  it('answers in JSON', async () => {
    const { stdout } = await statements([
      'check',
      'd.json',
      '-u',
      'alice',
      '-a',
      'get',
      '-o',
      '{"kamId":94}',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toEqual({
      allowed: false,
      kind: 'explicit-deny',
      deciders: [{ sid: 'no', holder: { group: 'kam' }, uid: 'group/kam/no' }],
      diagnostics: [],
      revision: expect.any(Number) as number,
    });
  });

  it.each([
    [['d.json', '-u', 'alcie', '-a', 'get', '-o', '{}'], 'there is no user `alcie` in `d.json`'],
    [['d.json', '-u', 'alice', '-o', '{}'], 'name who asks for what'],
    [['d.json', '-u', 'alice', '-a', 'get'], 'name the object'],
    [['d.json', '-u', 'alice', '-a', 'get', '-o', '{'], '--object'],
    [['o.json', '-u', 'alice', '-a', 'get', '-o', '{}'], 'o.json:1:2: kamId: unknown member `kamId`'],
    [['-', '-u', 'alice', '-a', 'get', '-o', '-'], 'stdin can be read once'],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, stderr, stdout } = await statements(['check', ...argv]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('`cardea statements filter`', () => {
  const argv = ['filter', 'd.json', '-u', 'alice', '-a', 'get', '--objects', '-'];
  it('prints the objects that are allowed, as they stand', async () => {
    const ran = await statements(argv, '{"kamId": 93}\n\n{"kamId": 94}\n{"other": 1}\n{ "kamId":95 }');
    expect(ran).toEqual({ exitCode: 0, stdout: '{"kamId": 93}\n{ "kamId":95 }\n', stderr: '' });
  });

  it.each([
    ['a line that is no JSON', argv, '{"kamId": 93}\n{"kamId"', '<stdin>:2'],
    ['a file that is not there', [...argv.slice(0, -1), 'none.ndjson'], '', '`none.ndjson` cannot be read'],
    ['no objects', argv.slice(0, -2), '', 'name the objects'],
  ])('refuses %s', async (_, given, stdin, message) => {
    const { exitCode, stderr } = await statements(given, stdin);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('`cardea statements import`', () => {
  it('writes policies that `check` decides over', async () => {
    const cwd = await folderWith(FILES);
    expect(await cardea(['statements', 'import', 'd.json', '-o', 'p.yaml'], { cwd })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    const inquiry = { subject: { type: 'user', id: 'alice', properties: { groups: ['kam'] } }, action: 'get' };
    const ask = async (resource: object): Promise<string> =>
      (await cardea(['check', '-p', 'p.yaml', '-i', JSON.stringify({ ...inquiry, resource })], { cwd })).stdout;
    expect(await ask({ kamId: 94 })).toBe('✗ denied by `group/kam/no`\n');
    expect(await ask({ kamId: 93 })).toBe('✓ allowed by `group/kam/#1`\n');
    expect((await cardea(['lint', 'p.yaml'], { cwd })).exitCode).toBe(0);
  });

  it.each<[string, readonly string[], object, string]>([
    [
      'statements',
      ['--from', 'statements', '--role', 'r'],
      { Effect: 'Allow', Action: 'a', Resource: '' },
      'role/r/#0',
    ],
    [
      'policies of IAM',
      ['--from', 'iam', '--everyone'],
      { Effect: 'Allow', Action: '*', Resource: '*' },
      'everyone/#0',
    ],
    [
      'policies of Ladon',
      ['--from', 'ladon', '--flavor', 'exact'],
      { id: 'l', effect: 'deny', subjects: ['a'], actions: ['b'], resources: ['c'] },
      'l',
    ],
  ])('reads %s', async (_, flags, given, uid) => {
    const cwd = await folderWith({ 'i.json': JSON.stringify(given) });
    const { exitCode, stderr } = await cardea(['statements', 'import', 'i.json', ...flags, '-o', 'p.json'], { cwd });
    expect([exitCode, stderr]).toEqual([0, '']);
    const written = JSON.parse(await readFile(join(cwd, 'p.json'), 'utf8')) as { policies: readonly { uid: string }[] };
    expect(written.policies.map((policy) => policy.uid)).toEqual([uid]);
  });

  it.each([
    [['--from', 'iam'], 'name to whom they are attached'],
    [['--from', 'iam', '--role', 'r', '--user', 'u'], 'name to whom they are attached'],
    [['--role', 'r'], 'what a directory says is for whom it says'],
    [['--flavor', 'exact'], '--flavor goes with --from ladon'],
    [['--from', 'ladon'], 'd.json:1:2: users: unknown member `users`'],
  ])('refuses %j', async (flags, message) => {
    const { exitCode, stderr, stdout } = await statements(['import', 'd.json', ...flags]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
