import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const TEXT = {
  uid: '1',
  type: 1,
  effect: 'allow',
  subjects: ['<Max|Nina>'],
  actions: ['get'],
  resources: ['books:<.+>'],
  context: {},
  description: null,
};
const RULE = { 'py/object': 'vakt.rules.operator.Greater', val: 18 };
const RULES = {
  uid: '2',
  type: 2,
  effect: 'deny',
  subjects: [{ age: RULE }],
  actions: [{ 'py/object': 'vakt.rules.operator.Eq', val: 'drink' }],
  resources: [{ 'py/object': 'vakt.rules.logic.Any' }],
  context: {},
  description: 'x',
};
const FOREIGN = { ...RULES, uid: '3', subjects: [{ 'py/object': 'my.own.Rule' }] };
const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('`cardea import vakt`', () => {
  it('writes policies that `check` decides over as vakt did', async () => {
    const cwd = await folderWith({ 'v.json': JSON.stringify(TEXT) });
    const imported = await cardea(['import', 'vakt', 'v.json', '--checker', 'regex', '-o', 'p.yaml'], { cwd });
    expect(imported).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '1 read, 1 imported, 0 notes on changes, 0 refused\nwritten to p.yaml\n',
    });
    const ask = async (resource: string): Promise<number> =>
      (
        await cardea(['check', '-p', 'p.yaml', '-i', JSON.stringify({ subject: 'Max', action: 'get', resource })], {
          cwd,
        })
      ).exitCode;
    expect([await ask('books:7'), await ask('films:7')]).toEqual([0, 1]);
  });

  it.each([
    ['policies, one a line', 'policies', 'regex', lines(TEXT, { ...TEXT, uid: '9' }), 2],
    ['policies, as a list', 'policies', 'rules', JSON.stringify([RULES], null, 2), 1],
    [
      'documents of MongoDB',
      'mongo',
      'regex',
      lines({ _id: '1', ...TEXT, subjects_compiled_regex: ['^(Max|Nina)$'] }),
      1,
    ],
    ['the hash of Redis', 'redis', 'rules', JSON.stringify({ 2: JSON.stringify(RULES) }), 1],
    [
      'rows of SQL tables',
      'sql',
      'regex',
      JSON.stringify({
        vakt_policies: [{ uid: '1', type: 1, effect: 1, context: '"{}"', description: null }],
        vakt_policy_subjects: [{ id: 1, uid: '1', subject: 'null', subject_string: 'Max', subject_regex: null }],
        vakt_policy_actions: [{ id: 1, uid: '1', action: 'null', action_string: 'get', action_regex: null }],
        vakt_policy_resources: [{ id: 1, uid: '1', resource: 'null', resource_string: 'book', resource_regex: null }],
      }),
      1,
    ],
  ] as const)('reads %s', async (_what, format, checker, stdin, count) => {
    const { exitCode, stdout, stderr } = await cardea(
      ['import', 'vakt', '-', '--format', format, '--checker', checker, '--json'],
      { stdin },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ read: count, imported: count, refused: [], written: null });
  });

  it('writes nothing where a policy is refused, and says which', async () => {
    const cwd = await folderWith({ 'v.ndjson': lines(RULES, FOREIGN) });
    const { exitCode, stdout, stderr } = await cardea(
      ['import', 'vakt', 'v.ndjson', '--checker', 'rules', '-o', 'p.yaml'],
      { cwd },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^refused {2}v\.ndjson: policy 2 `3`: subjects\[0\]: .*my\.own\.Rule/);
    expect(stderr).toContain('\n2 read, 1 imported, 0 notes on changes, 1 refused\nnothing written: ');
    expect(await readdir(cwd)).toEqual(['v.ndjson']);
  });

  it('imports what has no equal as an error that never allows with --opaque', async () => {
    const cwd = await folderWith({ 'v.ndjson': lines({ ...FOREIGN, effect: 'allow' }) });
    const { exitCode } = await cardea(
      ['import', 'vakt', 'v.ndjson', '--checker', 'rules', '-o', 'p.json', '--opaque'],
      { cwd },
    );
    const checked = await cardea(['check', '-p', 'p.json', '-i', '{"subject":1,"action":"drink","resource":1}'], {
      cwd,
    });
    expect([exitCode, checked.exitCode]).toEqual([0, 1]);
    expect(checked.stdout).toContain('error: `3`');
  });

  it('leaves refused policies out with --partial', async () => {
    const cwd = await folderWith({ 'v.ndjson': lines(RULES, FOREIGN) });
    const { exitCode } = await cardea(
      ['import', 'vakt', 'v.ndjson', '--checker', 'rules', '-o', 'p.yaml', '--partial'],
      { cwd },
    );
    expect(exitCode).toBe(1);
    expect(await readFile(join(cwd, 'p.yaml'), 'utf8')).toMatch(/^policies:\n {2}- uid: "2"\n/);
  });
});
